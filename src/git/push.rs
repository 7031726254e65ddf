//! A commit and a branch of a remote go in; whether the branch has it now comes out, and why not.

use super::command::{Complaint, GitError};
use super::repository::{CommitId, Repository};

/// A branch elsewhere.
#[derive(Debug, Clone)]
pub(crate) struct Remote {
    /// A name or a URL.
    pub(crate) name: String,
    pub(crate) branch: String,
}

/// What became of a push.
pub(crate) enum Pushed {
    Done,
    /// The branch moved meanwhile.
    Raced,
    /// The remote does not want it, or cannot be reached.
    Refused(Complaint),
}

impl Remote {
    fn reference(&self) -> String {
        format!("refs/heads/{}", self.branch)
    }
}

impl GitError {
    /// The error that nothing could be pushed, for the reason of this one; names are fit to be
    /// shown.
    pub(crate) fn in_push(self, branch: String, remote: String) -> Self {
        match self {
            Self::Failed { source, .. } => Self::Push { branch, remote, source },
            Self::Start(_)
            | Self::Push { .. }
            | Self::Folder { .. }
            | Self::NoText { .. }
            | Self::NoFile { .. } => self,
        }
    }
}

impl Repository {
    /// Whether git takes this for the name of a branch, and nobody for anything else.
    pub(crate) fn is_branch_name(&self, name: &str) -> Result<bool, GitError> {
        let full = format!("refs/heads/{name}");
        let valid = self.git(&["check-ref-format", &full]).end()?.status.success();
        let is_other = name == "HEAD" || name.starts_with('-') || name.starts_with("refs/");
        Ok(valid && !is_other)
    }

    /// The commit at the end of a branch elsewhere, which is here afterwards; none where there is
    /// no such branch.
    pub(crate) fn tip(&self, remote: &Remote) -> Result<Option<CommitId>, GitError> {
        let reference = remote.reference();
        let listed = self.git(&["ls-remote", "--quiet", "--", &remote.name, &reference]).text()?;
        let is_it = |line: &&str| line.split_once('\t').is_some_and(|(_, name)| name == reference);
        let Some((tip, _)) = listed.lines().find(is_it).and_then(|line| line.split_once('\t'))
        else {
            return Ok(None);
        };
        self.brought(&CommitId(tip.to_owned()), &reference, &remote.name).map(Some)
    }

    /// The commit at the end of a reference elsewhere, which is here afterwards; it was `tip`.
    pub(super) fn brought(
        &self,
        tip: &CommitId,
        reference: &str,
        remote: &str,
    ) -> Result<CommitId, GitError> {
        if self.has(tip)? {
            return Ok(tip.clone());
        }
        let quiet = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules"];
        self.git(&[&quiet[..], &["--", remote, reference]].concat()).bytes()?;
        // It may have moved again.
        let fetched = self.git(&["rev-parse", "--verify", "FETCH_HEAD^{commit}"]).text()?;
        Ok(CommitId(fetched))
    }

    /// Whether a commit is here, with what it holds.
    pub(super) fn has(&self, commit: &CommitId) -> Result<bool, GitError> {
        let object = format!("{}^{{tree}}", commit.0);
        Ok(self.git(&["cat-file", "-e", &object]).end()?.status.success())
    }

    /// Moves a branch elsewhere on to this commit; never back, never aside.
    pub(crate) fn push(&self, commit: &CommitId, remote: &Remote) -> Result<Pushed, GitError> {
        let refspec = format!("{}:{}", commit.0, remote.reference());
        let only = ["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"];
        let push = self.git(&[&only[..], &["--", &remote.name, &refspec]].concat());
        let ended = push.end()?;
        if ended.status.success() {
            return Ok(Pushed::Done);
        }
        let said = String::from_utf8_lossy(&ended.stdout).into_owned();
        // Branches are files to git: `timings` cannot be where `timings/old` is.
        let is_in_the_way = ended.stderr.contains("exists; cannot create");
        if !is_in_the_way && said.lines().any(is_race) {
            return Ok(Pushed::Raced);
        }
        // As in `!\tfeed:refs/heads/main\t[remote rejected] (pre-receive hook declined)`.
        let refused = said.lines().filter(|line| line.starts_with('!'));
        let reason = refused.filter_map(|line| line.rsplit('\t').next());
        let told = reason.chain(ended.stderr.lines()).collect::<Vec<_>>().join("\n");
        Ok(Pushed::Refused(Complaint(told)))
    }
}

/// Whether a line of `push --porcelain` says that somebody else was faster: git saw it before it
/// asked (`[rejected]`), or the remote when it moved the branch.
fn is_race(line: &str) -> bool {
    const LOST: [&str; 6] = [
        "cannot lock ref",
        "failed to update ref",
        "failed to lock",
        "unable to lock",
        "incorrect old value",
        "reference already exists",
    ];
    let lost_there = || LOST.iter().any(|lost| line.contains(lost));
    line.starts_with('!')
        && (line.contains("\t[rejected]") || (line.contains("\t[remote rejected]") && lost_there()))
}

#[cfg(test)]
mod tests {
    use super::is_race;

    #[test]
    fn a_lost_race_is_told_from_a_refusal() {
        for (line, race) in [
            ("!\tfeed:refs/heads/main\t[rejected] (fetch first)", true),
            ("!\tfeed:refs/heads/main\t[rejected] (non-fast-forward)", true),
            (
                "!\tfeed:refs/heads/main\t[remote rejected] (cannot lock ref 'refs/heads/main': is \
                 at a but expected b)",
                true,
            ),
            ("!\tfeed:refs/heads/main\t[remote rejected] (failed to update ref)", true),
            ("!\tfeed:refs/heads/main\t[remote rejected] (protected branch hook declined)", false),
            ("!\tfeed:refs/heads/main\t[remote rejected] (pre-receive hook declined)", false),
            ("To [rejected]", false),
        ] {
            assert_eq!(is_race(line), race, "{line}");
        }
    }
}
