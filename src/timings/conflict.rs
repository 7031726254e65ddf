//! The text of a file that git could not merge goes in, the sides of it come out.

/// Both sides of a file, and what they came from. Lines that a side does not have are empty, so
/// that every line keeps its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sides {
    pub(crate) ours: String,
    pub(crate) theirs: String,
    /// None where git did not write it down (`merge.conflictStyle`).
    pub(crate) base: Option<String>,
}

/// Why conflict markers make no sense. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ConflictError {
    #[error("line {line}: `{mark}` is out of place")]
    OutOfPlace { line: usize, mark: &'static str },
    #[error("line {line}: this conflict has no end")]
    NoEnd { line: usize },
}

/// Which sides a line belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    All,
    Ours,
    Base,
    Theirs,
}

const OURS: &str = "<<<<<<<";
const BASE: &str = "|||||||";
const THEIRS: &str = "=======";
const END: &str = ">>>>>>>";

/// The sides of a text with conflict markers; none where it has no markers.
pub(crate) fn sides(text: &str) -> Result<Option<Sides>, ConflictError> {
    let mut sides = Sides { ours: String::new(), theirs: String::new(), base: None };
    let mut base = String::new();
    let (mut part, mut begun) = (Part::All, 0);
    let (mut conflicts, mut bases) = (0, 0);
    for (index, line) in text.lines().enumerate() {
        let mark = [OURS, BASE, THEIRS, END].into_iter().find(|mark| line.starts_with(mark));
        let next = match (mark, part) {
            (None, _) => None,
            (Some(OURS), Part::All) => Some(Part::Ours),
            (Some(BASE), Part::Ours) => Some(Part::Base),
            (Some(THEIRS), Part::Ours | Part::Base) => Some(Part::Theirs),
            (Some(END), Part::Theirs) => Some(Part::All),
            (Some(mark), _) => return Err(ConflictError::OutOfPlace { line: index + 1, mark }),
        };
        if let Some(next) = next {
            conflicts += usize::from(next == Part::Ours);
            bases += usize::from(next == Part::Base);
            if next == Part::Ours {
                begun = index + 1;
            }
            part = next;
        }
        for (side, own) in [
            (&mut sides.ours, Part::Ours),
            (&mut base, Part::Base),
            (&mut sides.theirs, Part::Theirs),
        ] {
            if mark.is_none() && (part == Part::All || part == own) {
                side.push_str(line);
            }
            side.push('\n');
        }
    }
    if part != Part::All {
        return Err(ConflictError::NoEnd { line: begun });
    }
    sides.base = (bases == conflicts).then_some(base);
    Ok((conflicts > 0).then_some(sides))
}

#[cfg(test)]
mod tests {
    use super::{ConflictError, Sides, sides};

    #[test]
    fn both_sides_are_taken_and_lines_keep_their_numbers() {
        let text = "a\n<<<<<<< HEAD\nb\n=======\nc\nd\n>>>>>>> topic\ne\r\n";
        let ours = "a\n\nb\n\n\n\n\ne\n".to_owned();
        let theirs = "a\n\n\n\nc\nd\n\ne\n".to_owned();
        assert_eq!(sides(text), Ok(Some(Sides { ours, theirs, base: None })));
    }

    #[test]
    fn the_base_is_taken_where_every_conflict_has_one() {
        let text = "<<<<<<< a\n1\n||||||| b\n0\n=======\n2\n>>>>>>> c\n";
        let found = sides(text).unwrap().unwrap();
        assert_eq!(found.base.as_deref(), Some("\n\n\n0\n\n\n\n"));
        let more = format!("{text}<<<<<<< a\n=======\n>>>>>>> c\n");
        assert_eq!(sides(&more).unwrap().unwrap().base, None);
    }

    #[test]
    fn markers_that_make_no_sense_are_named() {
        assert_eq!(sides("{}\n"), Ok(None));
        assert_eq!(
            sides("=======\n").unwrap_err().to_string(),
            "line 1: `=======` is out of place"
        );
        let nested = sides("\n<<<<<<< a\n<<<<<<< b\n");
        assert_eq!(nested, Err(ConflictError::OutOfPlace { line: 3, mark: "<<<<<<<" }));
        let open = sides("\n<<<<<<< a\n=======\n");
        assert_eq!(open, Err(ConflictError::NoEnd { line: 2 }));
        let late = sides("<<<<<<< a\n=======\n||||||| b\n");
        assert_eq!(late, Err(ConflictError::OutOfPlace { line: 3, mark: "|||||||" }));
    }
}
