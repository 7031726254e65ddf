//! Globs of Playwright's configuration -> regular expressions over absolute paths.
//!
//! Playwright matches them with minimatch, ignoring case and treating dots as any character;
//! a glob that does not begin with `**/` is taken to begin with it.

/// The source of an equivalent regular expression, to be used with the flag `i`.
pub(super) fn to_regex(glob: &str) -> String {
    let glob = if glob.starts_with("**/") { glob.to_owned() } else { format!("**/{glob}") };
    let chars: Vec<char> = glob.chars().collect();
    format!("^{}$", translate(&chars, Position::Start))
}

/// Whether a path segment begins here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    Start,
    Inside,
}

fn translate(glob: &[char], position: Position) -> String {
    let mut out = String::new();
    let mut at = 0;
    let mut position = position;
    while let Some(&char) = glob.get(at) {
        let next = glob.get(at + 1).copied();
        let before = std::mem::replace(&mut position, Position::Inside);
        match (char, next) {
            ('@' | '?' | '+' | '*' | '!', Some('(')) => {
                if let Some(close) = closing(glob, at + 1, '(', ')') {
                    let choices = choices(&glob[at + 2..close], '|');
                    if char == '!' {
                        let rest = translate(&glob[close + 1..], Position::Inside);
                        return format!("{out}(?:(?!{choices}{rest}$)[^/]*?){rest}");
                    }
                    out.push_str(&choices);
                    if char != '@' {
                        out.push(char);
                    }
                    at = close + 1;
                    continue;
                }
                push_literal(&mut out, char);
            }
            ('*', Some('*')) if before == Position::Start => match glob.get(at + 2) {
                Some('/') => {
                    out.push_str("(?:.*/)?");
                    at += 3;
                    position = Position::Start;
                    continue;
                }
                None => return out + ".*",
                Some(_) => {
                    out.push_str("[^/]*");
                    at += 1;
                }
            },
            ('*', _) => {
                let whole = before == Position::Start && matches!(next, None | Some('/'));
                out.push_str(if whole { "[^/]+" } else { "[^/]*" });
            }
            ('?', _) => out.push_str("[^/]"),
            ('[', _) => match class(&glob[at..]) {
                Some((class, length)) => {
                    out.push_str(&class);
                    at += length;
                    continue;
                }
                None => push_literal(&mut out, char),
            },
            ('{', _) => match closing(glob, at, '{', '}') {
                Some(close) if has_comma(&glob[at + 1..close]) => {
                    out.push_str(&choices(&glob[at + 1..close], ','));
                    at = close + 1;
                    continue;
                }
                _ => push_literal(&mut out, char),
            },
            ('\\', Some(next)) => {
                push_literal(&mut out, next);
                at += 1;
            }
            ('/', _) => {
                // Slashes in a row are one.
                if !out.ends_with('/') && !out.ends_with("(?:.*/)?") {
                    out.push('/');
                }
                position = Position::Start;
            }
            _ => push_literal(&mut out, char),
        }
        at += 1;
    }
    out
}

/// The index of the bracket that closes the one at `open`.
fn closing(glob: &[char], open: usize, opening: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    while let Some(&char) = glob.get(at) {
        if char == '\\' {
            at += 1;
        } else if char == opening {
            depth += 1;
        } else if char == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
        at += 1;
    }
    None
}

/// The alternatives between brackets, split where no inner bracket is open.
fn choices(inner: &[char], separator: char) -> String {
    let mut depth = 0_i32;
    let parts = inner.split(|char| {
        match char {
            '(' | '{' => depth += 1,
            ')' | '}' => depth -= 1,
            _ => {}
        }
        depth == 0 && *char == separator
    });
    let parts: Vec<_> = parts.map(|part| translate(part, Position::Inside)).collect();
    format!("(?:{})", parts.join("|"))
}

fn has_comma(inner: &[char]) -> bool {
    inner.contains(&',')
}

/// A character class as a regular expression, and how many characters of the glob it took.
fn class(glob: &[char]) -> Option<(String, usize)> {
    let negated = matches!(glob.get(1), Some('!' | '^'));
    let first = if negated { 2 } else { 1 };
    let length = glob.iter().skip(first + 1).position(|char| *char == ']')? + first + 1;
    let mut out = String::from(if negated { "[^/" } else { "[" });
    for char in &glob[first..length] {
        if matches!(char, '\\' | ']' | '[' | '^') {
            out.push('\\');
        }
        out.push(*char);
    }
    out.push(']');
    Some((out, length + 1))
}

/// Adds a character that stands for itself.
pub(super) fn push_literal(out: &mut String, char: char) {
    if "\\^$.*+?()[]{}|/".contains(char) && char != '/' {
        out.push('\\');
    }
    out.push(char);
}
