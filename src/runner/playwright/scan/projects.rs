//! Playwright's projects: which of them take part, and in which role.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use regress::Regex;

use super::error::ScanError;
use super::files::Gitignore;
use super::regex::{literal, matches};
use crate::model::suite::Project;
use crate::platform;

/// A project as far as the configuration says it literally.
#[derive(Debug, Clone)]
pub(super) struct ProjectSpec {
    pub(super) name: String,
    /// Absolute.
    pub(super) test_dir: PathBuf,
    pub(super) gitignore: Gitignore,
    /// Over absolute paths.
    pub(super) test_match: Vec<Regex>,
    pub(super) test_ignore: Vec<Regex>,
    /// The configuration's own selection; empty means all.
    pub(super) grep: Vec<Regex>,
    pub(super) grep_invert: Vec<Regex>,
    pub(super) fully_parallel: bool,
    /// How often each test runs, from 1.
    pub(super) repeats: u32,
    pub(super) dependencies: Vec<String>,
    pub(super) teardown: Option<String>,
}

/// What a project is for in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Its tests are dealt.
    Dealt,
    /// It sets up or tears down for another.
    Shared,
}

impl ProjectSpec {
    /// Whether a file, absolute, belongs to the project.
    pub(super) fn takes(&self, file: &Path) -> bool {
        // Playwright, too, takes both for right where a system has other separators (`createFileMatcher`).
        let (path, slashed) = (file.to_string_lossy(), platform::slashed(file));
        let fits =
            |regex: &Regex| matches(regex, &path) || (slashed != path && matches(regex, &slashed));
        let any = |regexes: &[Regex]| regexes.iter().any(fits);
        any(&self.test_match) && !any(&self.test_ignore)
    }

    /// Whether the configuration's own selection keeps a test of this full title.
    pub(super) fn keeps(&self, title: &str) -> bool {
        (self.grep.is_empty() || self.grep.iter().any(|regex| matches(regex, title)))
            && !self.grep_invert.iter().any(|regex| matches(regex, title))
    }

    /// As the suite says it.
    pub(super) fn to_model(&self) -> Project {
        Project {
            name: self.name.clone(),
            dependencies: self.dependencies.clone(),
            teardown: self.teardown.clone(),
            workers: None,
        }
    }
}

/// The projects of which one of the names is meant; `*` stands for anything, case does not count.
pub(super) fn filter(projects: &[ProjectSpec], names: &[String]) -> Result<Vec<usize>, ScanError> {
    if names.is_empty() {
        return Ok((0..projects.len()).collect());
    }
    let mut patterns = Vec::new();
    for name in names {
        let parts: Vec<String> = name.split('*').map(regress::escape).collect();
        let pattern = literal("--project", &format!("^{}$", parts.join(".*")), "i")?;
        if !projects.iter().any(|project| matches(&pattern, &project.name)) {
            let names = projects.iter().filter(|project| !project.name.is_empty());
            let names: Vec<String> = names.map(|project| format!("`{}`", project.name)).collect();
            let available = if names.is_empty() {
                "it names none".to_owned()
            } else {
                format!("there are {}", names.join(", "))
            };
            return Err(ScanError::Project { name: name.clone(), available });
        }
        patterns.push(pattern);
    }
    let meant = |index: &usize| patterns.iter().any(|regex| matches(regex, &projects[*index].name));
    Ok((0..projects.len()).filter(meant).collect())
}

/// The projects that start from those chosen, with their roles: whatever another one depends on
/// or is torn down by is shared, even if it was chosen as well.
pub(super) fn closure(projects: &[ProjectSpec], chosen: &[usize]) -> BTreeMap<usize, Role> {
    let mut roles = BTreeMap::new();
    let mut open: Vec<(usize, Role)> = chosen.iter().map(|index| (*index, Role::Dealt)).collect();
    while let Some((index, role)) = open.pop() {
        match (roles.get(&index), role) {
            (Some(Role::Shared), _) | (Some(Role::Dealt), Role::Dealt) => continue,
            (Some(Role::Dealt), Role::Shared) | (None, _) => roles.insert(index, role),
        };
        let project = &projects[index];
        let needed = project.dependencies.iter().chain(&project.teardown);
        open.extend(needed.filter_map(|name| {
            projects.iter().position(|other| other.name == *name).map(|at| (at, Role::Shared))
        }));
    }
    roles
}
