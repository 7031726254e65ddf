//! What shards may take of the machine that they share.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use crate::run::resources::pressure::Pressure;

/// What shards may take of the machine.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Machine")]
pub(crate) struct ResourceFlags {
    /// Shards at once; `auto`: as many as fit the available memory, at --memory each, and twice
    /// the CPUs, at --cpus each [default: all; with `--shards auto` auto; with `--isolation
    /// process` one where a server has a port]
    #[arg(long, value_name = "K|auto|all", env = "SHARDWRIGHT_JOBS")]
    pub(crate) jobs: Option<Jobs>,

    /// How much of the machine's memory may be in use: from the first on shards start one by one,
    /// from the second on no more start, from the third on the youngest is ended and what is left
    /// of it runs later; `off` looks at no memory
    #[arg(long, value_name = "LOW,HIGH,CRITICAL", default_value = "80%,90%,95%",
        env = "SHARDWRIGHT_PRESSURE", value_parser = pressure)]
    pub(crate) pressure: Bounds,

    /// Start no shard where so many run on this machine, those of your other runs with this flag
    /// included; who came first starts first
    #[arg(long, value_name = "K", env = "SHARDWRIGHT_MACHINE_LIMIT", value_parser = machine_limit)]
    pub(crate) machine_limit: Option<NonZeroUsize>,

    /// Read `/proc` and `/sys` below this folder
    #[arg(long, value_name = "DIR", hide = true)]
    pub(crate) machine: Option<PathBuf>,
}

fn machine_limit(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "a whole number of at least 1 is expected".to_owned())
}

/// When memory is short; none never is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bounds(pub(crate) Option<Pressure>);

fn pressure(text: &str) -> Result<Bounds, String> {
    if text == "off" {
        return Ok(Bounds(None));
    }
    let expected = || "three parts such as 80%,90%,95% or `off` are expected".to_owned();
    let percent = |text: &str| text.trim().trim_end_matches('%').parse::<u64>().ok();
    let parts: Option<Vec<u64>> = text.split(',').map(percent).collect();
    let [low, high, critical] = parts.ok_or_else(expected)?.try_into().map_err(|_| expected())?;
    if low == 0 || low > high || high > critical || critical > 100 {
        return Err("three parts from 1% to 100% are expected, the least first".to_owned());
    }
    Ok(Bounds(Some(Pressure { low, high, critical })))
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
    use super::{Bounds, Jobs, pressure};
    use crate::run::resources::pressure::Pressure;

    #[test]
    fn a_number_of_shards_or_a_word_for_it() {
        assert_eq!("auto".parse(), Ok(Jobs::Auto));
        assert_eq!("all".parse(), Ok(Jobs::All));
        assert!(matches!("3".parse(), Ok(Jobs::Count(number)) if number.get() == 3));
        for bad in ["0", "", "-1", "Auto", "two"] {
            assert!(bad.parse::<Jobs>().is_err(), "{bad}");
        }
    }

    #[test]
    fn pressure_is_three_parts_the_least_first() {
        let parts = Pressure { low: 70, high: 85, critical: 95 };
        for text in ["70%,85%,95%", "70,85,95", "70%, 85, 95%"] {
            assert_eq!(pressure(text), Ok(Bounds(Some(parts))), "{text}");
        }
        assert_eq!(pressure("off"), Ok(Bounds(None)));
        for bad in ["", "85%", "70,85", "70,85,95,99", "a,b,c"] {
            let said = "three parts such as 80%,90%,95% or `off` are expected";
            assert_eq!(pressure(bad), Err(said.to_owned()), "{bad}");
        }
        for bad in ["85,70,95", "70,96,95", "70,85,101", "0,1,2"] {
            let said = "three parts from 1% to 100% are expected, the least first";
            assert_eq!(pressure(bad), Err(said.to_owned()), "{bad}");
        }
    }
}
