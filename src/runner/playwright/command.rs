//! What to run goes in, Playwright's command line and environment come out.

use std::path::{Path, PathBuf};

use crate::runner::playwright::install::{Install, Version, normal};
use crate::runner::playwright::task::{PRELOAD_FILE, REPORTER_FILE, STANDBY_FILE};

/// More arguments than this are not worth it: systems limit a command line.
const MOST_BYTES: usize = 100_000;

/// What the user chose, as it is handed to Playwright.
#[derive(Debug, Clone, Default)]
pub(crate) struct Selection {
    pub(crate) projects: Vec<String>,
    pub(crate) grep: Option<String>,
    pub(crate) grep_invert: Option<String>,
    /// Playwright's own file arguments: regular expressions over absolute paths.
    pub(crate) files: Vec<String>,
}

/// How Playwright is to be called, in list and in shard runs alike.
#[derive(Debug, Clone, Default)]
pub(crate) struct Call {
    pub(crate) selection: Selection,
    /// Workers of one process; none leaves it to the user's configuration.
    pub(crate) workers: Option<u32>,
    /// What stood after `--`.
    pub(crate) extra: Vec<String>,
}

/// A program with its arguments and the variables that we add.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CommandLine {
    pub(crate) argv: Vec<String>,
    pub(crate) env: Vec<(String, String)>,
}

/// Paths as the sandbox sees them.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    /// The program that runs JavaScript.
    pub(crate) node: String,
    /// The folder of the package with Playwright's command.
    pub(crate) package: PathBuf,
    pub(crate) config: PathBuf,
    /// The folder that holds the reporter and its task.
    pub(crate) input: PathBuf,
    /// Where Playwright is to keep its attachments; none leaves it to the configuration.
    pub(crate) results: Option<PathBuf>,
}

impl Call {
    /// `playwright test --list`, reported by our reporter alone.
    pub(crate) fn list(&self, seen: &Seen) -> CommandLine {
        let reporter = text(&seen.input.join(REPORTER_FILE));
        let mut argv = self.base(seen);
        argv.extend(["--list".to_owned(), format!("--reporter={reporter}")]);
        CommandLine { argv, env: Vec::new() }
    }

    /// `playwright test` with the user's own reporters and ours beside them. `files` are the
    /// shard's, relative to the runner's root folder; only they are loaded where `root` tells them
    /// from all others.
    pub(crate) fn shard(
        &self,
        seen: &Seen,
        version: &Version,
        root: Option<&str>,
        files: &[&str],
    ) -> CommandLine {
        let mut call = self.clone();
        // Which tests run is chosen exactly by other means: these only spare loading the others.
        let own = root.map(|root| files.iter().map(|file| anchored(root, file)).collect());
        let short = |own: &Vec<String>| own.iter().map(String::len).sum::<usize>() <= MOST_BYTES;
        if let Some(own) = own.filter(short) {
            call.selection.files = own;
        }
        let mut line = call.reported(seen);
        if version.chooses_by_id() {
            line.argv.push("--last-failed".to_owned());
        }
        line
    }

    /// A process that loads Playwright and waits for a line with the command that it is to be.
    pub(crate) fn standby(seen: &Seen) -> Vec<String> {
        let own = |name: &str| text(&seen.input.join(name));
        let require = "--require".to_owned();
        vec![seen.node.clone(), require, own(PRELOAD_FILE), own(STANDBY_FILE), text(&seen.package)]
    }

    /// `playwright test` that is told only once it has loaded its files which tests to run.
    pub(crate) fn node(&self, seen: &Seen) -> CommandLine {
        let mut line = self.reported(seen);
        // A part of a small suite may be empty.
        line.argv.push("--pass-with-no-tests".to_owned());
        line
    }

    /// Whether the runner's own list, before it chooses, is what it would run: where it chooses by
    /// what failed last, it does so afterwards.
    pub(crate) fn can_wait(&self) -> bool {
        !self.extra.iter().any(|argument| argument.starts_with("--last-failed"))
    }

    fn reported(&self, seen: &Seen) -> CommandLine {
        let env = vec![
            ("PW_TEST_REPORTER".to_owned(), text(&seen.input.join(REPORTER_FILE))),
            // A report that opens a browser would wait for ever.
            ("PLAYWRIGHT_HTML_OPEN".to_owned(), "never".to_owned()),
        ];
        CommandLine { argv: self.base(seen), env }
    }

    fn base(&self, seen: &Seen) -> Vec<String> {
        let Selection { projects, grep, grep_invert, files } = &self.selection;
        let preload = text(&seen.input.join(PRELOAD_FILE));
        let mut argv = vec![seen.node.clone(), "--require".to_owned(), preload];
        argv.extend([text(&seen.package.join("cli.js")), "test".to_owned()]);
        argv.push(format!("--config={}", text(&seen.config)));
        argv.extend(seen.results.iter().map(|folder| format!("--output={}", text(folder))));
        argv.extend(projects.iter().map(|project| format!("--project={project}")));
        argv.extend(grep.iter().map(|grep| format!("--grep={grep}")));
        argv.extend(grep_invert.iter().map(|grep| format!("--grep-invert={grep}")));
        argv.extend(self.workers.map(|workers| format!("--workers={workers}")));
        argv.extend(self.extra.iter().cloned());
        argv.extend(files.iter().cloned());
        argv
    }

    /// Whether the user switched project dependencies off.
    pub(crate) fn no_deps(&self) -> bool {
        self.extra.iter().any(|argument| argument == "--no-deps")
    }
}

/// A file argument that matches one file of the runner's root folder and no other.
fn anchored(root: &str, file: &str) -> String {
    format!("/^{}$/", escape(&text(&normal(&Path::new(root).join(file)))))
}

/// One regular expression for `--grep` that keeps what matches `grep` and has one of `tags`.
///
/// Playwright matches it against project, file, titles and tags joined by spaces.
pub(crate) fn grep_with_tags(grep: Option<&str>, tags: &[String]) -> Option<String> {
    if tags.is_empty() {
        return grep.map(str::to_owned);
    }
    let names: Vec<String> = tags.iter().map(|tag| escape(tag)).collect();
    let tagged = format!("(?<!\\S)(?:{})(?!\\S)", names.join("|"));
    let Some(grep) = grep else { return Some(tagged) };
    let (source, flags) = source_and_flags(grep);
    Some(format!("/(?=[\\s\\S]*(?:{source}))(?=[\\s\\S]*{tagged})/{flags}"))
}

/// `/source/flags` or a plain source, as Playwright reads it.
fn source_and_flags(grep: &str) -> (&str, &str) {
    let split = grep.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    match split {
        Some((source, flags)) if flags.chars().all(|c| "gi".contains(c)) => (source, flags),
        _ => (grep, "gi"),
    }
}

/// Text as an ECMAScript regular expression that matches it literally.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\^$.*+?()[]{}|/".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// The installed Playwright as a sandbox sees it that shows `install.workspace` at `root`.
pub(crate) fn seen(install: &Install, root: &Path, path: &Path) -> PathBuf {
    match path.strip_prefix(&install.workspace) {
        Ok(inside) if inside.as_os_str().is_empty() => root.to_path_buf(),
        Ok(inside) => root.join(inside),
        Err(_) => path.to_path_buf(),
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use regress::Regex;

    use super::{anchored, escape, grep_with_tags};

    #[test]
    fn a_file_argument_matches_its_own_file_alone() {
        let matches = |argument: &str, path: &str| {
            let source = argument.strip_prefix('/').unwrap().strip_suffix('/').unwrap();
            Regex::new(source).unwrap().find(path).is_some()
        };
        let argument = anchored("/suite/tests", "a/b (1).spec.ts");
        assert!(matches(&argument, "/suite/tests/a/b (1).spec.ts"));
        for other in ["/suite/tests/x/a/b (1).spec.ts", "/suite/tests/a/b (1).spec.tsx", "/suite/b"]
        {
            assert!(!matches(&argument, other), "{other}");
        }
        let outside = anchored("/suite/tests", "../other/c.spec.ts");
        assert!(matches(&outside, "/suite/other/c.spec.ts"));
    }

    #[test]
    fn a_tag_matches_itself_and_no_longer_one() {
        let grep = grep_with_tags(None, &["@slow".to_owned(), "@a.b".to_owned()]).unwrap();
        let regex = Regex::new(&grep).unwrap();
        assert!(regex.find("chromium a.spec.ts title @slow").is_some());
        assert!(regex.find("chromium a.spec.ts title @slower").is_none());
        assert!(regex.find("chromium a.spec.ts title @a.b @x").is_some());
        assert!(regex.find("chromium a.spec.ts title @aXb").is_none());
    }

    #[test]
    fn a_grep_and_a_tag_must_both_match() {
        let grep = grep_with_tags(Some("^chromium .*(pay|buy)"), &["@slow".to_owned()]).unwrap();
        let source = grep.strip_prefix('/').unwrap().rsplit_once('/').unwrap().0;
        let regex = Regex::with_flags(source, "i").unwrap();
        assert!(regex.find("chromium a.spec.ts pay @slow").is_some());
        assert!(regex.find("chromium a.spec.ts look @slow").is_none());
        assert!(regex.find("chromium a.spec.ts pay @fast").is_none());
    }

    #[test]
    fn escaped_text_matches_only_itself() {
        for hostile in ["a+b", "(x)", "[1]", r"back\slash", "a/b", "$(touch x)", "{2}", "a|b"] {
            let regex = Regex::new(&format!("^{}$", escape(hostile))).unwrap();
            assert!(regex.find(hostile).is_some(), "{hostile}");
            assert!(regex.find(&format!("{hostile}x")).is_none(), "{hostile}");
        }
    }
}
