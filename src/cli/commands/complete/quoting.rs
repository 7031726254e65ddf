//! What stands on a command line and the values that may come there go in, words that mean these
//! values to the shell come out: a name that holds `$(...)` is never run.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use clap_complete::engine::CompletionCandidate;

/// How a shell wants a value that is no plain word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quoting {
    /// It quotes by itself what it is given.
    Itself,
    /// Bash: what is given stands on the line as it is.
    Bash,
    Powershell,
}

/// Within which quotes a word ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    None,
    Single,
    Double,
}

impl Quoting {
    /// As the shell's name or path says.
    pub(super) fn of(shell: &str) -> Self {
        match Path::new(shell).file_stem().and_then(OsStr::to_str) {
            Some("bash") => Self::Bash,
            Some("pwsh" | "powershell" | "powershell_ise") => Self::Powershell,
            _ => Self::Itself,
        }
    }

    /// Those of the values that a word begins, as the whole word. `values` is asked with what the
    /// word means as far as it stands there.
    pub(super) fn candidates(
        self,
        begun: &OsStr,
        values: impl FnOnce(&str) -> BTreeSet<String>,
    ) -> Vec<CompletionCandidate> {
        let Some(begun) = begun.to_str() else { return Vec::new() };
        let (meant, within) = match self {
            Self::Powershell => (begun.trim_matches(['\'', '"']).to_owned(), Within::None),
            Self::Itself | Self::Bash => meant(begun),
        };
        let written = |value: String| {
            // A name with a line break is one line of an answer for no shell.
            let rest = value.strip_prefix(&*meant).filter(|_| !value.contains(char::is_control))?;
            match self {
                Self::Bash if begun.is_empty() => Some(bash_word(&value)),
                Self::Bash => Some(begun.to_owned() + &bash_rest(rest, within)?),
                Self::Powershell => Some(powershell_word(&value)),
                Self::Itself => Some(value),
            }
        };
        values(&meant).into_iter().filter_map(written).map(CompletionCandidate::new).collect()
    }
}

/// Whether no shell that we write for takes a character for anything but itself.
fn is_plain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '/' | ':' | '+' | ',')
}

fn bash_word(value: &str) -> String {
    if value.chars().all(is_plain) && !value.is_empty() {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', r"'\''"))
}

fn powershell_word(value: &str) -> String {
    // PowerShell takes @name for a splatted variable.
    if value.chars().all(is_plain) && !value.is_empty() && !value.starts_with('@') {
        return value.to_owned();
    }
    format!("'{}'", value.replace('\'', "''"))
}

/// What goes on a word that ends within these quotes; none where it cannot be said there.
fn bash_rest(rest: &str, within: Within) -> Option<String> {
    let escaped = |special: fn(char) -> bool| {
        let both = |c| special(c).then_some('\\').into_iter().chain([c]);
        rest.chars().flat_map(both).collect()
    };
    match within {
        Within::None => Some(escaped(|c| !is_plain(c))),
        Within::Single => Some(rest.replace('\'', r"'\''")),
        // Within double quotes the history is looked up for what follows, and nothing keeps it from that.
        Within::Double if rest.contains('!') => None,
        Within::Double => Some(escaped(|c| matches!(c, '"' | '$' | '`' | '\\'))),
    }
}

/// What a word means to a shell of the family of Bourne's, as far as it stands there, and within
/// which quotes it ends. Nothing is expanded.
fn meant(word: &str) -> (String, Within) {
    let (mut meant, mut within) = (String::new(), Within::None);
    let mut chars = word.chars().peekable();
    while let Some(c) = chars.next() {
        within = match (within, c) {
            (Within::None, '\'') => Within::Single,
            (Within::None, '"') => Within::Double,
            (Within::Single, '\'') | (Within::Double, '"') => Within::None,
            (Within::None, '\\') => {
                meant.extend(chars.next());
                within
            }
            (Within::Double, '\\')
                if chars.peek().is_some_and(|next| r#""$`\"#.contains(*next)) =>
            {
                meant.extend(chars.next());
                within
            }
            _ => {
                meant.push(c);
                within
            }
        };
    }
    (meant, within)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::Quoting;

    fn written(shell: &str, begun: &str, value: &str) -> Option<String> {
        let values = |_: &str| [value.to_owned()].into();
        let candidates = Quoting::of(shell).candidates(OsStr::new(begun), values);
        candidates.first().map(|candidate| candidate.get_value().to_str().unwrap().to_owned())
    }

    #[test]
    fn a_name_means_itself_in_every_shell() {
        for (shell, begun, name, word) in [
            ("bash", "", "chromium", "chromium"),
            ("bash", "", "Mobile Chrome", "'Mobile Chrome'"),
            ("bash", "", "it's $(id)", r"'it'\''s $(id)'"),
            ("bash", "it", "it's $(id)", r"it\'s\ \$\(id\)"),
            ("bash", "'it", "it's $(id)", r"'it'\''s $(id)"),
            ("bash", "\"it", "it's $(id) `\\", r#""it's \$(id) \`\\"#),
            ("bash", r"two\ w", "two words/", r"two\ words/"),
            ("bash", "'two words/'", "two words/a b", r"'two words/'a\ b"),
            ("bash", "", "~root", "'~root'"),
            ("zsh", "Mob", "Mobile Chrome", "Mobile Chrome"),
            ("zsh", r"two\ w", "two words/", "two words/"),
            ("fish", "'Mob", "Mobile Chrome", "Mobile Chrome"),
            ("/usr/bin/pwsh", "", "@slow", "'@slow'"),
            ("powershell.exe", "'it", "it's", "'it''s'"),
        ] {
            assert_eq!(written(shell, begun, name).as_deref(), Some(word), "{shell} {begun}");
        }
    }

    #[test]
    fn what_no_shell_could_be_told_is_left_out() {
        for shell in ["bash", "zsh", "fish", "pwsh"] {
            for name in ["a\u{1b}[2J", "a\nb", "b"] {
                assert_eq!(written(shell, "a", name), None, "{shell} {name:?}");
            }
        }
        assert_eq!(written("bash", "\"a", "ab!c"), None);
        assert_eq!(written("bash", "'a", "ab!c").as_deref(), Some("'ab!c"));
    }
}
