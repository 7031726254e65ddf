//! A name in an XML file goes in, whether it is one comes out: our reader takes anything for a
//! name, and what it took would be written again.

/// Longer than any tool names its elements and attributes.
const LONGEST: usize = 1000;

/// `Name` of XML 1.0 (fifth edition, 2.3), of a length within reason.
pub(super) fn is_name(name: &str) -> bool {
    // As nearly all are.
    if name.len() <= LONGEST && is_plain(name.as_bytes()) {
        return true;
    }
    let mut chars = name.chars();
    name.len() <= LONGEST && chars.next().is_some_and(begins) && chars.all(goes_on)
}

/// A word of plain letters.
fn is_plain(name: &[u8]) -> bool {
    !name.is_empty() && name.iter().all(u8::is_ascii_alphabetic)
}

fn begins(c: char) -> bool {
    matches!(c,
        ':' | 'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}'
        | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}'
        | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}'
        | '\u{10000}'..='\u{effff}')
}

fn goes_on(c: char) -> bool {
    begins(c)
        || matches!(c,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

#[cfg(test)]
mod tests {
    use super::is_name;

    #[test]
    fn only_a_name_is_a_name() {
        for name in ["testsuite", "x:by", "_a-1.b", "größe", "名前"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "1a", "-a", "a b", "a<b", "a\u{1}", "a\"", "a&b", &"a".repeat(2000)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
