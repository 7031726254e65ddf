//! What is checked out goes in and comes out, moved on to another commit of the file.

use super::command::GitError;
use super::repository::{CommitId, Entry, Repository};

impl Repository {
    /// The commit that is checked out; none before the first.
    pub(crate) fn head(&self) -> Result<Option<CommitId>, GitError> {
        let head = self.git(&["rev-parse", "--verify", "--quiet", "HEAD^{commit}"]);
        Ok(head.answer()?.map(CommitId))
    }

    /// The branch that is checked out; none where that is a commit alone.
    pub(crate) fn branch(&self) -> Result<Option<String>, GitError> {
        // The short name is a longer one where a tag has it as well.
        let reference = self.git(&["symbolic-ref", "--quiet", "HEAD"]).answer()?;
        Ok(reference.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned)))
    }

    /// What the index has of the file, for `update-index --index-info`; nothing where that is none.
    fn staged(&self) -> Result<Vec<u8>, GitError> {
        self.git(&["ls-files", "--stage", "-z", "--", self.path()]).bytes()
    }

    /// Gives the file's place in the index to something else; what git was told to overlook there
    /// stays overlooked.
    fn stage(&self, entry: &[u8]) -> Result<(), GitError> {
        let listed = self.git(&["ls-files", "-v", "-z", "--", self.path()]).text()?;
        self.git(&["update-index", "-z", "--index-info"]).input(entry).bytes()?;
        // As in `S timings.json`; a small letter where it is taken for unchanged.
        let letter = listed.chars().next().unwrap_or('H');
        let is_told = [
            ("--skip-worktree", letter.eq_ignore_ascii_case(&'s')),
            ("--assume-unchanged", letter.is_ascii_lowercase()),
        ];
        for (flag, _) in is_told.into_iter().filter(|(_, is_told)| *is_told) {
            self.git(&["update-index", flag, "--", self.path()]).bytes()?;
        }
        Ok(())
    }

    /// Moves what is checked out from `old` on to `new`, as `git commit` does, and the file's
    /// entry in the index; all other entries stay. The file itself is left to the caller.
    pub(crate) fn move_on(&self, old: &CommitId, new: &CommitId) -> Result<(), GitError> {
        let because = "shardwright timings commit";
        let Some(Entry { mode, blob }) = self.entry(new)? else { return Ok(()) };
        let before = self.staged()?;
        // The index first: another git may hold it, and then nothing has happened yet.
        self.stage(format!("{mode} {blob}\t{}\0", self.path()).as_bytes())?;
        let moved = self.git(&["update-ref", "-m", because, "HEAD", &new.0, &old.0]).bytes();
        if moved.is_err() {
            let none = format!("0 {}\t{}\0", "0".repeat(blob.len()), self.path());
            let before = if before.is_empty() { none.into_bytes() } else { before };
            self.stage(&before)?;
        }
        moved.map(drop)
    }
}
