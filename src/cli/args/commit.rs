//! What `timings commit` takes.

use std::path::PathBuf;

use clap::Args;

use crate::cli::args::timings::TimingsFile;
use crate::config::flags::run::DEFAULT_OUTPUT;

pub(crate) const EXAMPLES: &str = "\
Examples:
  shardwright timings commit                      of the last run, here
  shardwright timings commit all-reports --push   in CI, of all nodes
  shardwright timings commit --dry-run            only show the message";

/// Arguments of `timings commit`.
#[derive(Debug, Args)]
pub(crate) struct CommitArgs {
    /// Folders with what `run`, `run --shard I/N` or `merge` wrote, at any depth
    /// [default: that of --output]
    #[arg(value_name = "DIR")]
    pub(crate) from: Vec<PathBuf>,
    /// The folder that `run` writes to, where no DIR is named
    #[arg(long, value_name = "DIR", default_value = DEFAULT_OUTPUT, env = "SHARDWRIGHT_OUTPUT")]
    pub(crate) output: PathBuf,
    #[command(flatten)]
    pub(crate) file: TimingsFile,
    /// How far the prediction has to be out, or a plan to be improved, to be worth a commit; 0%
    /// takes every change
    #[arg(long, value_name = "PART", default_value = "5%", env = "SHARDWRIGHT_THRESHOLD",
        value_parser = percent)]
    pub(crate) threshold: f64,
    /// Push it, and only it, on top of the branch as it is there by then
    #[arg(long)]
    pub(crate) push: bool,
    /// The branch to push to [default: the one that is checked out, else the CI machine's]
    #[arg(long, value_name = "NAME", env = "SHARDWRIGHT_BRANCH")]
    pub(crate) branch: Option<String>,
    /// Where to push to
    #[arg(long, value_name = "NAME", default_value = "origin", env = "SHARDWRIGHT_REMOTE")]
    pub(crate) remote: String,
    /// A push that fails makes the exit code 3; without it, it is a warning
    #[arg(long, env = "SHARDWRIGHT_STRICT")]
    pub(crate) strict: bool,
    /// The first line of the message
    #[arg(long, value_name = "TEXT", default_value = "Update test timings",
        env = "SHARDWRIGHT_SUBJECT", value_parser = line)]
    pub(crate) subject: String,
    /// What stands behind it so that CI leaves the commit alone; empty for nothing
    #[arg(long, value_name = "TEXT", default_value = "[skip ci]", env = "SHARDWRIGHT_CI_SKIP",
        value_parser = line)]
    pub(crate) ci_skip: String,
    /// Only print the message that the commit would have
    #[arg(long)]
    pub(crate) dry_run: bool,
}

/// A part of a whole, as `5%`.
fn percent(text: &str) -> Result<f64, String> {
    let expected = || "a part such as 5% is expected".to_owned();
    let number = text.strip_suffix('%').ok_or_else(expected)?;
    let percent: f64 = number.trim().parse().map_err(|_| expected())?;
    if !(0.0..=1000.0).contains(&percent) {
        return Err("a part from 0% to 1000% is expected".to_owned());
    }
    Ok(percent / 100.0)
}

/// A text of one line.
fn line(text: &str) -> Result<String, String> {
    if text.contains(char::is_control) {
        return Err("one line of text is expected".to_owned());
    }
    Ok(text.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{line, percent};

    #[test]
    fn a_part_has_its_sign() {
        let near = |text: &str, part: f64| (percent(text).unwrap() - part).abs() < 1e-9;
        assert!(near("5%", 0.05) && near("0%", 0.0) && near("12.5 %", 0.125));
        for bad in ["5", "-1%", "x%", "NaN%", "1001%", ""] {
            assert!(percent(bad).is_err(), "{bad}");
        }
        assert_eq!(line(" ci: timings ").as_deref(), Ok("ci: timings"));
        assert!(line("a\nCo-authored-by: b").is_err());
    }
}
