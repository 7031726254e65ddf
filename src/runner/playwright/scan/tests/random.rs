//! Whatever a file holds, a scan gives an answer.

use std::path::PathBuf;

use glob::{MatchOptions, Pattern};
use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
use regress::Regex;

use crate::runner::playwright::scan::config::from_source;
use crate::runner::playwright::scan::parse::outline;
use crate::runner::playwright::scan::paths::{PathFilter, glob_argument};
use crate::runner::playwright::scan::pattern::to_regex;

fn token() -> impl Strategy<Value = &'static str> {
    prop_oneof![
        Just("test"),
        Just(".describe"),
        Just(".only"),
        Just("("),
        Just(")"),
        Just("{"),
        Just("}"),
        Just("'a'"),
        Just("`b${"),
        Just("`"),
        Just("=>"),
        Just("()"),
        Just("for (const x of "),
        Just("[1,2]"),
        Just("function f(x)"),
        Just("f(f)"),
        Just(";"),
        Just(","),
        Just("const x ="),
        Just("if (x)"),
        Just("return"),
        Just("import { test } from './f';"),
        Just("export default "),
        Just("projects:"),
        Just("[{name:'a'}]"),
        Just("...x"),
        Just("😀"),
        Just("\n"),
    ]
}

proptest! {
    #[test]
    fn bytes_do_not_break_it(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = String::from_utf8_lossy(&bytes);
        let _ = outline("a.spec.tsx", &text);
        let _ = Regex::new(&to_regex(&text));
    }

    #[test]
    fn tokens_do_not_break_it(tokens in proptest::collection::vec(token(), 0..40)) {
        let text = tokens.join(" ");
        let known = outline("a.spec.ts", &text).map(|outline| outline.tests.len());
        prop_assert_eq!(known, outline("a.spec.ts", &text).map(|outline| outline.tests.len()));
        let _ = from_source("c.ts", &text, PathBuf::from("/p"));
    }

    #[test]
    fn playwright_is_told_what_the_glob_says(glob in "[ab*?/.\\[\\]!-]{1,8}", path in "[ab/.-]{1,8}") {
        let options = MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: false };
        // Only paths as they come from a folder.
        if let Ok(pattern) = Pattern::new(&glob)
            && path.split('/').all(|part| !part.is_empty())
            && glob.split('/').all(|part| !part.is_empty())
        {
            let argument = format!("^{}", glob_argument(&pattern));
            let regex = Regex::new(&argument).unwrap();
            prop_assert_eq!(regex.find(&format!("/{path}")).is_some(), pattern.matches_with(&path, options), "{}", argument);
        }
    }

    #[test]
    fn any_text_may_be_given_as_a_path(text in ".{0,20}") {
        let _ = PathFilter::new(&[text], &PathBuf::from("/nowhere"));
    }
}
