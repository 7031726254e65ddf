//! A line goes in, what fits the columns of a terminal comes out.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What every terminal has.
pub(crate) const COLUMNS: usize = 80;

/// The columns that a text takes at most: terminals disagree on joined emoji, so what they take
/// apart counts, too.
pub(crate) fn width(text: &str) -> usize {
    let apart: usize = text.chars().filter_map(UnicodeWidthChar::width).sum();
    apart.max(text.width())
}

/// The line, or its beginning and `…`, in at most so many columns.
pub(crate) fn cut(line: &str, columns: usize) -> String {
    // Whoever has more characters than this has more columns, too, or next to none of them.
    let longest = columns.saturating_mul(4);
    let begin = line.char_indices().nth(longest).map_or(line, |(at, _)| &line[..at]);
    if begin.len() == line.len() && width(line) <= columns {
        return line.to_owned();
    }
    let ends = begin.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = |end: &usize| width(&begin[..*end]) < columns;
    let end = ends.take_while(fits).last().unwrap_or(0);
    format!("{}…", &begin[..end])
}

/// A text broken between words: what the first line begins with, and each of the others. A word
/// that is wider than a line stays whole.
pub(crate) fn folded(text: &str, first: &str, others: &str) -> Vec<String> {
    folded_to(COLUMNS, text, first, others)
}

/// The same for a terminal of so many columns.
pub(crate) fn folded_to(columns: usize, text: &str, first: &str, others: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_new = true;
    for words in unbreakable(text) {
        if !is_new && width(&line) + 1 + width(&words) > columns {
            lines.push(std::mem::replace(&mut line, others.to_owned()));
            is_new = true;
        }
        if !is_new {
            line.push(' ');
        }
        line.push_str(&words);
        is_new = false;
    }
    lines.push(line);
    lines
}

/// The words of a text. One that a CI machine would take for a command at the begin of a line,
/// `::error::`, stays behind the word before it.
fn unbreakable(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match all.last_mut() {
            Some(before) if word.starts_with("::") => {
                before.push(' ');
                before.push_str(word);
            }
            _ => all.push(word.to_owned()),
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert, proptest};

    use super::{COLUMNS, cut, folded, width};

    #[test]
    fn a_line_is_cut_by_the_columns_that_it_takes() {
        assert_eq!(cut("plain", 5), "plain");
        assert_eq!(cut("plain!", 5), "plai…");
        assert_eq!(cut("漢字漢字", 8), "漢字漢字");
        assert_eq!(cut("漢字漢字", 7), "漢字漢…");
        assert_eq!(cut("漢字漢字", 6), "漢字…");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 3), "e\u{301}e\u{301}e\u{301}");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
        // A family of three, which some terminals show as three people.
        assert_eq!(width("👨\u{200d}👩\u{200d}👧"), 6);
    }

    #[test]
    fn a_long_line_is_broken_between_words() {
        assert_eq!(folded("as it is", "- ", "  "), ["- as it is"]);
        let (short, long) = ("a".repeat(40), "b".repeat(90));
        let text = format!("{short} {short} {long} c");
        assert_eq!(
            folded(&text, "", "  "),
            [short.clone(), format!("  {short}"), format!("  {long}"), "  c".to_owned()]
        );
        // Where it ends at the last column it still fits.
        let text = format!("{short} {}", "c".repeat(COLUMNS - 41));
        assert_eq!(folded(&text, "", "  "), [text]);
    }

    #[test]
    fn no_broken_line_begins_with_a_command() {
        let text = format!("{} named ::error::x", "a".repeat(70));
        assert_eq!(folded(&text, "", "  "), ["a".repeat(70), "  named ::error::x".to_owned()]);
    }

    proptest! {
        #[test]
        fn nothing_is_wider_than_it_may_be(
            line in "(\\PC|[漢🎉👨é]|\u{200d}|\u{fe0f}|\u{301}){0,60}", tail in any::<String>(), columns in 1..100usize
        ) {
            let line = crate::report::text::terminal(&(line + &tail));
            let short = cut(&line, columns);
            prop_assert!(width(&short) <= columns, "{short}");
            prop_assert!(short == line || short.ends_with('…'));
        }
    }
}
