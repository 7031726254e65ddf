//! A text goes in; it comes out as one value of a file or one word of a command line.

use std::fmt::Write as _;

/// One word for a POSIX shell, in quotes where it needs them.
pub(super) fn shell(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/@+-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// A text on one line as a scalar of YAML 1.1 or 1.2, in a block or in brackets.
pub(crate) fn yaml(text: &str) -> String {
    if is_plain(text) { text.to_owned() } else { format!("'{}'", text.replace('\'', "''")) }
}

/// Whether YAML takes a text as it is, and for a text.
fn is_plain(text: &str) -> bool {
    /// What YAML 1.1 takes for something else.
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    let begins = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '(');
    let ends = !text.ends_with([':', ' ']);
    let inside = |c: char| c == ' ' || c.is_ascii_graphic() && !",[]{}".contains(c);
    let inside = text.chars().all(inside) && !text.contains(": ") && !text.contains(" #");
    let is_word = WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    text == "." || begins && ends && inside && !is_word
}

/// A text as a string of Groovy in which nothing is filled in.
pub(crate) fn groovy(text: &str) -> String {
    format!("'{}'", text.replace('\\', r"\\").replace('\'', r"\'"))
}

/// A text as a string of TOML.
pub(super) fn toml(text: &str) -> String {
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use proptest::prelude::*;

    use super::{groovy, shell, toml, yaml};

    #[test]
    fn what_needs_no_quotes_has_none() {
        for plain in ["npm ci", "(cd apps/web && npm ci)", ".", "a/**/*", "run --to $X || true"] {
            assert_eq!(yaml(plain), plain);
        }
        assert_eq!(shell("apps/web-2"), "apps/web-2");
        assert_eq!(groovy("npm ci"), "'npm ci'");
    }

    #[test]
    fn what_yaml_takes_for_no_text_has_quotes() {
        for word in ["yes", "No", "true", "null", "~", "1.0", "0x1", ".5", "2026-11-22", ""] {
            assert_eq!(yaml(word), format!("'{word}'"));
        }
    }

    #[test]
    fn a_value_is_that_value_to_yaml() {
        for hard in ["yes", "1.0", "a: b", "a #b", "- a", "'a'", "&a", "a:", "", "a,b", "ü", "~"] {
            let list: Vec<String> = serde_saphyr::from_str(&format!("[{}]", yaml(hard))).unwrap();
            assert_eq!(list, [hard]);
        }
    }

    proptest! {
        #[test]
        fn any_line_is_itself_to_yaml(text in "[ -~ü✓]{0,20}") {
            let block: Vec<String> =
                serde_saphyr::from_str(&format!("- {}", yaml(&text))).unwrap();
            prop_assert_eq!(&block[..], std::slice::from_ref(&text));
            let flow: Vec<String> =
                serde_saphyr::from_str(&format!("[{}]", yaml(&text))).unwrap();
            prop_assert_eq!(flow, [text]);
        }
    }

    #[test]
    fn a_string_of_toml_holds_quotes_and_controls() {
        assert_eq!(toml("a/b.ts"), "\"a/b.ts\"");
        assert_eq!(toml("\"\\\n\u{1b}ü"), "\"\\\"\\\\\\u000A\\u001Bü\"");
    }

    #[test]
    fn a_word_is_that_word_to_a_shell() {
        for word in ["a b", "it's", "$(touch x)", "`x`", "a\\b", "*", "", "-x", "a\"b;c&d"] {
            let script = format!("printf %s {}", shell(word));
            let output = Command::new("sh").args(["-c", &script]).output().unwrap();
            assert_eq!(String::from_utf8(output.stdout).unwrap(), word);
        }
    }
}
