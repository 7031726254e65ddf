//! An outcome goes in, GitHub workflow commands come out: what is not well, as annotations.

use crate::model::outcome::Outcome;
use crate::report::facts;
use crate::report::text::{github_command_data, github_command_property};

/// GitHub shows so many annotations of a step.
const LIMIT: usize = 10;
/// Longer messages are cut by GitHub anyway.
const LINES: usize = 20;

/// One line for each test or problem that makes the run no success, the first ten; quarantined
/// failures come last, as warnings.
pub(crate) fn annotations(outcome: &Outcome) -> String {
    let bad = || outcome.tests.values().filter(|test| facts::is_bad(test.verdict()));
    let tests = bad().filter(|test| !test.is_excused()).map(|test| {
        let title = format!("{}: {}", test.verdict().name(), test.case.key);
        ("error", title, facts::why(outcome, test))
    });
    let problems =
        facts::problems(outcome).into_iter().map(|known| ("error", known.title, known.text));
    let excused = bad().filter(|test| test.is_excused()).map(|test| {
        let title = format!("quarantined: {}", test.case.key);
        ("warning", title, facts::story(outcome, test))
    });
    let line = |(level, title, text): (&str, String, String)| {
        let text: Vec<&str> = text.lines().take(LINES).collect();
        let title = github_command_property(&title);
        format!("::{level} title={title}::{}\n", github_command_data(&text.join("\n")))
    };
    tests.chain(problems).chain(excused).take(LIMIT).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::annotations;
    use crate::report::sample;

    #[test]
    fn a_good_run_has_none() {
        assert_eq!(annotations(&sample::calm().outcome), "");
    }

    #[test]
    fn each_annotation_is_one_command_whatever_the_titles_say() {
        let text = annotations(&sample::stormy().outcome);
        assert!(text.lines().count() > 0);
        for line in text.lines() {
            assert!(line.starts_with("::error title="), "{line}");
            let property = line.trim_start_matches("::error title=").split("::").next().unwrap();
            assert!(!property.contains([':', ',']), "{line}");
        }
    }
}
