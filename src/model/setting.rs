//! What a command goes by: each setting, its value and who says so.

/// All that a command goes by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Configuration {
    /// The words of the command: `timings show`.
    pub(crate) command: String,
    /// The settings file as it was looked for; none where it is not there.
    pub(crate) file: Option<String>,
    /// The profile of it that holds.
    pub(crate) profile: Option<String>,
    /// In the order of the help.
    pub(crate) settings: Vec<Setting>,
}

/// One setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Setting {
    pub(crate) name: String,
    /// As they may be shown; none where nothing is set.
    pub(crate) values: Vec<String>,
    /// Whether it can have several values.
    pub(crate) is_list: bool,
    pub(crate) source: Source,
}

/// Who says so. Each beats those below it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    /// The command line, with this flag.
    Flag(String),
    /// This variable of the environment.
    Variable(String),
    /// The settings file in this line, at its top or in a profile.
    File {
        line: usize,
        profile: Option<String>,
    },
    BuiltIn,
}
