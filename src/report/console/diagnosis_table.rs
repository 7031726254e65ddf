//! What a machine and a project lack, for people: a line or two for each check, then how many of
//! each level there are.

use comfy_table::Table;

use crate::model::diagnosis::{Diagnosis, Finding, Level};
use crate::report::console::width::{COLUMNS, folded_to};
use crate::report::facts::number_of;
use crate::report::text;

/// The columns of the terminal, as far as sentences are good to read in them; without a terminal
/// those that every one has.
pub(crate) fn columns() -> usize {
    Table::new().width().map_or(COLUMNS, |columns| usize::from(columns).clamp(40, 100))
}

/// All findings in so many columns; `coloured` gives a word in a colour, by its code as in ECMA-48.
pub(crate) fn findings(
    diagnosis: &Diagnosis,
    columns: usize,
    coloured: impl Fn(u8, &str) -> String,
) -> String {
    let all = &diagnosis.findings;
    // The same in every run, so that two of them can be compared.
    let level_columns = Level::ALL.map(|level| level.word().len()).into_iter().max().unwrap_or(0);
    let name_columns = all.iter().map(|finding| finding.check.len()).max().unwrap_or(0);
    let mut page = String::new();
    for finding in all {
        let Finding { check, level, message, remedy } = finding;
        let word = format!("{:level_columns$}", level.word());
        let head = format!("{word}  {check:name_columns$}  ");
        let others = " ".repeat(head.len());
        let mut lines = folded_to(columns, &text::terminal(message), &head, &others);
        // Colours take no columns, so they come last.
        let shown = coloured(colour(*level), level.word());
        lines[0] = lines[0].replacen(level.word(), &shown, 1);
        if *level != Level::Ok {
            let advice = remedy.advice.as_deref().map(text::terminal);
            lines.extend(
                advice
                    .map(|advice| folded_to(columns, &advice, &format!("{others}→ "), &others))
                    .into_iter()
                    .flatten(),
            );
            // What is to be pasted is never broken.
            let command = remedy.command.as_deref().map(text::terminal);
            lines.extend(command.map(|command| format!("{others}$ {command}")));
        }
        page += &lines.join("\n");
        page.push('\n');
    }
    page + "\n" + &summary(diagnosis, columns)
}

/// As in `17 checks: 1 error, 2 warnings, 3 notes`.
fn summary(diagnosis: &Diagnosis, columns: usize) -> String {
    let counted = |level: Level| {
        let count = diagnosis.count(level);
        (count > 0).then(|| number_of(count, level.word()))
    };
    let worse = Level::ALL.into_iter().rev().filter(|level| *level != Level::Ok);
    let told: Vec<String> = worse.filter_map(counted).collect();
    let told = if told.is_empty() { "all is well".to_owned() } else { told.join(", ") };
    let checks = number_of(diagnosis.findings.len(), "check");
    let verdict = match diagnosis.exit_code {
        0 => "nothing stands in the way of a run".to_owned(),
        code => format!("a run would end with exit code {code}"),
    };
    let lines = folded_to(columns, &format!("{checks}: {told}; {verdict}"), "", "  ");
    lines.join("\n") + "\n"
}

/// Green, cyan, yellow, red.
fn colour(level: Level) -> u8 {
    match level {
        Level::Ok => 32,
        Level::Note => 36,
        Level::Warning => 33,
        Level::Error => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::findings;
    use crate::model::diagnosis::{Diagnosis, Finding, Level, Remedy};
    use crate::report::console::width::{COLUMNS, width};

    fn diagnosis(exit_code: u8) -> Diagnosis {
        let words = "a sentence with a name, `\u{1b}[2J ::error::x`, that is longer than a line";
        let finding = |check, level| Finding {
            check,
            level,
            message: words.to_owned(),
            remedy: Remedy {
                advice: Some(format!("do something about it: {words}")),
                command: Some("x".repeat(100)),
            },
        };
        let levels = ["one", "another", "third", "fourth"].into_iter().zip(Level::ALL);
        Diagnosis {
            findings: levels.map(|(check, level)| finding(check, level)).collect(),
            exit_code,
        }
    }

    #[test]
    fn sentences_are_folded_and_escaped_and_commands_stay_whole() {
        let page = findings(&diagnosis(0), COLUMNS, |_, word| word.to_owned());
        assert!(!page.contains('\u{1b}'), "{page}");
        let command = format!("                  $ {}", "x".repeat(100));
        for line in page.lines() {
            assert!(width(line) <= COLUMNS || line == command, "{line}");
            assert!(!line.trim_start().starts_with("::"), "{line}");
        }
        assert!(page.starts_with("ok       one      a sentence"), "{page}");
        // Nothing has to be done about what is well.
        assert_eq!(page.matches('→').count(), 3);
        assert_eq!(page.lines().filter(|line| *line == command).count(), 3);
        let end = "4 checks: 1 error, 1 warning, 1 note; nothing stands in the way of a run\n";
        assert!(page.ends_with(end), "{page}");
        let narrow = findings(&diagnosis(0), 50, |_, word| word.to_owned());
        let sentences = narrow.lines().filter(|line| *line != command);
        assert!(sentences.clone().all(|line| width(line) <= 50), "{narrow}");
        assert!(sentences.count() > page.lines().count());
    }

    #[test]
    fn only_the_levels_are_coloured() {
        let page = findings(&diagnosis(6), COLUMNS, |code, word| format!("<{code}>{word}</>"));
        assert!(page.starts_with("<32>ok</>       one      a "), "{page}");
        for level in ["<36>note</>     another  ", "<33>warning</>  third    ", "<31>error</>    "]
        {
            assert!(page.contains(&format!("\n{level}")), "{page}");
        }
        assert!(page.ends_with("a run would end with exit code 6\n"), "{page}");
        let none = Diagnosis { findings: Vec::new(), exit_code: 0 };
        let page = findings(&none, COLUMNS, |_, word| word.to_owned());
        assert_eq!(page, "\n0 checks: all is well; nothing stands in the way of a run\n");
    }
}
