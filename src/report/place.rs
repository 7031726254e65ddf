//! A test and what went wrong in it go in, the line of its spec file to look at comes out.

use crate::model::event::TestError;
use crate::model::outcome::TestOutcome;
use crate::report::facts;
use crate::report::text::strip_ansi;

/// A place in a test's own spec file, from 1; a column of 0 is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) line: u32,
    pub(crate) column: u32,
}

/// Where a test went wrong, or else where it is declared.
pub(crate) fn of_test(test: &TestOutcome) -> Place {
    let errors = facts::ill(test).next().map(|run| run.result.errors.as_slice());
    let failing = errors.and_then(|errors| of_errors(&test.case.key.file, errors));
    failing.unwrap_or(Place { line: test.case.line, column: test.case.column })
}

/// Where the first of these errors that says so happened in `file`: it may have happened in a
/// module that the file calls, then that call.
pub(crate) fn of_errors(file: &str, errors: &[TestError]) -> Option<Place> {
    errors.iter().find_map(|error| {
        let own = error.location.strip_prefix(file).and_then(numbers);
        own.or_else(|| strip_ansi(&error.stack).lines().find_map(|line| frame(file, line)))
    })
}

/// The place that a line of a stack names, if it is in `file`.
fn frame(file: &str, line: &str) -> Option<Place> {
    let call = line.trim_start().strip_prefix("at ")?;
    call.match_indices(file).find_map(|(at, _)| {
        let is_whole = call[..at].chars().next_back().is_none_or(|c| matches!(c, '/' | '(' | ' '));
        if is_whole { numbers(&call[at + file.len()..]) } else { None }
    })
}

/// `:12:5` and what follows.
fn numbers(text: &str) -> Option<Place> {
    let mut parts = text.strip_prefix(':')?.trim_end_matches(')').split(':');
    let line = parts.next()?.parse().ok().filter(|line| *line > 0)?;
    let column = parts.next()?.parse().ok()?;
    Some(Place { line, column })
}

/// The path of a spec file in its repository. None where that is not known or the file is not
/// in it.
pub(crate) fn in_repository(sources: Option<&str>, file: &str) -> Option<String> {
    let mut parts = Vec::new();
    for part in sources?.split('/').chain(file.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{Place, in_repository, of_errors, of_test};
    use crate::model::event::TestError;
    use crate::report::sample::stormy;

    fn error(location: &str, stack: &str) -> TestError {
        let (location, stack) = (location.to_owned(), stack.to_owned());
        TestError { stack, location, ..TestError::default() }
    }

    #[test]
    fn the_line_of_the_spec_file_is_found_wherever_the_error_happened() {
        let of = |location: &str, stack: &str| {
            of_errors("a/cart.spec.ts", &[error(location, stack)]).map(|p| (p.line, p.column))
        };
        assert_eq!(of("a/cart.spec.ts:7:5", ""), Some((7, 5)));
        let stack = "Error: x\n    at pay (/workspace/tests/a/pages.ts:3:1)\n    at \
                     \u{1b}[2m/workspace/tests/a/cart.spec.ts:9:11\u{1b}[22m\n    at \
                     /workspace/tests/a/cart.spec.ts:1:1";
        assert_eq!(of("a/pages.ts:3:1", stack), Some((9, 11)));
        assert_eq!(of("", "    at async (/w/a/cart.spec.ts:4:2)"), Some((4, 2)));
        let no_frame_of_it = [
            "at /w/aa/cart.spec.ts:4:2",
            "at /w/a/cart.spec.tsx:4:2",
            "a/cart.spec.ts:4:2",
            "at a/cart.spec.ts:0:1",
        ];
        for stack in no_frame_of_it {
            assert_eq!(of("", stack), None, "{stack}");
        }
        assert_eq!(of_errors("a.ts", &[]), None);
    }

    #[test]
    fn a_test_without_a_place_of_its_error_is_shown_where_it_is_declared() {
        let outcome = stormy().outcome;
        let of = |title: &str| {
            let test = outcome.tests.values().find(|test| test.case.key.title().ends_with(title));
            of_test(test.unwrap())
        };
        assert_eq!(of("wobbles"), Place { line: 7, column: 5 });
        assert_eq!(of("waits"), Place { line: 2, column: 3 });
    }

    #[test]
    fn a_file_is_named_from_the_top_of_its_repository() {
        let of = |sources: &str, file: &str| in_repository(Some(sources), file);
        assert_eq!(of("web/tests", "a/b.ts").as_deref(), Some("web/tests/a/b.ts"));
        assert_eq!(of("", "b.ts").as_deref(), Some("b.ts"));
        assert_eq!(of("web/tests", "../e2e/./b.ts").as_deref(), Some("web/e2e/b.ts"));
        assert_eq!(of("web", "../../b.ts"), None);
        assert_eq!(in_repository(None, "b.ts"), None);
    }
}
