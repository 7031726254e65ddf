//! Commits go in; how they stand to each other, and to what a remote has, comes out. What a shallow
//! clone does not know of that is asked for.

use super::command::GitError;
use super::push::Remote;
use super::repository::{CommitId, Repository};

/// So many commits a shallow clone gets to know at a time.
const DEEPER: [&str; 3] = ["100", "1000", "10000"];

impl Repository {
    /// Whether a commit is this end of a branch, or came before it.
    pub(crate) fn is_within(&self, commit: &CommitId, tip: &CommitId) -> Result<bool, GitError> {
        let asked = self.git(&["merge-base", "--is-ancestor", &commit.0, &tip.0]);
        Ok(asked.answer()?.is_some())
    }

    /// Where two commits parted; none where they have no past in common, or nobody here knows it.
    pub(crate) fn parted(
        &self,
        head: &CommitId,
        tip: &CommitId,
        remote: &Remote,
    ) -> Result<Option<CommitId>, GitError> {
        let ask = || {
            let base = self.git(&["merge-base", &head.0, &tip.0]).answer();
            base.map(|base| base.map(CommitId))
        };
        for depth in DEEPER {
            let base = ask()?;
            if base.is_some() || !self.is_shallow()? || !self.deepened(head, depth, &remote.name)? {
                return Ok(base);
            }
        }
        ask()
    }

    /// Whether a commit changes the file and nothing else, beside its first parent; none where
    /// that cannot be had.
    pub(crate) fn brings_only_the_file(
        &self,
        commit: &CommitId,
        remote: &str,
    ) -> Result<Option<bool>, GitError> {
        // As it was made: a shallow clone has cut its parents off.
        let text = self.git(&["cat-file", "commit", &commit.0]).text()?;
        let mut head = text.lines().take_while(|line| !line.is_empty());
        let Some(parent) = head.find_map(|line| line.strip_prefix("parent ")) else {
            return Ok(Some(false));
        };
        let parent = CommitId(parent.to_owned());
        let is_here =
            self.has(&parent)? || (self.deepened(commit, "1", remote)? && self.has(&parent)?);
        if !is_here {
            return Ok(None);
        }
        let diff = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", &parent.0, &commit.0];
        let names = self.git(&diff).text()?;
        Ok(Some(names.strip_suffix('\0') == Some(self.path())))
    }

    /// Where a new branch of a remote begins: at the newest of what is checked out that the remote
    /// has on one of its branches, else at the end of its main one; none where it has no branch.
    /// `near` is the branch that `head` may be on there.
    pub(crate) fn beginning(
        &self,
        head: &CommitId,
        near: Option<&str>,
        remote: &str,
    ) -> Result<Option<CommitId>, GitError> {
        let wanted = ["HEAD", "refs/heads/*"];
        let listed = [&["ls-remote", "--quiet", "--", remote][..], &wanted].concat();
        let listed = self.git(&listed).text()?;
        let tips: Vec<(&str, &str)> =
            listed.lines().filter_map(|line| line.split_once('\t')).collect();
        let near = near.map(|name| format!("refs/heads/{name}"));
        let tip_of = |wanted: &str| tips.iter().find(|(_, name)| *name == wanted);
        // What they moved on to may not be known here yet, and what they moved on from is here.
        let known = near.as_deref().into_iter().chain(["HEAD"]).filter_map(tip_of);
        for (id, name) in known {
            self.brought(&CommitId((*id).to_owned()), name, remote)?;
        }
        let published = self.newest_of(head, tips.iter().map(|(id, _)| *id))?;
        let main = || tip_of("HEAD").map(|(id, _)| CommitId((*id).to_owned()));
        Ok(published.or_else(main))
    }

    /// The newest of a commit and its first parents that is in one of these; some of these may be
    /// unknown here.
    fn newest_of<'a>(
        &self,
        head: &CommitId,
        tips: impl Iterator<Item = &'a str>,
    ) -> Result<Option<CommitId>, GitError> {
        let outside = tips.map(|tip| format!("^{tip}")).collect::<Vec<_>>().join("\n");
        let asked = ["rev-list", "--ignore-missing", "--first-parent", &head.0, "--stdin"];
        let asked = self.git(&asked).input(outside).env("GIT_NO_LAZY_FETCH", "1");
        let own = asked.text()?;
        let Some(first) = own.lines().last() else { return Ok(Some(head.clone())) };
        let parent = format!("{first}^1");
        Ok(self.git(&["rev-parse", "--verify", "--quiet", &parent]).answer()?.map(CommitId))
    }

    fn is_shallow(&self) -> Result<bool, GitError> {
        Ok(self.git(&["rev-parse", "--is-shallow-repository"]).text()? == "true")
    }

    /// Whether a remote could tell more of what came before a commit.
    fn deepened(&self, commit: &CommitId, by: &str, remote: &str) -> Result<bool, GitError> {
        let deepen = format!("--deepen={by}");
        let fetch = ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", &deepen];
        let fetch = [&fetch[..], &["--", remote, &commit.0]].concat();
        Ok(self.git(&fetch).end()?.status.success())
    }
}
