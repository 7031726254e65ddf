//! Sections of blocks go in, Markdown of at most so many bytes comes out. Only whole blocks are
//! written, so that every fence and every element is closed; what is left out is counted.

use std::fmt::Write;

/// In bytes, room for the line that counts what is left out.
const REST: usize = 120;

/// A part of the summary.
pub(super) struct Section<'a> {
    pub(super) title: &'static str,
    /// What its blocks are, in the plural.
    pub(super) noun: &'static str,
    /// What stands above the blocks, e.g. a table's head.
    pub(super) head: &'static str,
    /// How many blocks there are.
    pub(super) all: usize,
    /// More of them nobody reads.
    pub(super) most: usize,
    /// Its part of the room, beside the other sections' parts.
    pub(super) share: usize,
    /// Each ends with a line end.
    pub(super) blocks: Box<dyn Iterator<Item = String> + 'a>,
}

/// The sections that have any blocks, one after another. Room that one does not need goes to those
/// behind it.
pub(super) fn fitted(sections: Vec<Section<'_>>, room: usize) -> String {
    let sections: Vec<Section<'_>> = sections.into_iter().filter(|part| part.all > 0).collect();
    let mut shares: usize = sections.iter().map(|section| section.share).sum();
    let mut out = String::new();
    for section in sections {
        let left = room.saturating_sub(out.len());
        let own = left / shares.max(1) * section.share;
        shares -= section.share;
        out += &section.within(own);
    }
    out
}

impl Section<'_> {
    /// In at most `room` bytes, which is more than the title needs.
    fn within(self, room: usize) -> String {
        let mut out = format!("### {} ({})\n\n{}", self.title, grouped(self.all), self.head);
        let mut shown = 0;
        for block in self.blocks.take(self.most) {
            if out.len() + block.len() + REST > room {
                break;
            }
            out += &block;
            shown += 1;
        }
        if shown < self.all {
            let rest = grouped(self.all - shown);
            let _ = writeln!(out, "\n… and {rest} more {}: see `index.html`", self.noun);
        }
        out.truncate(out.trim_end().len());
        out + "\n\n"
    }
}

/// A number as people read it: `20,000`.
pub(super) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Section, fitted, grouped};

    fn section(title: &'static str, share: usize, all: usize) -> Section<'static> {
        let blocks = Box::new((0..all).map(|number| format!("- {number:090}\n")));
        Section { title, noun: "things", head: "", all, most: 50, share, blocks }
    }

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let said = [0, 999, 1_000, 20_000, 1_234_567].map(grouped);
        assert_eq!(said, ["0", "999", "1,000", "20,000", "1,234,567"]);
    }

    #[test]
    fn what_is_left_out_is_counted() {
        let text = fitted(vec![section("Long", 1, 60), section("None", 1, 0)], 100_000);
        assert_eq!(text.matches("- 0").count(), 50);
        assert!(text.ends_with("\n… and 10 more things: see `index.html`\n\n"), "{text}");
        assert!(!text.contains("None"));
    }

    #[test]
    fn a_section_gets_its_share_and_what_the_one_before_it_does_not_need() {
        let count = |text: &str, title: &str| {
            let own = text.split("### ").find(|part| part.starts_with(title)).unwrap();
            own.matches("- 0").count()
        };
        let text = fitted(vec![section("A", 1, 50), section("B", 1, 50)], 4_000);
        assert!(text.len() <= 4_000);
        assert!(count(&text, "A") > 10 && count(&text, "B") > 10, "{text}");
        let text = fitted(vec![section("A", 1, 1), section("B", 1, 50)], 4_000);
        assert!(count(&text, "B") > 25, "{text}");
    }
}
