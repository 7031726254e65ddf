//! What an error says goes in, what is wrong with the place where tests run comes out.
//!
//! A test can say such words, too: it gains another try by them, and is flaky at best.

use crate::model::event::TestResult;

/// Something that is wrong with the sandbox, and not with what is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Symptom {
    /// A worker or a browser died.
    Crash,
    /// A file system is full.
    NoSpace,
    /// There is no browser for this version of Playwright.
    NoBrowser,
    /// A folder cannot be written to.
    Unwritable,
}

/// The words, in small letters: Playwright's own (1.40 to 1.65), Node's and the kernel's.
const WORDS: [(&str, Symptom); 9] = [
    // First: a full disk and a missing browser bring workers down, too.
    ("enospc", Symptom::NoSpace),
    ("no space left on device", Symptom::NoSpace),
    ("executable doesn't exist at ", Symptom::NoBrowser),
    ("erofs: ", Symptom::Unwritable),
    ("read-only file system", Symptom::Unwritable),
    ("worker process exited unexpectedly", Symptom::Crash),
    ("page crashed", Symptom::Crash),
    ("target crashed", Symptom::Crash),
    ("browsertype.launch: target page, context or browser has been closed", Symptom::Crash),
];

impl Symptom {
    /// What a text tells; none where it tells nothing of the kind.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let text = text.to_lowercase();
        WORDS.iter().find(|(words, _)| text.contains(words)).map(|(_, symptom)| *symptom)
    }

    /// What the errors of a test tell, the first that tells something.
    pub(crate) fn of_result(result: &TestResult) -> Option<Self> {
        result.errors.iter().find_map(|error| Self::of(&error.message))
    }
}

#[cfg(test)]
mod tests {
    use super::Symptom;

    #[test]
    fn what_runners_and_kernels_say_is_understood() {
        for (text, symptom) in [
            ("Error: worker process exited unexpectedly (code=null)", Some(Symptom::Crash)),
            ("page.goto: Page crashed", Some(Symptom::Crash)),
            ("Error: ENOSPC: no space left on device, write", Some(Symptom::NoSpace)),
            ("write /var/lib/docker/x: no space left on device", Some(Symptom::NoSpace)),
            (
                "browserType.launch: Executable doesn't exist at /ms-playwright/chromium-1/chrome",
                Some(Symptom::NoBrowser),
            ),
            ("EROFS: read-only file system, mkdir '/workspace/x'", Some(Symptom::Unwritable)),
            (
                "mkdir: cannot create directory 'x': Read-only file system",
                Some(Symptom::Unwritable),
            ),
            ("expect(received).toBe(expected)", None),
            ("", None),
        ] {
            assert_eq!(Symptom::of(text), symptom, "{text}");
        }
    }
}
