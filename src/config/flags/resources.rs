//! What shards may take of the machine that they share.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

/// What shards may take of the machine.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Machine")]
pub(crate) struct ResourceFlags {
    /// Shards at once; `auto`: as many as fit the available memory, at --memory each, and twice
    /// the CPUs, at --cpus each [default: all; with `--shards auto` auto; with `--isolation
    /// process` one where a server has a port]
    #[arg(long, value_name = "K|auto|all", env = "SHARDWRIGHT_JOBS")]
    pub(crate) jobs: Option<Jobs>,

    /// Read `/proc` and `/sys` below this folder
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) machine: Option<PathBuf>,
}

/// How many shards run at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Jobs {
    Count(NonZeroUsize),
    /// As many as fit the machine.
    Auto,
    All,
}

impl FromStr for Jobs {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            "all" => Ok(Self::All),
            number => number.parse().map(Self::Count).map_err(|_| {
                "a whole number of at least 1, `auto` or `all` is expected".to_owned()
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Jobs;

    #[test]
    fn a_number_of_shards_or_a_word_for_it() {
        assert_eq!("auto".parse(), Ok(Jobs::Auto));
        assert_eq!("all".parse(), Ok(Jobs::All));
        assert!(matches!("3".parse(), Ok(Jobs::Count(number)) if number.get() == 3));
        for bad in ["0", "", "-1", "Auto", "two"] {
            assert!(bad.parse::<Jobs>().is_err(), "{bad}");
        }
    }
}
