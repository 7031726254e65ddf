//! Untrusted text goes in (titles, paths, messages), text that is safe in one place comes out: a
//! terminal, HTML, XML, Markdown, a GitHub workflow command.

use std::borrow::Cow;

const ESCAPE: char = '\u{1b}';
/// The one-character forms of `ESC [` and `ESC ]`.
const CONTROL_SEQUENCE: char = '\u{9b}';
const SYSTEM_COMMAND: char = '\u{9d}';

/// Without the escape sequences of ECMA-48: colours, cursor moves, links, window titles.
pub(crate) fn strip_ansi(text: &str) -> Cow<'_, str> {
    let starts = [ESCAPE, CONTROL_SEQUENCE, SYSTEM_COMMAND];
    if !text.contains(starts) {
        return Cow::Borrowed(text);
    }
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(starts) {
        let (before, sequence) = rest.split_at(at);
        kept.push_str(before);
        rest = &sequence[sequence_len(sequence)..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

/// The length in bytes of the escape sequence that `text` begins with.
fn sequence_len(text: &str) -> usize {
    let first = text.chars().next().map_or(0, char::len_utf8);
    let body = &text[first..];
    if text.starts_with(CONTROL_SEQUENCE) {
        return first + control_len(body);
    }
    if text.starts_with(SYSTEM_COMMAND) {
        return first + string_len(body);
    }
    first
        + match body.as_bytes().first() {
            Some(b'[') => 1 + control_len(&body[1..]),
            Some(b']' | b'P' | b'X' | b'^' | b'_') => 1 + string_len(&body[1..]),
            Some(0x20..=0x2f) => {
                let between = run_len(body, 0x20..=0x2f);
                between + final_len(&body[between..], 0x30..=0x7e)
            }
            Some(0x30..=0x7e) => 1,
            _ => 0,
        }
}

/// Parameters, intermediates and the final byte of a control sequence.
fn control_len(body: &str) -> usize {
    let parameters = run_len(body, 0x30..=0x3f);
    let between = parameters + run_len(&body[parameters..], 0x20..=0x2f);
    between + final_len(&body[between..], 0x40..=0x7e)
}

/// A command string up to its terminator. One that does not end on its line takes nothing with
/// it, so that a torn sequence cannot hide a message.
fn string_len(body: &str) -> usize {
    let line = body.split('\n').next().unwrap_or_default();
    ["\u{7}", "\u{1b}\\", "\u{9c}"]
        .iter()
        .filter_map(|end| line.find(end).map(|at| at + end.len()))
        .min()
        .unwrap_or(0)
}

fn run_len(text: &str, range: std::ops::RangeInclusive<u8>) -> usize {
    text.bytes().take_while(|byte| range.contains(byte)).count()
}

fn final_len(text: &str, range: std::ops::RangeInclusive<u8>) -> usize {
    usize::from(text.bytes().next().is_some_and(|byte| range.contains(&byte)))
}

/// For one line of a terminal: no colours, and whatever could move the cursor or turn the
/// direction of writing is shown as a picture of itself.
pub(crate) fn terminal(text: &str) -> String {
    shown(text, &[])
}

/// For several lines of a terminal or a page: as [`terminal`], with line ends and tabs kept.
pub(crate) fn lines(text: &str) -> String {
    shown(&text.replace("\r\n", "\n"), &['\n', '\t'])
}

/// Several lines of a terminal, each behind a bar: at the begin of a line, even an indented one,
/// CI machines would take `::error::` for a command.
pub(crate) fn barred(text: &str) -> String {
    let lines = lines(text);
    let lines: Vec<String> = lines.trim_end().lines().map(|line| format!("  │ {line}")).collect();
    lines.join("\n")
}

/// For what follows a word of ours on its line: further lines are [`barred`].
pub(crate) fn hanging(text: &str) -> String {
    let lines = lines(text);
    match lines.trim_end().split_once('\n') {
        Some((first, rest)) => format!("{first}\n{}", barred(rest)),
        None => lines,
    }
}

/// For a log of a CI machine: without what such machines take for a command wherever it stands in
/// a line, `##[error]` (GitHub, Azure Pipelines), `##vso[...]` or `##teamcity[...]`.
pub(crate) fn disarmed(text: &str) -> Cow<'_, str> {
    without_commands(text, "# #")
}

/// The same, and no line begins with `::`, not even behind blanks: `::error::` is GitHub's.
pub(crate) fn disarmed_lines(text: &str) -> Cow<'_, str> {
    if !text.contains("::") {
        return disarmed(text);
    }
    let line = |line: &str| match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("{}: :{rest}", &line[..line.len() - line.trim_start().len()]),
        None => line.to_owned(),
    };
    let text: String = text.split_inclusive(['\n', '\r']).map(line).collect();
    Cow::Owned(disarmed(&text).into_owned())
}

/// The same for JSON, whose meaning stays: such text stands only inside of strings there.
pub(crate) fn disarmed_json(text: &str) -> Cow<'_, str> {
    without_commands(text, "#\\u0023")
}

/// Has `instead` for each `##` that would begin a command.
fn without_commands<'a>(text: &'a str, instead: &str) -> Cow<'a, str> {
    if !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let is_command = |hashes: &str| {
        let after = hashes[2..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
        after.starts_with('[')
    };
    let mut kept = String::with_capacity(text.len() + instead.len());
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let (before, found) = rest.split_at(at);
        kept.push_str(before);
        let (instead, length) = if is_command(found) { (instead, 2) } else { ("#", 1) };
        kept.push_str(instead);
        rest = &found[length..];
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

fn shown(text: &str, kept: &[char]) -> String {
    let picture = |c: char| if kept.contains(&c) { c } else { picture(c) };
    strip_ansi(text).chars().map(picture).collect()
}

/// A control character as the picture that Unicode has for it.
fn picture(c: char) -> char {
    match c {
        '\0'..='\u{1f}' => {
            char::from_u32(0x2400 + u32::from(c)).unwrap_or(char::REPLACEMENT_CHARACTER)
        }
        '\u{7f}' => '\u{2421}',
        // C1 controls, line separators, marks that turn the direction of writing, no characters.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{fffe}'
        | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// For one line of a commit's message: hosts of repositories look in messages for words that skip
/// CI (`[skip ci]`, `***NO_CI***`), close issues (`#5`, `GH-5`, `PROJ-5`, an address) and call people
/// (`@team`). Each such sign has an invisible joiner behind it, so that it reads the same.
pub(crate) fn commit(text: &str) -> String {
    const JOINER: char = '\u{2060}';
    let text = terminal(text);
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        out.push(c);
        let is_sign = match c {
            '[' | '#' | '@' | '*' => true,
            ':' => text[at..].starts_with("://"),
            '-' => is_key(&text[..at]) && text[at + 1..].starts_with(|c: char| c.is_ascii_digit()),
            _ => false,
        };
        if is_sign {
            out.push(JOINER);
        }
    }
    out
}

/// Whether a text ends as the name of a tracker's project does: two characters or more, the first
/// of them a letter (Jira, GitLab's own `GL`).
fn is_key(text: &str) -> bool {
    let word = text.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
    word.len() > 1 && word.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// For HTML, as text and inside quoted attributes.
pub(crate) fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            _ => out.push(c),
        }
    }
    out
}

/// For one line of Markdown, table cells and inline HTML elements included.
pub(crate) fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = terminal(text);
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // GitHub makes links of addresses, also inside of HTML elements.
            ':' if text[at..].starts_with("://") => out.push_str("&#58;"),
            '.' if ends_with_www(&text[..at]) => out.push_str("&#46;"),
            // As entities, because tables and code spans are cut before backslashes count.
            '|' => out.push_str("&#124;"),
            '`' => out.push_str("&#96;"),
            '\\' => out.push_str("&#92;"),
            '*' | '_' | '[' | ']' | '~' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}

fn ends_with_www(text: &str) -> bool {
    text.len()
        .checked_sub(3)
        .and_then(|at| text.get(at..))
        .is_some_and(|w| w.eq_ignore_ascii_case("www"))
}

/// A fenced block of Markdown that the text cannot close.
pub(crate) fn markdown_block(text: &str) -> String {
    let text = lines(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}\n", text.trim_end())
}

/// For XML 1.0: no escape sequences and none of the characters that it forbids or discourages.
/// Whoever writes the XML still has to escape its markup.
pub(crate) fn xml(text: &str) -> Cow<'_, str> {
    let text = strip_ansi(text);
    if text.contains(unfit_for_xml) { Cow::Owned(text.replace(unfit_for_xml, "")) } else { text }
}

/// What XML 1.0 (fifth edition, 2.2) forbids, and the control characters that it advises against.
pub(crate) fn unfit_for_xml(c: char) -> bool {
    let control = c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}');
    control || matches!(c, '\u{fffe}' | '\u{ffff}')
}

/// For the message of a GitHub workflow command, `::error::MESSAGE`.
pub(crate) fn github_command_data(text: &str) -> String {
    lines(text).replace('%', "%25").replace('\n', "%0A")
}

/// For a property of a GitHub workflow command, `::error file=PROPERTY::`.
pub(crate) fn github_command_property(text: &str) -> String {
    github_command_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{
        barred, commit, disarmed, disarmed_json, disarmed_lines, github_command_data,
        github_command_property, hanging, html, lines, markdown, markdown_block, strip_ansi,
        terminal, unfit_for_xml, xml,
    };

    #[test]
    fn every_kind_of_escape_sequence_is_stripped() {
        assert_eq!(strip_ansi("\u{1b}[31;1mred\u{1b}[0m"), "red");
        assert_eq!(strip_ansi("\u{1b}]8;;http://x\u{1b}\\link\u{1b}]8;;\u{7}!"), "link!");
        assert_eq!(strip_ansi("\u{9b}2Jclear\u{1b}(B\u{1b}c"), "clear");
        assert_eq!(strip_ansi("plain › 🎉 [31m"), "plain › 🎉 [31m");
    }

    #[test]
    fn a_torn_sequence_takes_no_text_with_it() {
        assert_eq!(strip_ansi("\u{1b}]0;title\nmessage"), "0;title\nmessage");
        assert_eq!(strip_ansi("end\u{1b}"), "end");
        assert_eq!(strip_ansi("end\u{1b}[12"), "end");
        assert_eq!(strip_ansi("\u{1b}🎉"), "🎉");
    }

    #[test]
    fn a_commit_calls_nobody_closes_nothing_and_skips_nothing() {
        let text = "[skip ci] ***NO_CI*** fixes #5, GH-5, a/b#6 https://x.example/issues/7 @us, \
                    Closes GL-5 and PROJ_2-123, éABC-1";
        let safe = commit(text);
        for sign in
            ["[skip", "**", "#5", "GH-5", "b#6", "://", "@us", "GL-5", "PROJ_2-123", "ABC-1"]
        {
            assert!(text.contains(sign) && !safe.contains(sign), "{sign}: {safe}");
        }
        assert_eq!(safe.replace('\u{2060}', ""), text);
        let plain = "plain › a-5, 2-3, 12-3: a - b-c x--5";
        assert_eq!(commit(&format!("{plain}\n")), format!("{plain}␊"));
    }

    #[test]
    fn a_terminal_sees_controls_as_pictures() {
        assert_eq!(terminal("a\nb\t\0\u{7f}\u{85}\u{202e}c\u{1b}[1m"), "a␊b␉␀␡��c");
        assert_eq!(lines("a\r\nb\tc\rd"), "a\nb\tc␍d");
    }

    #[test]
    fn no_line_of_foreign_text_begins_as_a_command() {
        assert_eq!(hanging("one"), "one");
        assert_eq!(hanging("one\n::error::two\n\n"), "one\n  │ ::error::two");
        assert_eq!(barred("::error::one\r\n\n  ::two"), "  │ ::error::one\n  │ \n  │   ::two");
    }

    #[test]
    fn no_command_stands_inside_of_a_line() {
        for (text, harmless) in [
            ("a ##[error]b", "a # #[error]b"),
            ("###[x]", "## #[x]"),
            ("##vso[task.x]##teamcity[y]", "# #vso[task.x]# #teamcity[y]"),
            ("## heading ##, #[derive]", "## heading ##, #[derive]"),
        ] {
            assert_eq!(disarmed(text), harmless);
        }
        assert_eq!(disarmed_json(r###"{"a":"##[x]"}"###), r##"{"a":"#\u0023[x]"}"##);
    }

    #[test]
    fn no_command_stands_at_the_begin_of_a_line() {
        for (text, harmless) in [
            ("::error::a", ": :error::a"),
            ("a::b ::c", "a::b ::c"),
            ("`x\n  ::add-mask::y`\r::z\n", "`x\n  : :add-mask::y`\r: :z\n"),
            ("::##[error]x", ": :# #[error]x"),
        ] {
            assert_eq!(disarmed_lines(text), harmless);
        }
    }

    #[test]
    fn html_cannot_be_left() {
        assert_eq!(
            html("<script>'x' & \"y\"</script>\0"),
            "&lt;script&gt;&#39;x&#39; &amp; &quot;y&quot;&lt;/script&gt;␀"
        );
    }

    #[test]
    fn markdown_cannot_be_left() {
        assert_eq!(
            markdown("a|b `c` <i> *d* \\ [x](y)\n# e"),
            "a&#124;b &#96;c&#96; &lt;i&gt; \\*d\\* &#92; \\[x\\](y)␊\\# e"
        );
        assert_eq!(markdown("http://a.b, www.a.b: c"), "http&#58;//a.b, www&#46;a.b: c");
        assert_eq!(markdown_block("x\n````\ny"), "`````text\nx\n````\ny\n`````\n");
        assert_eq!(markdown_block("plain"), "```text\nplain\n```\n");
    }

    #[test]
    fn workflow_commands_cannot_be_forged() {
        assert_eq!(github_command_data("50%\n::error::x"), "50%25%0A::error::x");
        assert_eq!(github_command_property("a:b,c\r\nd"), "a%3Ab%2Cc%0Ad");
    }

    #[test]
    fn xml_keeps_only_what_xml_allows() {
        assert_eq!(xml("a\0\u{b}\u{1b}[31mb\u{1b}[0m\tc\n\u{ffff}\u{7f}d"), "ab\tc\nd");
    }

    proptest! {
        #[test]
        fn no_text_escapes_from_its_place(text in any::<String>(), tail in "[#\u{1b}\u{9b}\\[\\]0-9;mA-Z\u{7}\n]{0,12}") {
            let text = text + &tail;
            assert!(!terminal(&text).contains(|c: char| c.is_control()));
            assert!(!xml(&text).contains(unfit_for_xml));
            assert!(!html(&text).contains(['<', '>', '"', '\'']));
            assert!(!markdown(&text).contains(['<', '>', '|', '`', '\n']));
            assert!(!disarmed(&text).contains("##["));
            let json = serde_json::to_string(&text).unwrap();
            assert!(!disarmed_json(&json).contains("##["));
            assert_eq!(serde_json::from_str::<String>(&disarmed_json(&json)).unwrap(), text);
            assert!(!github_command_data(&text).contains(['\n', '\r']));
            assert!(!github_command_property(&text).contains([':', ',', '\n']));
        }
    }
}
