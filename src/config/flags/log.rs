//! What the tool says on standard error, in which shape and how much of it.

use clap::{Args, ValueEnum};
use tracing_subscriber::filter::{LevelFilter, Targets};

/// What there are levels for, with what each of them tells.
pub(crate) const TARGETS: [&str; 3] = [RUN, SANDBOX, TOOL];
/// The run's decisions and, from `debug` on, each test.
pub(crate) const RUN: &str = "run";
/// What the engine is told to do.
pub(crate) const SANDBOX: &str = "sandbox";
/// Everything else.
pub(crate) const TOOL: &str = "tool";

/// How the tool logs.
#[derive(Debug, Clone, Args)]
pub(crate) struct LogFlags {
    /// What standard error is: for people, or one JSON object a line
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value = "text",
        global = true,
        env = "SHARDWRIGHT_LOG_FORMAT"
    )]
    pub(crate) log_format: LogFormat,

    /// How much is logged: error, warn, info, debug or trace, for all or a part of the tool, as in
    /// run=debug,sandbox=trace; the variable is `SHARDWRIGHT_LOG` [default: info, as text none]
    #[arg(long, value_name = "LEVELS", global = true, env = "SHARDWRIGHT_LOG",
        value_parser = levels)]
    pub(crate) log_level: Option<Targets>,
}

/// What standard error is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// As in `RUST_LOG`: `LEVEL` or `PART=LEVEL`, by commas. Parts that are not named, where no level
/// stands alone, keep the usual one.
fn levels(text: &str) -> Result<Targets, String> {
    let mut levels = Targets::new();
    for each in text.split(',').map(str::trim) {
        levels = match each.split_once('=') {
            Some((target, name)) if TARGETS.contains(&target) => {
                levels.with_target(target, level(name)?)
            }
            Some((target, _)) => {
                return Err(format!("there is no part `{target}`, only {}", TARGETS.join(", ")));
            }
            None => levels.with_default(level(each)?),
        };
    }
    Ok(levels)
}

fn level(name: &str) -> Result<LevelFilter, String> {
    match name.to_ascii_lowercase().as_str() {
        "error" => Ok(LevelFilter::ERROR),
        "warn" => Ok(LevelFilter::WARN),
        "info" => Ok(LevelFilter::INFO),
        "debug" => Ok(LevelFilter::DEBUG),
        "trace" => Ok(LevelFilter::TRACE),
        _ => Err("error, warn, info, debug or trace is expected, or such a level for a part, as \
                  in run=debug,sandbox=trace"
            .to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use tracing_subscriber::filter::LevelFilter;

    use super::levels;

    #[test]
    fn levels_are_for_all_or_for_a_part() {
        assert_eq!(levels("debug").unwrap().default_level(), Some(LevelFilter::DEBUG));
        let both = levels("warn, run=DEBUG,sandbox=trace").unwrap();
        assert_eq!(both.default_level(), Some(LevelFilter::WARN));
        let parts: Vec<(&str, LevelFilter)> = both.iter().collect();
        assert!(parts.contains(&("run", LevelFilter::DEBUG)), "{parts:?}");
        assert!(parts.contains(&("sandbox", LevelFilter::TRACE)), "{parts:?}");
        assert_eq!(levels("run=info").unwrap().default_level(), None);
        for bad in ["", "loud", "run=", "run=loud", "debug,", "=debug"] {
            assert!(levels(bad).is_err(), "{bad}");
        }
        let said = levels("docker=debug").unwrap_err();
        assert_eq!(said, "there is no part `docker`, only run, sandbox, tool");
    }
}
