//! The text of a spec file -> its outline, or its first syntax error.

use std::path::Path;

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::Parser;
use oxc_span::SourceType;

use super::error::SyntaxError;
use super::outline::Outline;
use super::place::Lines;
use super::walk::Walker;

/// Parses and walks a spec file; `file` is its name in messages.
pub(super) fn outline(file: &str, source: &str) -> Result<Outline, SyntaxError> {
    with_program(file, source, |program| {
        let mut walker = Walker::new(source);
        walker.program(program);
        walker.finish()
    })
}

/// Parses a file by what its extension says and gives its program to `read`.
pub(super) fn with_program<T>(
    file: &str,
    source: &str,
    read: impl FnOnce(&Program<'_>) -> T,
) -> Result<T, SyntaxError> {
    let allocator = Allocator::default();
    let kind = SourceType::from_path(Path::new(file)).unwrap_or_else(|_| SourceType::tsx());
    let parsed = Parser::new(&allocator, source, kind).parse();
    match parsed.diagnostics.errors().next() {
        None => Ok(read(&parsed.program)),
        Some(error) => {
            let offset = error.labels.first().map_or(0, |label| label.span().start);
            let place = Lines::new(source).place(offset);
            Err(SyntaxError {
                file: file.to_owned(),
                line: place.line,
                column: place.column,
                message: error.message.to_string(),
            })
        }
    }
}
