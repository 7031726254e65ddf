//! The build on a CI machine that a run belongs to.

/// What the CI machine says of itself; nothing of it where a person runs the tool.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Build {
    /// The CI system's own id of this build.
    pub(crate) id: Option<String>,
    /// What the CI system calls builds of this kind, e.g. the workflow.
    pub(crate) name: Option<String>,
    pub(crate) number: Option<u64>,
    /// Where to look at it.
    pub(crate) url: Option<String>,
    /// As `owner/name`.
    pub(crate) repository: Option<String>,
    pub(crate) repository_url: Option<String>,
    pub(crate) commit: Option<String>,
    pub(crate) branch: Option<String>,
    /// What a path in the repository follows to be an address of that file in that commit, where
    /// the CI system shows files.
    pub(crate) files_url: Option<String>,
}
