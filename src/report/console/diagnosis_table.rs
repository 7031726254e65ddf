//! What a machine and a project lack, for people: a line or two for each check, then how many of
//! each level there are.

use crate::model::diagnosis::{Diagnosis, Finding, Level};
use crate::report::console::width::{COLUMNS, folded};
use crate::report::facts::number_of;
use crate::report::text;

/// All findings; `coloured` gives a word in a colour, by its code as in ECMA-48.
pub(crate) fn findings(diagnosis: &Diagnosis, coloured: impl Fn(u8, &str) -> String) -> String {
    let all = &diagnosis.findings;
    let widest = |words: &mut dyn Iterator<Item = &str>| words.map(str::len).max().unwrap_or(0);
    let level_columns = widest(&mut all.iter().map(|finding| finding.level.word()));
    let name_columns = widest(&mut all.iter().map(|finding| finding.check));
    let mut page = String::new();
    for finding in all {
        let Finding { check, level, message, remedy } = finding;
        let word = format!("{:level_columns$}", level.word());
        let head = format!("{word}  {check:name_columns$}  ");
        let others = " ".repeat(head.len());
        let mut lines = folded(&text::terminal(message), &head, &others);
        // Colours take no columns, so they come last.
        if let Some(code) = colour(*level) {
            let shown = coloured(code, level.word());
            lines[0] = lines[0].replacen(level.word(), &shown, 1);
        }
        if *level != Level::Ok {
            let advice = remedy.advice.as_deref().map(text::terminal);
            lines.extend(
                advice
                    .map(|advice| folded(&advice, &format!("{others}→ "), &others))
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
    page + "\n" + &summary(diagnosis)
}

/// As in `17 checks: 1 error, 2 warnings, 3 notes`.
fn summary(diagnosis: &Diagnosis) -> String {
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
    let lines = folded(&format!("{checks}: {told}; {verdict}"), "", "  ");
    debug_assert!(lines.iter().all(|line| line.len() <= COLUMNS));
    lines.join("\n") + "\n"
}

/// Green, cyan, yellow, red.
fn colour(level: Level) -> Option<u8> {
    match level {
        Level::Ok => Some(32),
        Level::Note => Some(36),
        Level::Warning => Some(33),
        Level::Error => Some(31),
    }
}
