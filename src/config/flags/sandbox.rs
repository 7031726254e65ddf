//! Where shards run.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::sandbox::secrets::HIDDEN;

/// Fewer processes and threads, or a smaller part of a CPU, and nothing runs.
pub(in crate::config) const LEAST_PIDS: u32 = 16;
pub(in crate::config) const LEAST_CPUS: f64 = 0.1;

/// Where shards run.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Sandbox")]
pub(crate) struct SandboxFlags {
    /// What shards run in
    #[arg(
        long,
        value_enum,
        value_name = "KIND",
        default_value = "docker",
        env = "SHARDWRIGHT_ISOLATION"
    )]
    pub(crate) isolation: Isolation,

    /// The container engine's command
    #[arg(long, value_enum, default_value = "docker", env = "SHARDWRIGHT_ENGINE")]
    pub(crate) engine: EngineName,

    /// The container image [default: the official one of the installed Playwright version]
    #[arg(long, value_name = "IMAGE", env = "SHARDWRIGHT_IMAGE")]
    pub(crate) image: Option<String>,

    /// Memory of one shard
    #[arg(long, value_name = "SIZE", default_value = "2g", env = "SHARDWRIGHT_MEMORY",
        value_parser = memory)]
    pub(crate) memory: String,

    /// CPUs of one shard
    #[arg(long, value_name = "N", default_value = "2", env = "SHARDWRIGHT_CPUS",
        value_parser = cpus)]
    pub(crate) cpus: f64,

    /// Processes and threads of one shard
    #[arg(long, value_name = "N", default_value = "512", env = "SHARDWRIGHT_PIDS_LIMIT",
        value_parser = clap::value_parser!(u32).range(i64::from(LEAST_PIDS)..))]
    pub(crate) pids_limit: u32,

    /// Size of one shard's `/tmp`, which counts against its memory
    #[arg(long, value_name = "SIZE", default_value = "1g", env = "SHARDWRIGHT_TMP_SIZE",
        value_parser = memory)]
    pub(crate) tmp_size: String,

    /// What one shard may write to disk, to its results and its view of the project
    #[arg(long, value_name = "SIZE", default_value = "10g", env = "SHARDWRIGHT_DISK",
        value_parser = memory)]
    pub(crate) disk: String,

    /// What shards can reach
    #[arg(long, value_enum, default_value = "bridge", env = "SHARDWRIGHT_NETWORK")]
    pub(crate) network: NetworkName,

    /// Let a variable in, with its value here or another; may be repeated. CI and TZ always are
    #[arg(long, value_name = "NAME[=VALUE]", env = "SHARDWRIGHT_ENV", hide_env_values = true,
        hide_default_value = true, value_parser = variable)]
    pub(crate) env: Vec<Variable>,

    /// Where the engine allows no private view of the project: a folder that tests may write to
    #[arg(long, value_name = "DIR", env = "SHARDWRIGHT_WRITABLE")]
    pub(crate) writable: Vec<PathBuf>,

    /// Play the suite of this script instead of running anything
    #[arg(long, value_name = "FILE", hide = true)]
    pub(crate) fake: Option<PathBuf>,
}

impl SandboxFlags {
    /// The memory of one shard.
    pub(crate) fn memory_in_bytes(&self) -> u64 {
        in_bytes(&self.memory)
    }
}

/// A size that was checked as a flag.
pub(crate) fn in_bytes(size: &str) -> u64 {
    let digits = size.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = match &size[digits.len()..] {
        "k" => 10,
        "m" => 20,
        "g" => 30,
        _ => 0,
    };
    digits.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(1 << power)
}

/// What shards run in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Isolation {
    /// A locked-down container each
    Docker,
    /// A process group each on this machine, not locked down
    Process,
}

/// The container engine's command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum EngineName {
    Docker,
    Podman,
}

/// What shards can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum NetworkName {
    /// Their own loopback, and the outside through the engine
    Bridge,
    /// Their own loopback only
    None,
    /// The host's network
    Host,
}

/// `NAME` or `NAME=VALUE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) value: Option<String>,
}

/// What `variable` refuses, as it may be shown: without a name in front of it, all of it may be a
/// value that somebody pasted.
pub(crate) fn shown(refused: &str) -> String {
    match refused.split_once('=') {
        Some((name, value)) if !value.trim_matches('=').is_empty() => format!("{name}={HIDDEN}"),
        _ => HIDDEN.to_owned(),
    }
}

fn variable(text: &str) -> Result<Variable, String> {
    let (name, value) = match text.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text, None),
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty() || !name.chars().all(fits) || name.starts_with(|c: char| c.is_ascii_digit())
    {
        return Err("a name of letters, digits and `_` is expected, then perhaps `=VALUE`".into());
    }
    Ok(Variable { name: name.to_owned(), value })
}

fn memory(text: &str) -> Result<String, String> {
    let digits = text.trim_end_matches(|c: char| "bkmgBKMG".contains(c));
    let size: u64 = digits.parse().map_err(|_| "a size such as 512m or 2g is expected")?;
    if text.len() - digits.len() > 1 || size == 0 {
        return Err("a size such as 512m or 2g is expected".to_owned());
    }
    Ok(text.to_ascii_lowercase())
}

fn cpus(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(cpus) if cpus.is_finite() && cpus >= LEAST_CPUS => Ok(cpus),
        _ => Err("a number of at least 0.1 is expected".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{cpus, memory, shown, variable};

    #[test]
    fn a_variable_has_a_name_and_perhaps_a_value() {
        assert_eq!(variable("A=b=c").unwrap().value.as_deref(), Some("b=c"));
        assert_eq!(variable("A").unwrap().value, None);
        for bad in ["", "=x", "1A", "A B", "A-B"] {
            assert!(variable(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn of_a_variable_that_is_refused_no_value_is_shown() {
        for (refused, expected) in [
            ("1A=b=c", "1A=***"),
            ("a b", "***"),
            ("", "***"),
            ("YmFzZQ/==", "***"),
            ("=x", "=***"),
        ] {
            assert_eq!(shown(refused), expected);
        }
    }

    #[test]
    fn sizes_are_as_docker_reads_them() {
        assert_eq!(memory("2G").unwrap(), "2g");
        for bad in ["", "g", "2gg", "0m", "-1g", "two"] {
            assert!(memory(bad).is_err(), "{bad}");
        }
        for bad in ["0", "NaN", "inf", "-1", ""] {
            assert!(cpus(bad).is_err(), "{bad}");
        }
    }
}
