//! The README and docs/ go in; their examples, tables and links come out.

use std::fs;

use serde_json::{Value, json};

use crate::support::repository;

/// The README or a file of docs/.
pub(crate) struct Page {
    /// From the repository's root: `docs/reruns.md`.
    pub(crate) name: String,
    pub(super) text: String,
}

/// A fenced block: what it is, the file that it is to be laid into, where it starts, what it holds.
pub(crate) struct Block {
    pub(super) language: String,
    pub(crate) file: Option<String>,
    pub(crate) line: usize,
    pub(crate) lines: Vec<String>,
}

/// A command of a console block and what it shows.
pub(super) struct Example {
    pub(super) line: usize,
    pub(super) command: String,
    pub(super) shown: Vec<String>,
}

/// What GitHub makes of a heading.
pub(super) fn anchor_of(line: &str) -> Option<String> {
    let heading =
        line.trim_start_matches('#').strip_prefix(' ').filter(|_| line.starts_with('#'))?;
    let kept = heading.to_lowercase().replace(' ', "-");
    Some(kept.chars().filter(|c| c.is_alphanumeric() || *c == '-').collect())
}

/// The README, then all of docs/.
pub(crate) fn pages() -> Vec<Page> {
    let docs = fs::read_dir(repository().join("docs")).unwrap();
    let mut names: Vec<String> = docs
        .map(|entry| format!("docs/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect();
    names.sort();
    names.insert(0, "README.md".to_owned());
    names.iter().map(|name| page(name)).collect()
}

pub(super) fn page(name: &str) -> Page {
    let text = fs::read_to_string(repository().join(name)).expect(name);
    Page { name: name.to_owned(), text }
}

impl Page {
    /// The fenced blocks. Where a file is named behind the language, the block is that file.
    pub(crate) fn blocks(&self) -> Vec<Block> {
        let mut blocks: Vec<Block> = Vec::new();
        let mut inside = false;
        for (number, line) in self.text.lines().enumerate() {
            match line.strip_prefix("```") {
                Some(_) if inside => inside = false,
                Some(about) => {
                    inside = true;
                    let mut words = about.split(' ').map(str::to_owned);
                    let (language, file) = (words.next().unwrap_or_default(), words.next());
                    blocks.push(Block { language, file, line: number + 1, lines: Vec::new() });
                }
                None if inside => blocks.last_mut().unwrap().lines.push(line.to_owned()),
                None => {}
            }
        }
        assert!(!inside, "{}: a fence is not closed", self.name);
        blocks
    }

    /// How the tests of its examples end: a comment that no reader of the page sees,
    /// `<!-- played: {"results": ...} -->`. Without it they pass.
    pub(super) fn played(&self) -> Value {
        let played = self.text.split_once("<!-- played: ").map(|(_, rest)| rest);
        let played = played.and_then(|rest| rest.split(" -->").next());
        played.map_or(json!({}), |played| serde_json::from_str(played).expect(&self.name))
    }

    /// The cells of the table rows below a heading, heads and rules left out.
    pub(super) fn rows(&self, heading: &str) -> Vec<Vec<String>> {
        let text = format!("\n{}", self.text);
        let (_, section) = text.split_once(&format!("# {heading}\n")).expect(heading);
        let section = section.split("\n## ").next().unwrap_or(section);
        let cells = |line: &str| -> Option<Vec<String>> {
            let inner = line.strip_prefix("| ")?.strip_suffix(" |")?;
            Some(inner.split(" | ").map(|cell| cell.trim().to_owned()).collect())
        };
        section.lines().filter_map(cells).collect()
    }

    pub(super) fn links(&self) -> Vec<&str> {
        self.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
    }
}

pub(super) fn examples(page: &str, block: &Block) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for (number, line) in block.lines.iter().enumerate() {
        let line_number = block.line + 1 + number;
        match (line.strip_prefix("$ "), examples.last_mut()) {
            (Some(command), _) => examples.push(Example {
                line: line_number,
                command: command.to_owned(),
                shown: Vec::new(),
            }),
            (None, Some(example)) => example.shown.push(line.clone()),
            (None, None) => panic!("{page}:{line_number}: a block begins with its command"),
        }
    }
    examples
}

/// The long flags in a text.
pub(super) fn flags(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices("--").filter_map(|(start, _)| {
        let rest = &text[start + 2..];
        let end = rest.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(rest.len());
        let fits =
            rest.starts_with(|c: char| c.is_ascii_lowercase()) && !text[..start].ends_with('-');
        fits.then(|| &text[start..start + 2 + end])
    })
}

/// Whether the lines are as shown; a line `...` stands for any lines, `...` in a line for any text.
pub(super) fn fits(shown: &[String], lines: &[&str]) -> bool {
    match shown.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "..." => {
            (0..=lines.len()).any(|skipped| fits(rest, &lines[skipped..]))
        }
        Some((first, rest)) => lines
            .split_first()
            .is_some_and(|(line, others)| fits_line(first, line) && fits(rest, others)),
    }
}

fn fits_line(shown: &str, line: &str) -> bool {
    let Some((head, tail)) = shown.split_once("...") else { return shown == line };
    let Some(rest) = line.strip_prefix(head) else { return false };
    let places = (0..=rest.len()).filter(|place| rest.is_char_boundary(*place));
    places.into_iter().any(|place| fits_line(tail, &rest[place..]))
}

#[test]
fn dots_stand_for_anything_and_nothing_else_does() {
    let shown = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
    assert!(fits(&shown(&["a", "...", "d"]), &["a", "b", "c", "d"]));
    assert!(fits(&shown(&["...", "took ... s"]), &["x", "took 5 s"]));
    assert!(fits(&shown(&[]), &[]));
    assert!(!fits(&shown(&["a"]), &["a", "b"]));
    assert!(!fits(&shown(&["a", "...", "d"]), &["a", "b"]));
    assert!(!fits(&shown(&["took ... s"]), &["took 5 min"]));
}
