//! A path goes in; how it stands with git comes out: ignored, known, since when, merged how.

use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::command::GitError;
use super::repository::Repository;

impl Repository {
    /// Which rule keeps git from looking at a path, as `.gitignore:3:*.json`; none where it looks.
    /// The path need not exist; what lies outside of the repository is an error.
    pub(crate) fn ignored_by(&self, path: &Path) -> Result<Option<String>, GitError> {
        let path = path.to_string_lossy();
        let asked = self.git(&["check-ignore", "--verbose", "--", &path]);
        // It refuses to look at names alone; an absolute path has none of the signs that it heeds.
        let told = asked.env("GIT_LITERAL_PATHSPECS", "0").answer()?;
        Ok(told.map(|told| told.split('\t').next().unwrap_or_default().to_owned()))
    }

    /// Whether the file is in the index.
    pub(crate) fn knows_file(&self) -> Result<bool, GitError> {
        let listed = self.git(&["ls-files", "--error-unmatch", "--", self.path()]);
        Ok(listed.answer()?.is_some())
    }

    /// How long ago the file was last committed here; none where it never was.
    pub(crate) fn age(&self) -> Result<Option<Duration>, GitError> {
        if self.head()?.is_none() {
            return Ok(None);
        }
        let format = "--format=%ct";
        let log = self.git(&["log", "-1", "--no-show-signature", format, "--", self.path()]);
        let seconds = log.text()?.trim().parse().ok().map(Duration::from_secs);
        let at = seconds.and_then(|seconds| UNIX_EPOCH.checked_add(seconds));
        Ok(at.map(|at| SystemTime::now().duration_since(at).unwrap_or_default()))
    }

    /// The merge driver that the attributes name for the file; none where git merges it as text.
    pub(crate) fn merge_driver(&self) -> Result<Option<String>, GitError> {
        let told = self.git(&["check-attr", "merge", "--", self.path()]).text()?;
        let value = told.rsplit(": ").next().unwrap_or_default().trim();
        let is_name = !["unspecified", "unset", "set", ""].contains(&value);
        Ok(is_name.then(|| value.to_owned()))
    }

    /// Whether git was told here what to start for a merge driver of this name.
    pub(crate) fn has_driver(&self, name: &str) -> Result<bool, GitError> {
        let key = format!("merge.{name}.driver");
        Ok(self.git(&["config", "--get", &key]).answer()?.is_some())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;
    use std::process::Command;

    use crate::git::Repository;

    fn git(folder: &Path, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.arg("-C").arg(folder).args(["-c", "user.name=a", "-c", "user.email=a@example.org"]);
        assert!(git.args(arguments).output().unwrap().status.success(), "{arguments:?}");
    }

    #[test]
    fn git_says_how_it_stands_with_a_file() {
        let folder = tempfile::tempdir().unwrap();
        let top = folder.path().canonicalize().unwrap();
        git(&top, &["init", "-q"]);
        fs::create_dir(top.join("web")).unwrap();
        let file = top.join("web/timings.json");
        fs::write(&file, "{}").unwrap();
        let repository = Repository::of(&file).unwrap();
        assert_eq!(repository.ignored_by(&file).unwrap(), None);
        assert!(!repository.knows_file().unwrap());
        assert_eq!(repository.age().unwrap(), None);
        assert_eq!(repository.merge_driver().unwrap(), None);
        assert!(!repository.has_driver("own").unwrap());

        fs::write(top.join(".gitignore"), "\nout/\n").unwrap();
        fs::write(top.join(".gitattributes"), "timings.json merge=own\n").unwrap();
        git(&top, &["config", "merge.own.driver", "true"]);
        git(&top, &["add", "."]);
        git(&top, &["commit", "-q", "-m", "x"]);
        let rule = Some(".gitignore:2:out/".to_owned());
        assert_eq!(repository.ignored_by(&top.join("web/out/deep/x")).unwrap(), rule);
        assert!(repository.ignored_by("/elsewhere".as_ref()).is_err());
        assert!(repository.knows_file().unwrap());
        assert!(repository.age().unwrap().unwrap().as_secs() < 3600);
        assert_eq!(repository.merge_driver().unwrap(), Some("own".to_owned()));
        assert!(repository.has_driver("own").unwrap());
    }
}
