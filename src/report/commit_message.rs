//! What lies between two histories goes in, the message of a commit comes out.
//!
//! What stands in a message is read by more than people: hosts look in it for words that skip CI,
//! close issues and call people, git for trailers at its end, editors for lines that begin with
//! `#`. So every title stands indented, behind words of ours, and as [`text::commit`] writes it.

use std::fmt::Write;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::movement::{Movement, Shift};
use crate::model::timings::{LastResult, Timing};
use crate::report::console::width::folded;
use crate::report::facts::{number_of, time};
use crate::report::text;

/// The trailer that says which results a commit learnt from.
pub(crate) const RESULTS: &str = "Shardwright-Results";

/// So many results stand on a line.
const ON_A_LINE: usize = 7;

/// How many tests are named of each kind.
const NAMED: usize = 10;
/// In characters: what is longer is cut.
const LONGEST: usize = 200;

/// What a message says.
pub(crate) struct Message<'a> {
    /// One line of the user's.
    pub(crate) subject: &'a str,
    /// What is behind it, so that CI leaves the commit alone; may be empty.
    pub(crate) ci_skip: &'a str,
    pub(crate) movement: &'a Movement,
    /// None where nothing can be planned.
    pub(crate) shift: Option<&'a Shift>,
    /// What tells the results from all others.
    pub(crate) results: &'a [String],
}

impl Message<'_> {
    /// The text, from the subject to the trailers.
    pub(crate) fn text(&self) -> String {
        let Self { subject, ci_skip, movement, shift, results } = self;
        // In the subject, because some hosts look nowhere else.
        let mut page = format!("{subject} {ci_skip}").trim().to_owned() + "\n";
        if let Some(shift) = shift {
            let _ = write!(page, "\n{}\n", folded(&told(shift), "", "").join("\n"));
        }
        page += &lists(movement);
        page.push('\n');
        for some in results.chunks(ON_A_LINE) {
            let _ = writeln!(page, "{RESULTS}: {}", some.join(" "));
        }
        page
    }
}

/// As in `The slowest of 4 shards: 3.0 s as predicted so far, 4.0 s by these timings; ...`.
pub(crate) fn told(shift: &Shift) -> String {
    let Shift { shards, told, takes, replanned } = *shift;
    let which = if shards == 1 {
        "One shard".to_owned()
    } else {
        format!("The slowest of {shards} shards")
    };
    let again = if replanned < takes {
        format!(", {} dealt by these", time(replanned))
    } else {
        String::new()
    };
    format!(
        "{which}: {} by the timings so far, {} by these with the same plan{again}.",
        time(told),
        time(takes)
    )
}

fn lists(movement: &Movement) -> String {
    let Movement { new, removed, moved, turned, total, .. } = movement;
    let verb = |count: usize, one: &str, many: &str| {
        let count_of = number_of(count, "test");
        format!("{count_of} {}", if count == 1 { one } else { many })
    };
    let timed = |entries: &[(TestKey, Timing)]| -> Vec<(String, TestKey)> {
        entries.iter().map(|(key, timing)| (took(timing.duration), key.clone())).collect()
    };
    let moves = moved
        .iter()
        .map(|moved| (format!("{} -> {}", took(moved.from), time(moved.to)), moved.key.clone()));
    let turns = turned.iter().map(|turned| {
        (format!("{} -> {}", word(turned.from), word(turned.to)), turned.key.clone())
    });
    let turning = verb(turned.len(), "fails now or passes again", "fail now or pass again");
    let moving = format!("{} of {total} moved, the most first", number_of(moved.len(), "test"));
    [
        list(&turning, &turns.collect::<Vec<_>>()),
        list(&verb(new.len(), "is new", "are new"), &timed(new)),
        list(&verb(removed.len(), "is gone", "are gone"), &timed(removed)),
        list(&moving, &moves.collect::<Vec<_>>()),
    ]
    .concat()
}

/// A head and what it is said of; nothing where there is nothing.
fn list(head: &str, rows: &[(String, TestKey)]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let mut page = format!("\n{head}:\n");
    for (what, key) in rows.iter().take(NAMED) {
        let _ = writeln!(page, "    {what}  {}", name(key));
    }
    if rows.len() > NAMED {
        let _ = writeln!(page, "    and {} more", rows.len() - NAMED);
    }
    page
}

fn took(duration: Option<Duration>) -> String {
    duration.map_or_else(|| "never passed".to_owned(), time)
}

fn word(last: LastResult) -> &'static str {
    match last {
        LastResult::Passed => "passed",
        LastResult::Flaky => "flaky",
        LastResult::Failed => "failed",
    }
}

/// A test in one line that does nothing.
fn name(key: &TestKey) -> String {
    let whole = text::commit(&key.to_string());
    match whole.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &whole[..end]),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{LONGEST, Message};
    use crate::model::id::TestKey;
    use crate::model::movement::{Moved, Movement, Shift, Turned};
    use crate::model::timings::{LastResult, Timing};

    fn key(title: &str) -> TestKey {
        let (file, project) = ("a.spec.ts".to_owned(), "chromium".to_owned());
        TestKey { file, project, titles: vec![title.to_owned()], repeat: 0 }
    }

    fn message(movement: &Movement) -> String {
        let seconds = Duration::from_secs;
        let shift =
            Shift { shards: 4, told: seconds(220), takes: seconds(250), replanned: seconds(235) };
        let results: Vec<String> = (0..9).map(|n| format!("{n:08x}")).collect();
        let (subject, ci_skip) = ("Update test timings", "[skip ci]");
        Message { subject, ci_skip, movement, shift: Some(&shift), results: &results }.text()
    }

    #[test]
    fn a_message_says_what_moved_and_why() {
        let timing =
            Timing { duration: Some(Duration::from_secs(3)), last: LastResult::Passed, flaky: 0 };
        let (from, to) = (Some(Duration::from_secs(4)), Duration::from_millis(9_300));
        let movement = Movement {
            new: vec![(key("new"), timing)],
            removed: vec![],
            moved: (0..12).map(|n| Moved { key: key(&format!("m{n}")), from, to }).collect(),
            turned: vec![Turned {
                key: key("turns"),
                from: LastResult::Passed,
                to: LastResult::Failed,
            }],
            changed: 13,
            total: 430,
        };
        let expected = "\
Update test timings [skip ci]

The slowest of 4 shards: 3 min 40 s by the timings so far, 4 min 10 s by these
with the same plan, 3 min 55 s dealt by these.

1 test fails now or passes again:
    passed -> failed  [\u{2060}chromium] › a.spec.ts › turns

1 test is new:
    3.0 s  [\u{2060}chromium] › a.spec.ts › new

12 tests of 430 moved, the most first:
    4.0 s -> 9.3 s  [\u{2060}chromium] › a.spec.ts › m0
";
        let said = message(&movement);
        assert!(said.starts_with(expected), "{said}");
        let end = "    and 2 more\n\nShardwright-Results: 00000000 00000001 00000002 00000003 \
                   00000004 00000005 00000006\nShardwright-Results: 00000007 00000008\n";
        assert!(said.ends_with(end), "{said}");
    }

    #[test]
    fn a_title_is_one_line_of_the_message_whatever_it_says() {
        let hostile = "x\n\nCo-authored-by: Eve <eve@evil.example>\n# [skip ci] \u{1b}[2J @team";
        let long = "y".repeat(5_000);
        let timing = Timing { duration: None, last: LastResult::Failed, flaky: 0 };
        let new = vec![(key(hostile), timing), (key(&long), timing)];
        let said = message(&Movement { new, total: 2, ..Movement::default() });
        let lines: Vec<&str> = said.lines().filter(|line| line.contains("a.spec.ts")).collect();
        assert_eq!(lines.len(), 2, "{said}");
        assert!(lines[0].starts_with("    never passed  ") && lines[0].contains("Eve"), "{said}");
        assert_eq!(said.matches("[skip ci]").count(), 1, "only ours: {said}");
        assert!(!said.contains("@team") && !said.contains("eve@evil"), "{said}");
        assert!(lines[1].chars().count() < LONGEST + 30, "{said}");
    }
}
