//! Identities: which test case, which shard, which plan.

use std::fmt;
use std::num::NonZeroU32;

/// What stands between the titles of a test case where people read them, as in Playwright.
pub(crate) const TITLE_SEPARATOR: &str = " › ";

/// One test case for ever: the same on every machine and in every version of the runner.
///
/// The runner's own ids change between its versions, so nothing lasting is keyed by them.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct TestKey {
    /// The spec file, relative to the runner's root folder, with forward slashes.
    pub(crate) file: String,
    /// The runner's project; empty where a configuration names none.
    pub(crate) project: String,
    /// Titles from the outermost `describe` to the test itself; untrusted text.
    pub(crate) titles: Vec<String>,
    /// Which repetition under `repeatEach`, from 0.
    pub(crate) repeat: u32,
}

impl TestKey {
    /// The titles as one line for people.
    pub(crate) fn title(&self) -> String {
        self.titles.join(TITLE_SEPARATOR)
    }
}

impl fmt::Display for TestKey {
    /// `[project] › file › titles`, as Playwright's own list reporter writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.project.is_empty() {
            write!(f, "[{}]{TITLE_SEPARATOR}", self.project)?;
        }
        write!(f, "{}{TITLE_SEPARATOR}{}", self.file, self.title())?;
        if self.repeat > 0 {
            write!(f, " (repeat {})", self.repeat)?;
        }
        Ok(())
    }
}

/// The number of a shard, from 1 as people count them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ShardNumber(NonZeroU32);

impl ShardNumber {
    /// The shard at a position that counts from 0.
    pub(crate) fn at(index: usize) -> Self {
        let number = u32::try_from(index).unwrap_or(u32::MAX - 1).saturating_add(1);
        Self(NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN))
    }

    /// The position from 0.
    pub(crate) fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    /// The number from 1.
    pub(crate) fn get(self) -> u32 {
        self.0.get()
    }
}

impl From<NonZeroU32> for ShardNumber {
    fn from(number: NonZeroU32) -> Self {
        Self(number)
    }
}

impl fmt::Display for ShardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The digest of a plan: equal digests mean the same tests in the same shards in the same order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct PlanDigest(pub(crate) String);

impl fmt::Display for PlanDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
