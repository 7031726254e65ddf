//! Sources -> what a scan makes of them.

mod folders;
mod random;
mod rules;

use super::outline::Outline;
use super::parse::outline;

/// The outline of a source that has no syntax error.
fn read(source: &str) -> Outline {
    outline("a.spec.ts", source).unwrap()
}

/// The outline of statements behind the usual import.
fn body(source: &str) -> Outline {
    read(&format!("import {{ test }} from '@playwright/test';\n{source}"))
}

/// Titles as `outer > inner`.
fn titles(outline: &Outline) -> Vec<String> {
    outline.tests.iter().map(|test| outline.titles(test).join(" > ")).collect()
}
