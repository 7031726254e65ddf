//! A test goes in, its executions come out as HTML: what each one ended with, its error with source
//! and stack, its pictures, and where to look further.

use std::fmt::Write;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::model::event::{Attachment, Status, TestError};
use crate::model::outcome::{Outcome, TestOutcome, TestRun, Verdict};
use crate::report::facts;
use crate::report::overview::links::{Found, Links};
use crate::report::text::{self, html};

/// Of a message, a piece of source or a stack, in characters.
const MOST_CHARS: usize = 4_000;
/// What fits a line of preformatted text on a phone, and how many lines it shows at once; rather
/// fewer than more.
const PHONE_CHARS: usize = 30;
const PHONE_ROWS: usize = 16;
/// Errors of one execution.
const MOST_ERRORS: usize = 5;
/// Pictures and other files of one execution.
const MOST_FILES: usize = 12;
/// A larger picture is linked to and not shown, in bytes.
const LARGEST_PICTURE: u64 = 8 << 20;

/// Everything that is known of a test: its executions in the order in which they ended, then
/// what was cut off.
pub(crate) fn executions(outcome: &Outcome, test: &TestOutcome, links: &Links) -> String {
    let mut out = facts::term(test)
        .map_or_else(String::new, |term| format!("<p>{}</p>\n", html(&term.to_string())));
    for (number, run) in (1..).zip(facts::executions(test)) {
        out.push_str(&execution(number, test, run, links));
    }
    if matches!(test.verdict(), Verdict::NotRun | Verdict::Interrupted) {
        let _ = writeln!(out, "<p>{}</p>", html(&facts::why(outcome, test)));
    }
    out
}

fn execution(number: usize, test: &TestOutcome, run: &TestRun, links: &Links) -> String {
    let result = &run.result;
    let is_ill = facts::ill(test).any(|ill| std::ptr::eq(ill, run));
    let (class, word) = (if is_ill { "bad" } else { "good" }, status(result.status));
    let place = format!(
        "in {}, shard {}, worker {}",
        facts::time(result.duration),
        run.id.shard,
        result.worker + 1
    );
    let mut out = format!(
        "<div class=\"try {class}\">\n<p class=\"turn\"><b>Try {number}: {word}</b> {}</p>\n",
        html(&place)
    );
    if is_ill {
        let errors = result.errors.iter().take(MOST_ERRORS);
        out.extend(errors.map(error));
        match result.errors.len() {
            0 => out.push_str(&block("message", &facts::run_message(run))),
            all if all > MOST_ERRORS => {
                let _ =
                    writeln!(out, "<p class=\"muted\">… and {} more errors</p>", all - MOST_ERRORS);
            }
            _ => {}
        }
        out.push_str(&files(test, run, links));
    }
    out.push_str("</div>\n");
    out
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Passed => "passed",
        Status::Failed => "failed",
        Status::TimedOut => "timed out",
        Status::Skipped => "skipped",
        Status::Interrupted => "interrupted",
    }
}

fn error(error: &TestError) -> String {
    let mut out = block("message", error.message.trim_end());
    if !error.snippet.is_empty() {
        out.push_str(&block("source", error.snippet.trim_end()));
    }
    let frames = facts::frames(error);
    if !frames.is_empty() {
        let first = frames.lines().next().unwrap_or_default().trim();
        let _ = writeln!(
            out,
            "<details class=\"stack\"><summary>{}</summary>{}</details>",
            html(&text::terminal(first)),
            block("stack", &frames)
        );
    }
    out
}

/// The attributes by which keys reach preformatted text and scroll it, where it is so long that a
/// phone shows a part of it.
pub(super) fn focus(label: &str, text: &str) -> String {
    let rows: usize = text.lines().map(|line| 1 + line.chars().count() / PHONE_CHARS).sum();
    if rows < PHONE_ROWS {
        return String::new();
    }
    format!(" tabindex=\"0\" role=\"group\" aria-label=\"{label}\"")
}

/// Preformatted lines; those that differ, and the one that is meant, stand out.
fn block(class: &str, lines: &str) -> String {
    let lines = text::lines(lines);
    let short: String = lines.chars().take(MOST_CHARS).collect();
    let mut out = format!("<pre class=\"{class}\"{}>", focus(class, &short));
    for (number, line) in short.lines().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let line_class = match (class, line.chars().next()) {
            ("source", Some('>')) => "here",
            ("message", Some('+')) => "more",
            ("message", Some('-')) => "less",
            _ => "",
        };
        if line_class.is_empty() {
            out.push_str(&html(line));
        } else {
            let _ = write!(out, "<b class=\"{line_class}\">{}</b>", html(line));
        }
    }
    if short.len() < lines.len() {
        out.push_str("\n…");
    }
    out + "</pre>\n"
}

/// Pictures, and links to everything else that is known of an execution.
fn files(test: &TestOutcome, run: &TestRun, links: &Links) -> String {
    let mut pictures = String::new();
    let mut others = Vec::new();
    let title = html(&test.case.key.title());
    if let Some(page) = links.run(test, run) {
        others.push(format!(
            "<a href=\"{}\">Playwright’s page of it<span class=\"hidden\">: {title}</span></a>",
            html(&page)
        ));
    }
    for attachment in run.result.attachments.iter().take(MOST_FILES) {
        let Some(found) = attachment.path.as_deref().and_then(|path| links.file(path)) else {
            continue;
        };
        match Picture::of(attachment, &found) {
            Some(shown) => pictures.push_str(&shown.html(attachment, &found, &title)),
            None => others.push(format!(
                "<a href=\"{}\">{}<span class=\"hidden\"> of {title}</span></a>",
                html(&found.href),
                html(&text::terminal(&attachment.name))
            )),
        }
    }
    let mut out = String::new();
    if !pictures.is_empty() {
        let _ = writeln!(out, "<div class=\"pictures\">\n{pictures}</div>");
    }
    if !others.is_empty() {
        let _ = writeln!(out, "<p class=\"links\">{}</p>", others.join(" "));
    }
    out
}

/// What a browser can show as a picture.
struct Picture {
    /// Width and height in dots, where they are known: the page does not move when it is there.
    size: Option<(u32, u32)>,
}

impl Picture {
    fn of(attachment: &Attachment, found: &Found) -> Option<Self> {
        let kind = attachment.content_type.strip_prefix("image/")?;
        match kind {
            _ if found.size > LARGEST_PICTURE => None,
            "png" => Some(Self { size: Some(png_size(&found.path)?) }),
            "jpeg" | "webp" | "gif" | "avif" => Some(Self { size: None }),
            _ => None,
        }
    }

    /// `title` is the one of its test, as HTML.
    fn html(&self, attachment: &Attachment, found: &Found, title: &str) -> String {
        let (name, href) = (html(&text::terminal(&attachment.name)), html(&found.href));
        let size = self.size.map(|(wide, high)| format!(" width=\"{wide}\" height=\"{high}\""));
        format!(
            "<a href=\"{href}\"><img loading=\"lazy\" decoding=\"async\" src=\"{href}\" \
             alt=\"{name} of {title}\"{}></a>\n",
            size.unwrap_or_default(),
        )
    }
}

/// Width and height in dots, from the head of a PNG file; none for another file.
fn png_size(path: &Path) -> Option<(u32, u32)> {
    let mut head = [0; 24];
    File::open(path).ok()?.read_exact(&mut head).ok()?;
    let number =
        |at: usize| head[at..at + 4].iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte));
    head.starts_with(b"\x89PNG\r\n\x1a\n").then(|| (number(16), number(20)))
}
