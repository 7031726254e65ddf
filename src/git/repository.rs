//! A file goes in; what its repository knows of it comes out, and commits that change nothing else.

use std::ffi::OsStr;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::platform;

use super::command::{Call, GitError, git};

/// The repository of one file.
pub(crate) struct Repository {
    /// The top of its working tree.
    pub(super) top: PathBuf,
    /// The file, from there.
    path: String,
}

/// A commit's name in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CommitId(pub(super) String);

impl fmt::Display for CommitId {
    /// As short as people write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.get(..9).unwrap_or(&self.0))
    }
}

impl CommitId {
    /// All of its digits.
    pub(crate) fn whole(&self) -> &str {
        &self.0
    }
}

/// Who makes a commit where git has not been told.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Author {
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
}

/// A commit to be made.
pub(crate) struct Draft<'a> {
    /// The file as it becomes.
    pub(crate) text: &'a str,
    /// Taken as it is: git removes no line from it.
    pub(crate) message: &'a str,
    pub(crate) author: Author,
}

/// A file in a commit.
pub(super) struct Entry {
    pub(super) mode: String,
    pub(super) blob: String,
}

impl Repository {
    /// The repository that a file is in, or would be in: it need not exist. A link is followed.
    pub(crate) fn of(file: &Path) -> Result<Self, GitError> {
        let real = platform::canonical(file).unwrap_or_else(|_| file.to_path_buf());
        let folder = match real.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        let unusable = |source| GitError::Folder { path: folder.to_path_buf(), source };
        let folder = platform::canonical(folder).map_err(unusable)?;
        let top = git(&folder, &["rev-parse", "--show-toplevel"]).text()?;
        let prefix = git(&folder, &["rev-parse", "--show-prefix"]).text()?;
        let name = real.file_name().and_then(OsStr::to_str);
        let name = name.ok_or_else(|| GitError::NoText { path: real.clone() })?;
        Ok(Self { top: PathBuf::from(top), path: prefix + name })
    }

    pub(super) fn git(&self, arguments: &[&str]) -> Call {
        git(&self.top, arguments)
    }

    /// The file, from the top of the working tree.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The file in a commit, as a working tree would have it; none where the commit has none.
    pub(crate) fn text_at(&self, commit: &CommitId) -> Result<Option<Vec<u8>>, GitError> {
        let Some(Entry { blob, .. }) = self.entry(commit)? else { return Ok(None) };
        let path = format!("--path={}", self.path);
        self.git(&["cat-file", "--filters", &path, &blob]).bytes().map(Some)
    }

    pub(super) fn entry(&self, commit: &CommitId) -> Result<Option<Entry>, GitError> {
        let listed = self.git(&["ls-tree", "-z", "--full-tree", &commit.0, "--", &self.path]);
        let listed = listed.text()?;
        // As in `100644 blob 8baef1b\ttimings.json`.
        let mut words = listed.split(['\t', ' ']).map(str::to_owned);
        let (Some(mode), Some(kind), Some(blob)) = (words.next(), words.next(), words.next())
        else {
            return Ok(None);
        };
        if kind != "blob" || mode == "120000" {
            return Err(GitError::NoFile { path: self.path.clone() });
        }
        Ok(Some(Entry { mode, blob }))
    }

    /// The values of a trailer of one commit's message.
    pub(crate) fn trailers(&self, commit: &CommitId, key: &str) -> Result<Vec<String>, GitError> {
        let format = trailers(key);
        let log = self.git(&["log", "-1", "--no-show-signature", &format, &commit.0, "--"]);
        Ok(words(&log.text()?))
    }

    /// The values of a trailer of all commits up to this one that changed the file lately.
    pub(crate) fn trailers_before(
        &self,
        commit: &CommitId,
        key: &str,
    ) -> Result<Vec<String>, GitError> {
        let format = trailers(key);
        // No CI machine runs a job again after so long.
        let recent = ["--since=60.days.ago", "--max-count=1000", "--no-show-signature"];
        let log = [&["log"][..], &recent, &[&format, &commit.0, "--", &self.path]].concat();
        Ok(words(&self.git(&log).text()?))
    }

    /// Makes a commit on top of another that changes the file and nothing else. No branch has it
    /// yet.
    pub(crate) fn commit(
        &self,
        parent: &CommitId,
        draft: &Draft<'_>,
    ) -> Result<CommitId, GitError> {
        let mode = self.entry(parent)?.map_or_else(|| "100644".to_owned(), |entry| entry.mode);
        let path = format!("--path={}", self.path);
        let blob = self.git(&["hash-object", "-w", "--stdin", &path]).input(draft.text);
        let line = format!("{mode} {}\t{}\0", blob.text()?, self.path);
        let unusable = |source| GitError::Folder { path: std::env::temp_dir(), source };
        let folder = tempfile::tempdir().map_err(unusable)?;
        let index = folder.path().join("index");
        let apart = |arguments: &[&str]| self.git(arguments).env("GIT_INDEX_FILE", &index);
        apart(&["read-tree", &parent.0]).bytes()?;
        apart(&["update-index", "-z", "--index-info"]).input(line).bytes()?;
        // A partial clone has not all of what it names.
        let tree = apart(&["write-tree", "--missing-ok"]).text()?;
        let mut arguments = vec!["commit-tree", &tree, "-p", &parent.0, "-F", "-"];
        let sign = self.git(&["config", "--type=bool", "--get", "commit.gpgSign"]).answer()?;
        // What `git commit` does by itself.
        arguments.extend(sign.filter(|sign| sign == "true").map(|_| "-S"));
        let mut call = self.git(&arguments).input(draft.message);
        let Author { name, email } = draft.author;
        for who in ["AUTHOR", "COMMITTER"] {
            if !self.knows(who)? {
                call = call.env(&format!("GIT_{who}_NAME"), name);
                call = call.env(&format!("GIT_{who}_EMAIL"), email);
            }
        }
        call.text().map(CommitId)
    }

    /// Whether somebody told git who that is here, be it by configuration or by variables.
    fn knows(&self, who: &str) -> Result<bool, GitError> {
        let who = format!("GIT_{who}_IDENT");
        // Without this git guesses from the name of the machine.
        let call = self.git(&["-c", "user.useConfigOnly=true", "var", &who]);
        Ok(call.end()?.status.success())
    }
}

fn trailers(key: &str) -> String {
    format!("--format=%(trailers:key={key},valueonly)")
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}
