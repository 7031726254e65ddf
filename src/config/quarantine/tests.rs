//! What stands in a quarantine file, and what is said of one that is wrong.

use std::path::Path;

use super::{day, entries, load};
use crate::config::flags::quarantine::QuarantineFlags;
use crate::model::quarantine::{Day, Tests};

const GOOD: &str = r#"# Ours.
[[test]]
file = "./cart.spec.ts"
title = "cart › adds"
reason = "the shop answers late, see #12"
owner = "ann"
expires = 2026-12-31

[[test]]
project = "phone"
file = "pay.spec.ts"
titles = ["pay › now", "twice"]
reason = "r"
owner = "o"
expires = 2027-01-01

[[test]]
file = "pay.spec.ts"
reason = "r"
owner = "o"
expires = 2027-01-01
"#;

/// What is said of this text, without the path.
fn said(text: &str) -> String {
    let error = entries(Path::new("q.toml"), text).unwrap_err().to_string();
    error.strip_prefix("`q.toml`, ").unwrap_or(&error).to_owned()
}

#[test]
fn every_kind_of_entry_is_read() {
    let read = entries(Path::new("q.toml"), GOOD).unwrap();
    assert_eq!(read[0].file, "cart.spec.ts");
    assert_eq!(read[0].tests, Tests::Title("cart › adds".to_owned()));
    assert_eq!(read[0].expires, Day(2026, 12, 31));
    assert_eq!((read[0].owner.as_str(), read[0].project.as_deref()), ("ann", None));
    let titles = vec!["pay › now".to_owned(), "twice".to_owned()];
    assert_eq!(
        (&read[1].tests, read[1].project.as_deref()),
        (&Tests::Titles(titles), Some("phone"))
    );
    assert_eq!(read[2].tests, Tests::All);
    assert_eq!(read.iter().map(|entry| entry.line).collect::<Vec<_>>(), [2, 9, 17]);
    assert!(entries(Path::new("q.toml"), "# nothing\n").unwrap().is_empty());
}

#[test]
fn what_is_wrong_is_named_with_its_place() {
    let entry = |more: &str| {
        format!(
            "[[test]]\nfile = \"a\"\nreason = \"r\"\nowner = \"o\"\nexpires = 2026-12-31\n{more}"
        )
    };
    for (text, expected) in [
        (entry("onwer = \"x\"\n"), "line 6, column 1: `onwer` is no key here; is `owner` meant?"),
        (
            entry("colour = 1\n"),
            "line 6, column 1: `colour` is no key here; known are: project, file, title, titles, \
             reason, owner, expires",
        ),
        ("\n[[tests]]\n".to_owned(), "line 2, column 3: `tests` is no key here; is `test` meant?"),
        (
            "[test]\nfile = \"a\"\n".to_owned(),
            "line 1, column 1: `test` is a table; each entry begins with `[[test]]`",
        ),
        ("[[test]]\nreason = \"r\"\n".to_owned(), "line 1, column 1: this entry has no `file`"),
        (
            "[[test]]\nfile = \"a\"\nreason = \"r\"\nowner = \" \"\n".to_owned(),
            "line 4, column 9: `owner` is empty; a text is expected",
        ),
        (
            entry("").replace("2026-12-31", "\"2026-12-31\""),
            "line 5, column 11: `expires` is a text; a day without quotes, as in `expires = \
             2026-12-31`, is expected",
        ),
        (
            entry("").replace("2026-12-31", "2026-12-31T10:00:00Z"),
            "line 5, column 11: `expires` is a time; a day without quotes, as in `expires = \
             2026-12-31`, is expected",
        ),
        (entry("title = 3\n"), "line 6, column 9: `title` is a number; a text is expected"),
        (
            entry("titles = [1]\n"),
            "line 6, column 10: `titles` is a list of other things; a list of texts, the outermost \
             title first, is expected",
        ),
        (
            entry("title = \"t\"\ntitles = [\"t\"]\n"),
            "line 7, column 10: `title` and `titles` name the test twice; one of them is enough",
        ),
        (entry(&entry("")), "line 6, column 1: the same test as in line 1"),
    ] {
        assert_eq!(said(&text), expected, "{text}");
    }
    assert_eq!(said("[[test]\n"), "cannot use the quarantine file `q.toml`");
    assert_eq!(
        said(&entry("").replace("12-31", "02-31")),
        "cannot use the quarantine file `q.toml`"
    );
}

#[test]
fn a_file_may_be_missing_unless_it_was_named() {
    let folder = tempfile::tempdir().unwrap();
    let flags = |quarantine: Option<&str>| QuarantineFlags {
        quarantine: quarantine.map(Into::into),
        today: day(jiff::civil::date(2026, 11, 21)),
    };
    let found = load(folder.path(), &flags(None)).unwrap();
    assert_eq!((found.entries.len(), found.today.to_string().as_str()), (0, "2026-11-21"));
    assert!(load(folder.path(), &flags(Some("q.toml"))).is_err());
    std::fs::write(folder.path().join("quarantine.toml"), GOOD).unwrap();
    assert_eq!(load(folder.path(), &flags(None)).unwrap().entries.len(), 3);
    std::fs::create_dir(folder.path().join("q.toml")).unwrap();
    assert!(load(folder.path(), &flags(Some("q.toml"))).is_err());
}
