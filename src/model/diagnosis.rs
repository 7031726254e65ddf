//! What a machine and a project lack for a run, and how to mend it.

/// All that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Diagnosis {
    /// One of each check, in the order in which a person reads them.
    pub(crate) findings: Vec<Finding>,
    /// What `run` would end with before anything runs; 0 where nothing stands in its way.
    pub(crate) exit_code: u8,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The name of the check.
    pub(crate) check: &'static str,
    pub(crate) level: Level,
    /// One sentence with the figures; untrusted text may be in it.
    pub(crate) message: String,
    pub(crate) remedy: Remedy,
}

/// What to do about it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Remedy {
    /// In words; untrusted text may be in it.
    pub(crate) advice: Option<String>,
    /// For a POSIX shell, in the folder where the tool was called; every word of it is quoted.
    pub(crate) command: Option<String>,
}

/// How much it matters. Each is worse than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// As it should be.
    Ok,
    /// It could be better, or could not be looked at.
    Note,
    /// A run works, but worse or otherwise than somebody expects.
    Warning,
    /// A run does not begin.
    Error,
}

impl Level {
    /// Every level, the best first.
    pub(crate) const ALL: [Self; 4] = [Self::Ok, Self::Note, Self::Warning, Self::Error];

    /// The word for it, in formats and for people.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

impl Diagnosis {
    /// How many findings there are of a level.
    pub(crate) fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    /// The worst level of all.
    pub(crate) fn worst(&self) -> Level {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
    }
}
