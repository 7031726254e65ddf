//! The attempts of one test go in, one test case comes out that tells them all.
//!
//! The convention is Surefire's ("Rerun Failing Tests", maven.apache.org/surefire/
//! maven-surefire-plugin/examples/rerun-failing-tests.html), which Jenkins, GitLab, Gradle and
//! nextest follow:
//!
//! - Passed in the end: a case that passed, and a `<flakyFailure>` or `<flakyError>` for each attempt
//!   that did not. Its time is that of the run that passed last.
//! - Failed in the end: the `<failure>` or `<error>` of the first attempt that failed, which also
//!   gives its kind and its time, and a `<rerunFailure>` or `<rerunError>` for each later one.
//!
//! `message`, `type` and `time` stand on these elements, the text in `<stackTrace>`, and what that
//! attempt printed in `<system-out>` and `<system-err>`. The convention has no place for an attempt
//! that passed before one that failed: the property `shardwright.attempts` names all. The stamp around
//! the case is that of the first: `shardwright.ended` says when the file of the last one had ended.

use std::fmt::Write;
use std::time::Duration;

use crate::report::junit::merge::pieces::{Piece, parse};
use crate::report::junit::merge::spool::escaped;
use crate::report::junit::totals::seconds;
use crate::wire::junit::Status;
use crate::wire::junit::verdict::is_flaky;

/// What each attempt came to, in their order, e.g. `failed, passed`.
const ATTEMPTS: &str = "shardwright.attempts";

/// When the files of all attempts had ended, or [`UNKNOWN`].
pub(super) const ENDED: &str = "shardwright.ended";

/// Nobody knows when; no stamp, so that no reader takes it for one.
pub(super) const UNKNOWN: &str = "unknown";

/// One attempt: a test case as it stands in a spool.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) text: String,
    pub(super) status: Status,
    pub(super) time: Duration,
}

/// A test case made of several.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fused {
    pub(super) text: String,
    pub(super) status: Status,
    pub(super) time: Duration,
    pub(super) flaky: bool,
}

/// An execution that went wrong, apart from the test case that it stood in.
struct Bad {
    error: bool,
    attributes: Vec<(String, String)>,
    /// XML.
    inner: String,
}

/// Makes one test case of attempts in their order; the last that was not skipped decides. `ended` is
/// when their files had, if they say times at all. `None` where there is none, or what stands there is
/// no test case.
pub(super) fn fuse(attempts: &[Attempt], ended: Option<&str>) -> Option<Fused> {
    let pieces = attempts.iter().map(|it| parse(&it.text)).collect::<Option<Vec<Piece>>>()?;
    let failed = |attempt: &Attempt| attempt.status > Status::Skipped;
    let executed = |attempt: &&Attempt| attempt.status != Status::Skipped;
    let good = attempts.iter().rfind(executed).is_none_or(|last| !failed(last));
    let body = if good {
        attempts.iter().rposition(|it| executed(&it)).or(attempts.len().checked_sub(1))
    } else {
        attempts.iter().position(failed)
    }?;
    let mut rest = Vec::new();
    for (number, (attempt, piece)) in attempts.iter().zip(&pieces).enumerate() {
        if failed(attempt) && number != body {
            rest.push(own(attempt, piece));
        }
        rest.extend(told(attempt, piece));
    }
    let words: Vec<String> =
        attempts.iter().zip(&pieces).map(|(it, piece)| words(it, piece)).collect();
    let (status, time) = (attempts[body].status, attempts[body].time);
    let prefix = if good { "flaky" } else { "rerun" };
    // Where it was unknown before it stays so, though no file says a time.
    let known = pieces.iter().any(|piece| property(piece, ENDED).is_some());
    let mut own =
        format!("<property name=\"{ATTEMPTS}\" value=\"{}\"/>", escaped(&words.join(", ")));
    if let Some(ended) = ended.or(known.then_some(UNKNOWN)) {
        let _ = write!(own, "\n<property name=\"{ENDED}\" value=\"{}\"/>", escaped(ended));
    }
    let text = render(&attempts[body], &pieces[body], &own, prefix, &rest);
    let flaky = status == Status::Passed && !rest.is_empty();
    Some(Fused { text, status, time, flaky })
}

/// What a failed attempt says of its first execution. Several failures of one execution are one.
fn own(attempt: &Attempt, piece: &Piece) -> Bad {
    let mut attributes = Vec::new();
    let (mut stack, mut printed) = (String::new(), String::new());
    for (number, child) in named(piece, "failure").chain(named(piece, "error")).enumerate() {
        if number == 0 {
            attributes.clone_from(&child.attributes);
        } else {
            stack.push_str("\n\n");
        }
        stack.push_str(&attempt.text[child.inner.clone()]);
    }
    for child in named(piece, "system-out").chain(named(piece, "system-err")) {
        printed.push_str(&attempt.text[child.range.clone()]);
        printed.push('\n');
    }
    if !attributes.iter().any(|(name, _)| name == "time") {
        attributes.push(("time".to_owned(), seconds(attempt.time)));
    }
    let stack = if stack.trim().is_empty() {
        String::new()
    } else {
        format!("<stackTrace>{stack}</stackTrace>\n")
    };
    Bad { error: attempt.status == Status::Error, attributes, inner: stack + &printed }
}

fn named<'a>(piece: &'a Piece, kind: &'static str) -> impl Iterator<Item = &'a Piece> {
    piece.children.iter().filter(move |child| child.kind() == kind)
}

/// The executions that a test case tells besides the one that it is itself.
fn told(attempt: &Attempt, piece: &Piece) -> Vec<Bad> {
    let bad = |child: &Piece| Bad {
        error: child.kind().ends_with("Error"),
        attributes: child.attributes.clone(),
        inner: attempt.text[child.inner.clone()].to_owned(),
    };
    piece.children.iter().filter(|child| is_told(child)).map(bad).collect()
}

fn is_told(piece: &Piece) -> bool {
    is_flaky(piece.kind()) || matches!(piece.kind(), "rerunFailure" | "rerunError")
}

/// What became of each execution of an attempt.
fn words(attempt: &Attempt, piece: &Piece) -> String {
    if let Some(known) = property(piece, ATTEMPTS).and_then(|property| property.attribute("value"))
    {
        return known.to_owned();
    }
    let own = match attempt.status {
        Status::Passed => "passed",
        Status::Skipped => "skipped",
        Status::Failed => "failed",
        Status::Error => "error",
    };
    let told = piece.children.iter().filter(|child| is_told(child));
    let mut words: Vec<&str> =
        told.map(|it| if it.kind().ends_with("Error") { "error" } else { "failed" }).collect();
    let place = if attempt.status > Status::Skipped { 0 } else { words.len() };
    words.insert(place, own);
    words.join(", ")
}

/// A property of our own, where files that were joined before are joined again.
fn property<'a>(piece: &'a Piece, name: &str) -> Option<&'a Piece> {
    let properties = piece.children.iter().find(|child| child.kind() == "properties")?;
    properties.children.iter().find(|property| property.attribute("name") == Some(name))
}

/// The body with the properties and the rest in their places.
fn render(
    Attempt { text, .. }: &Attempt,
    piece: &Piece,
    own: &str,
    prefix: &str,
    rest: &[Bad],
) -> String {
    let properties = piece.children.iter().find(|child| child.kind() == "properties");
    let mut out = if piece.inner.start == piece.range.end {
        format!("{}>", &text[..piece.inner.start - "/>".len()])
    } else {
        text[..piece.inner.start].to_owned()
    };
    if properties.is_none() {
        let _ = write!(out, "\n<properties>\n{own}\n</properties>");
    }
    let old = [ATTEMPTS, ENDED].map(|name| property(piece, name));
    let mut at = piece.inner.start;
    for child in &piece.children {
        if is_told(child) {
            out.push_str(text[at..child.range.start].trim_end());
            at = child.range.end;
        } else if Some(child) == properties {
            out.push_str(&text[at..child.range.start]);
            let inner = &text[child.inner.clone()];
            let mut kept = inner.to_owned();
            for old in old.into_iter().flatten() {
                kept = kept.trim_end().replacen(&text[old.range.clone()], "", 1);
            }
            let _ = write!(out, "<{0}>{1}\n{own}\n</{0}>", child.name, kept.trim_end());
            at = child.range.end;
        }
    }
    out.push_str(text[at..piece.inner.end].trim_end());
    for bad in rest {
        let kind = if bad.error { "Error" } else { "Failure" };
        let _ = write!(out, "\n<{prefix}{kind}");
        for (name, value) in &bad.attributes {
            let _ = write!(out, " {name}=\"{}\"", escaped(value));
        }
        let _ = match bad.inner.as_str() {
            "" => write!(out, "/>"),
            inner => write!(out, ">{inner}</{prefix}{kind}>"),
        };
    }
    let _ = write!(out, "\n</{}>", piece.name);
    out
}
