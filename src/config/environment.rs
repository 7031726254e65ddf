//! The environment of this process, read once; nobody else reads it.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// Variables by name. Values that are no text count as absent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Environment(BTreeMap<String, String>);

#[cfg(test)]
impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().collect())
    }
}

impl Environment {
    /// That of this process.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
    pub(crate) fn of_process() -> Self {
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self(std::env::vars_os().filter_map(text).collect())
    }

    /// A variable that is set and not empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// All variables that are set and not empty.
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        let set = self.0.iter().filter(|(_, value)| !value.is_empty());
        set.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    /// Whether a variable is set, but to nothing.
    pub(crate) fn is_empty(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(String::is_empty)
    }

    /// Whether this looks like a CI machine: progress is then plain lines.
    pub(crate) fn is_ci(&self) -> bool {
        self.get("CI").is_some_and(|value| value != "false" && value != "0")
    }

    /// Where temporary files of ours go: a folder that container engines may mount.
    pub(crate) fn cache_folder(&self) -> PathBuf {
        let home = || self.get("HOME").map(|home| PathBuf::from(home).join(".cache"));
        let base = self.get("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        base.or_else(home).unwrap_or_else(std::env::temp_dir).join("shardwright")
    }
}
