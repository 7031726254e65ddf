//! The user's selection of tests, by title, tag and place.

use std::path::Path;

use regress::Regex;

use super::Options;
use super::error::ScanError;
use super::outline::{Outline, TestNode};
use super::paths::PathFilter;
use super::regex::{forced, matches};

/// What to keep.
#[derive(Debug)]
pub(super) struct Selection {
    pub(super) paths: PathFilter,
    grep: Option<Regex>,
    grep_invert: Option<Regex>,
    tags: Vec<String>,
}

impl Selection {
    /// Reads the options; `root` is the absolute project folder.
    pub(super) fn new(options: &Options, root: &Path) -> Result<Self, ScanError> {
        let regex = |option: &str, pattern: &Option<String>| {
            pattern.as_ref().map(|pattern| forced(option, pattern)).transpose()
        };
        Ok(Self {
            paths: PathFilter::new(&options.globs, root)?,
            grep: regex("--grep", &options.grep)?,
            grep_invert: regex("--grep-invert", &options.grep_invert)?,
            tags: options.tags.clone(),
        })
    }

    /// Whether a test is kept; `path` is its file from the project folder.
    pub(super) fn keeps(
        &self,
        path: &str,
        outline: &Outline,
        test: &TestNode,
        title: &str,
        tags: &[String],
    ) -> bool {
        let mut places = vec![test.place];
        places.extend(outline.around(test).map(|(_, suite)| suite.place));
        self.paths.keeps_test(path, &places)
            && self.grep.as_ref().is_none_or(|regex| matches(regex, title))
            && !self.grep_invert.as_ref().is_some_and(|regex| matches(regex, title))
            && (self.tags.is_empty() || self.tags.iter().any(|tag| tags.contains(tag)))
    }
}
