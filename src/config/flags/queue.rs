//! A queue that many machines share.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, ValueEnum};

use crate::config::flags::run::{failures, limit};
use crate::model::lobby::Priority;

/// Where the password of the queue's server stands: no flag and no file holds it.
pub(crate) const PASSWORD: &str = "SHARDWRIGHT_QUEUE_PASSWORD";

/// A queue that many machines share.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Queue")]
pub(crate) struct QueueFlags {
    /// Share the run with all machines that name this Redis or Valkey and the same --run-id: each
    /// takes work when it is free, and `--shards` says how many are expected; with TLS
    /// `rediss://`; the password stands in `SHARDWRIGHT_QUEUE_PASSWORD`
    #[arg(long, value_name = "redis://HOST", env = "SHARDWRIGHT_QUEUE",
        requires = "run_id", conflicts_with_all = ["shard", "plan", "pin", "rerun", "jobs",
        "machine_limit", "update_timings"])]
    pub(crate) queue: Option<Address>,

    /// What the shared run is called, the same on every machine [default: the CI's build]
    #[arg(long, value_name = "ID", env = "SHARDWRIGHT_RUN_ID", requires = "queue")]
    pub(crate) run_id: Option<RunId>,

    /// A machine says at least so often that it is there
    #[arg(long, value_name = "TIME", default_value = "30s", env = "SHARDWRIGHT_HEARTBEAT",
        value_parser = limit)]
    pub(crate) heartbeat: Duration,

    /// A machine that was not heard of for so long is given up: others run what it did not finish
    #[arg(long, value_name = "TIME", default_value = "90s", env = "SHARDWRIGHT_LEASE",
        value_parser = limit)]
    pub(crate) lease: Duration,

    /// Who has no work and cannot reach the queue ends after so long
    #[arg(long, value_name = "TIME", default_value = "5m", env = "SHARDWRIGHT_QUEUE_PATIENCE",
        value_parser = limit)]
    pub(crate) queue_patience: Duration,

    /// At most so many runs have work from the queue at once; others wait
    #[arg(long, value_name = "N", env = "SHARDWRIGHT_RUNNING_CAPACITY", requires = "queue",
        value_parser = failures)]
    pub(crate) running_capacity: Option<NonZeroU32>,

    /// At most so many runs wait for those; who comes then ends with exit code 6 [default: any]
    #[arg(long, value_name = "N", env = "SHARDWRIGHT_QUEUED_CAPACITY",
        requires = "running_capacity", value_parser = waiting)]
    pub(crate) queued_capacity: Option<u32>,

    /// Which of the runs that wait goes first; of equal ones that which came first
    #[arg(
        long,
        value_enum,
        value_name = "WHICH",
        default_value = "normal",
        env = "SHARDWRIGHT_QUEUE_PRIORITY",
        requires = "queue"
    )]
    pub(crate) queue_priority: QueuePriority,
}

/// How soon a run gets its turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum QueuePriority {
    Critical,
    High,
    Normal,
    Low,
}

impl From<QueuePriority> for Priority {
    fn from(priority: QueuePriority) -> Self {
        match priority {
            QueuePriority::Critical => Self::Critical,
            QueuePriority::High => Self::High,
            QueuePriority::Normal => Self::Normal,
            QueuePriority::Low => Self::Low,
        }
    }
}

fn waiting(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "a whole number is expected, 0 where nobody is to wait".to_owned())
}

/// The address of a queue's server, without a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Address(pub(crate) String);

impl FromStr for Address {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "redis://HOST[:PORT][/DATABASE] is expected, or rediss:// for TLS";
        let text = text.replacen("valkey://", "redis://", 1).replacen("valkeys://", "rediss://", 1);
        let rest = ["redis://", "rediss://"].iter().find_map(|scheme| text.strip_prefix(scheme));
        let rest = rest.ok_or_else(|| expected.to_owned())?;
        let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
        if user.contains(':') {
            return Err(format!("a password would be seen here: put it into {PASSWORD}"));
        }
        let is_host = |c: char| c.is_alphanumeric() || "-._:[]".contains(c);
        let (host, database) = host.split_once('/').unwrap_or((host, ""));
        if host.is_empty()
            || !host.chars().all(is_host)
            || !database.chars().all(|c| c.is_ascii_digit())
        {
            return Err(expected.to_owned());
        }
        Ok(Self(text))
    }
}

/// An address as it may be shown: without what could be a password.
pub(crate) fn shown(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(scheme), Some(host)) if scheme < host => {
            format!("{}://***{}", &text[..scheme], &text[host..])
        }
        _ => text.to_owned(),
    }
}

impl Address {
    /// With this password.
    pub(crate) fn with_password(&self, password: Option<&str>) -> String {
        let Some(password) = password else { return self.0.clone() };
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("redis", &self.0));
        let (user, host) = rest.rsplit_once('@').unwrap_or(("", rest));
        let escaped: Vec<String> = password.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{scheme}://{user}:{}@{host}", escaped.concat())
    }
}

/// What a shared run is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunId(pub(crate) String);

impl FromStr for RunId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        /// In bytes; it is part of the names of keys.
        const MOST: usize = 200;
        let is_plain = |c: char| !c.is_control() && !c.is_whitespace() && !"{}".contains(c);
        if text.is_empty() || text.len() > MOST || !text.chars().all(is_plain) {
            return Err(format!(
                "1 to {MOST} characters without spaces and braces are expected, such as ci-1234"
            ));
        }
        Ok(Self(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_has_a_host_and_no_password() {
        let read = |text: &str| text.parse::<Address>().map(|address| address.0);
        for good in ["redis://localhost", "rediss://ci@cache.example:6380/2", "redis://[::1]:1/"] {
            assert_eq!(read(good).as_deref(), Ok(good));
        }
        assert_eq!(read("valkeys://a").as_deref(), Ok("rediss://a"));
        for bad in
            ["", "localhost", "http://a", "redis://", "redis://a b", "redis://a/x", "redis:///"]
        {
            assert!(read(bad).is_err_and(|reason| reason.contains("redis://HOST")), "{bad}");
        }
        let refused = read("redis://me:hunter2@a").unwrap_err();
        assert!(refused.contains("SHARDWRIGHT_QUEUE_PASSWORD") && !refused.contains("hunter2"));
    }

    #[test]
    fn any_password_can_stand_in_an_address() {
        let address = Address("rediss://ci@a:1/2".to_owned());
        assert_eq!(address.with_password(None), "rediss://ci@a:1/2");
        assert_eq!(address.with_password(Some("p@/:é")), "rediss://ci:%70%40%2F%3A%C3%A9@a:1/2");
        assert_eq!(Address("redis://a".into()).with_password(Some("x")), "redis://:%78@a");
    }
}
