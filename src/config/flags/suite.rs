//! Which suite, and which of its tests.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::runner::playwright::command::{Selection, grep_with_tags};

/// Which suite, and which of its tests.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Choosing tests")]
pub(crate) struct SuiteFlags {
    /// Playwright configuration, a file or its folder, as in Playwright
    #[arg(short = 'c', long, value_name = "FILE", env = "SHARDWRIGHT_CONFIG")]
    pub(crate) config: Option<PathBuf>,

    /// Only tests of this project; may be repeated
    #[arg(long, value_name = "NAME", env = "SHARDWRIGHT_PROJECT")]
    pub(crate) project: Vec<String>,

    /// Only tests whose title matches this regular expression, as in Playwright
    #[arg(short = 'g', long, value_name = "REGEX", env = "SHARDWRIGHT_GREP")]
    pub(crate) grep: Option<String>,

    /// Only tests whose title does not match
    #[arg(long, value_name = "REGEX", env = "SHARDWRIGHT_GREP_INVERT")]
    pub(crate) grep_invert: Option<String>,

    /// Only tests with this tag; of several, with any of them
    #[arg(long, value_name = "@TAG", env = "SHARDWRIGHT_TAG")]
    pub(crate) tag: Vec<String>,

    /// Who says which tests there are
    #[arg(
        long,
        value_enum,
        value_name = "HOW",
        default_value = "auto",
        env = "SHARDWRIGHT_DISCOVER"
    )]
    pub(crate) discover: Discover,

    /// Spec files or folders, or globs of them; `FILE:LINE` for one test [default: all]
    #[arg(value_name = "GLOB")]
    pub(crate) globs: Vec<String>,

    /// Everything after `--` goes to Playwright as it is
    #[arg(last = true, value_name = "PLAYWRIGHT ARGUMENTS")]
    pub(crate) playwright: Vec<String>,
}

/// Who says which tests there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Discover {
    /// Playwright where it is installed, else scan
    Auto,
    /// Playwright lists its tests in the sandbox: exact
    Playwright,
    /// Read the source files: fast, needs no Playwright
    Scan,
}

impl SuiteFlags {
    /// The whole suite of a configuration, read from its source files.
    pub(crate) fn whole(config: Option<PathBuf>) -> Self {
        Self {
            config,
            project: Vec::new(),
            grep: None,
            grep_invert: None,
            tag: Vec::new(),
            discover: Discover::Scan,
            globs: Vec::new(),
            playwright: Vec::new(),
        }
    }

    /// Whether tests may be left out.
    pub(crate) fn is_selective(&self) -> bool {
        let greps = self.grep.is_some() || self.grep_invert.is_some();
        let lists = [&self.project, &self.tag, &self.globs, &self.playwright];
        greps || lists.iter().any(|list| !list.is_empty())
    }

    /// The tags with their `@`.
    pub(crate) fn tags(&self) -> Vec<String> {
        let with_at = |tag: &String| format!("@{}", tag.trim_start_matches('@'));
        self.tag.iter().map(with_at).collect()
    }

    /// What is handed to Playwright; `files` are its own file arguments.
    pub(crate) fn selection(&self, files: Vec<String>) -> Selection {
        Selection {
            projects: self.project.clone(),
            grep: grep_with_tags(self.grep.as_deref(), &self.tags()),
            grep_invert: self.grep_invert.clone(),
            files,
        }
    }
}
