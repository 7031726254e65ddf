//! The texts that a test is selected by.

use super::outline::{Outline, TestNode};

/// What Playwright matches `--grep` against (`_grepTitleWithTags`): project, file, titles, each
/// followed by its tags, joined by spaces. A `describe` without a title adds nothing.
pub(super) fn full_title(
    project: &str,
    file: &str,
    tags: &[String],
    outline: &Outline,
    test: &TestNode,
) -> String {
    let mut parts = vec![project, file];
    parts.extend(tags.iter().map(String::as_str));
    let mut suites: Vec<_> = outline.around(test).map(|(_, suite)| suite).collect();
    suites.reverse();
    for suite in suites {
        parts.extend(Some(suite.title.as_str()).filter(|title| !title.is_empty()));
        parts.extend(suite.tags.iter().map(String::as_str));
    }
    parts.push(&test.title);
    parts.extend(test.tags.iter().map(String::as_str));
    parts.join(" ")
}

/// A test's tags as Playwright gives them: those written in titles and those of the suites in
/// their order, then those of its own details.
pub(super) fn tags(config: &[String], outline: &Outline, test: &TestNode) -> Vec<String> {
    let mut suites: Vec<_> = outline.around(test).map(|(_, suite)| suite).collect();
    suites.reverse();
    let mut texts: Vec<&str> = config.iter().map(String::as_str).collect();
    for suite in suites {
        texts.push(&suite.title);
        texts.extend(suite.tags.iter().map(String::as_str));
    }
    texts.push(&test.title);
    texts.into_iter().flat_map(in_text).chain(test.tags.iter().cloned()).collect()
}

/// All `@` with what follows up to the next space (`/@\S+/g`).
fn in_text(text: &str) -> impl Iterator<Item = String> {
    let words = text.split(|char: char| char.is_whitespace() || char == '\u{feff}');
    words.filter_map(|word| {
        let at = word.find('@')?;
        (word.len() > at + 1).then(|| word[at..].to_owned())
    })
}
