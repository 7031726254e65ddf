//! An outcome goes in, the last lines of a run come out: at most a screenful of what was not well,
//! none of them wider than a terminal.

use crate::model::id::{TITLE_SEPARATOR, TestKey};
use crate::model::outcome::{Conclusion, Counts, Outcome, TestOutcome, Verdict};
use crate::model::plan::Plan;
use crate::report::console::shard_table::shards;
use crate::report::console::width::{COLUMNS, cut, folded, width};
use crate::report::facts;
use crate::report::overview::verdict;
use crate::report::place;
use crate::report::strains;
use crate::report::text;

/// So many tests with a message are named, and of the other kinds; the reports name them all.
const FAILED: usize = 8;
const OTHERS: usize = 4;
const PROBLEMS: usize = 4;
/// So many lines of a message are shown where there are few of them.
const LINES: usize = 3;
const FEW: usize = 2;

/// What was not well, the table of shards, and the sums.
pub(crate) fn summary(plan: &Plan, outcome: &Outcome) -> String {
    let mut page = Vec::new();
    let kinds = [
        (Verdict::Failed, "failed", FAILED),
        (Verdict::TimedOut, "timed out", FAILED),
        (Verdict::Flaky, "flaky", OTHERS),
        (Verdict::Interrupted, "interrupted", OTHERS),
        (Verdict::NotRun, "did not run", OTHERS),
    ];
    for (verdict, word, most) in kinds {
        let mut tests = facts::with_verdict(outcome, &[verdict]);
        tests.retain(|test| !test.is_excused());
        let is_bad = matches!(verdict, Verdict::Failed | Verdict::TimedOut);
        let lines = match (is_bad, tests.len()) {
            (false, _) => 0,
            (true, ..=FEW) => LINES,
            (true, _) => 1,
        };
        for test in tests.iter().take(most) {
            page.push(format!("  {word}  {}", name(test, word.len() + 4)));
            page.extend(facts::term(test).map(|term| text::terminal(&format!("      {term}"))));
            page.extend(barred(&facts::why(outcome, test), lines));
        }
        page.extend(more(tests.len(), most, word));
    }
    let excused = facts::failed(outcome, true);
    for test in excused.iter().take(OTHERS) {
        page.push(format!("  quarantined  {}", name(test, "quarantined".len() + 4)));
        page.extend(facts::term(test).map(|term| text::terminal(&format!("      {term}"))));
        page.extend(barred(&facts::why(outcome, test), 1));
    }
    page.extend(more(excused.len(), OTHERS, "quarantined"));
    let problems = facts::problems(outcome);
    for (at, problem) in problems.iter().take(PROBLEMS).enumerate() {
        page.extend(wrapped(&text::terminal(&problem.title)).into_iter().take(LINES));
        // The first one is shown whole: the others often follow from it.
        let lines = if at > 0 && problems.len() > FEW { 1 } else { LINES };
        page.extend(barred(&problem.text, lines).iter().flat_map(|line| broken(line)));
    }
    page.extend(more(problems.len(), PROBLEMS, "outside the tests"));
    let strains = strains::strains(outcome);
    for strain in strains.iter().take(PROBLEMS) {
        page.extend(wrapped(strain));
    }
    page.extend(more(strains.len(), PROBLEMS, "faults and limits"));
    page.extend(shards(plan, outcome).lines().map(str::to_owned));
    let (counts, time) = (outcome.counts(), facts::time(outcome.elapsed()));
    page.push(format!("{} in {time}", facts::counts(counts)));
    page.extend(verdict(plan, outcome, counts));
    // What disarms a line makes it longer.
    page.iter().map(|line| cut(&text::disarmed(line), COLUMNS) + "\n").collect()
}

/// The verdict, as every report says it; nothing where the counts say all of it.
fn verdict(plan: &Plan, outcome: &Outcome, counts: Counts) -> Vec<String> {
    let is_well = matches!(outcome.conclusion(), Conclusion::Passed | Conclusion::Empty);
    if is_well && counts.passed == counts.total() {
        return Vec::new();
    }
    folded(&verdict::line(plan, outcome), "", "  ")
}

/// A test as Playwright's own list names it, with the line to look at where it ran. What is too
/// long loses its `describe` titles first; `before` columns are taken.
fn name(test: &TestOutcome, before: usize) -> String {
    let TestKey { file, project, titles, .. } = &test.case.key;
    let project =
        if project.is_empty() { String::new() } else { format!("[{project}]{TITLE_SEPARATOR}") };
    let ran = facts::executions(test).next().is_some();
    let line = if ran { format!(":{}", place::of_test(test).line) } else { String::new() };
    let repeat = match test.case.key.repeat {
        0 => String::new(),
        repeat => format!(" (repeat {repeat})"),
    };
    let named = |titles: &str| {
        text::terminal(&format!("{project}{file}{line}{TITLE_SEPARATOR}{titles}{repeat}"))
    };
    let whole = named(&test.case.key.title());
    match titles.last() {
        Some(last) if titles.len() > 1 && before + width(&whole) > COLUMNS => {
            named(&format!("…{TITLE_SEPARATOR}{last}"))
        }
        _ => whole,
    }
}

/// The first lines of a message that say something, behind a bar: no line of it begins as a
/// command for a CI machine.
fn barred(message: &str, lines: usize) -> Vec<String> {
    let plain = text::strip_ansi(message);
    let said = plain.lines().filter(|line| !line.trim().is_empty()).take(lines);
    said.map(|line| format!("      │ {}", text::terminal(line))).collect()
}

/// How many are not named.
fn more(all: usize, most: usize, word: &str) -> Option<String> {
    let left = all.checked_sub(most).filter(|left| *left > 0)?;
    Some(format!("  ... and {left} more {word}, see index.html"))
}

/// What is said in our own words is not cut: it says what to do.
fn wrapped(text: &str) -> Vec<String> {
    folded(text, "  ", "    ")
}

/// A line behind a bar as several, where one is not enough.
fn broken(line: &str) -> impl Iterator<Item = String> + use<> {
    let bar = "      │ ";
    folded(line.trim_start_matches([' ', '│']), bar, bar).into_iter().take(LINES)
}

#[cfg(test)]
mod tests {
    use super::summary;
    use crate::model::event::{AttemptEnd, Fault, FaultKind};
    use crate::model::id::ShardNumber;
    use crate::report::console::width::{COLUMNS, width};
    use crate::report::markdown::Markdown;
    use crate::report::overview::Overview;
    use crate::report::overview::verdict::line;
    use crate::report::sample::{Sample, calm, key, stormy};
    use crate::report::text::disarmed;

    const WIDE: &str = "##[error]漢字👨\u{200d}👩\u{200d}👧 e\u{301}\u{202e} ❤\u{fe0f} ";

    /// So many tests that fail, with wide titles.
    fn failing(count: usize) -> Sample {
        let mut sample = stormy();
        let failed =
            sample.outcome.tests.values().find(|test| test.case.line == 7).unwrap().clone();
        sample.outcome.tests.clear();
        for index in 0..count {
            let mut test = failed.clone();
            let title = format!("{index} {}", WIDE.repeat(index % 20));
            test.case.key = key(WIDE, &format!("{WIDE}.spec.ts"), &[WIDE, &title]);
            test.runs[0].result.errors[0].message = format!("\n{}\nsecond", WIDE.repeat(9));
            sample.outcome.tests.insert(test.case.key.clone(), test);
        }
        sample
    }

    fn summary_of(sample: &Sample) -> String {
        summary(&sample.plan, &sample.outcome)
    }

    #[test]
    fn the_last_lines_say_the_verdict_as_the_other_reports_do() {
        let sample = stormy();
        let page = summary_of(&sample);
        let last: Vec<&str> =
            page.lines().skip_while(|line| !line.starts_with("2 passed")).collect();
        let said = last[1..].iter().map(|line| line.trim()).collect::<Vec<_>>().join(" ");
        assert_eq!(said, line(&sample.plan, &sample.outcome));
        let markdown = sample.text_of(&Markdown);
        assert!(markdown.lines().next().unwrap().ends_with(&said), "{markdown}");
        let (word, sentence) = said.split_once(": ").unwrap();
        let heading = format!("<span class=\"word\">{word}</span> {sentence}.</h1>");
        assert!(sample.text_of(&Overview).contains(&heading), "{heading}");
        // What the counts say whole is not said twice.
        assert!(summary_of(&calm()).ends_with("\n2 passed in 4.2 s\n"));
    }

    #[test]
    fn a_shard_that_crashed_although_its_tests_passed_is_the_last_word() {
        let mut sample = calm();
        let fault = Fault { kind: FaultKind::Crash, message: String::new() };
        let attempt = &mut sample.outcome.shards[0].attempts[0];
        attempt.ended = attempt.ended.take().map(|(at, _)| (at, AttemptEnd::Faulted(fault)));
        let page = summary_of(&sample);
        let last = "\nIncomplete: All 2 tests passed, but shard 1 crashed\n";
        assert!(page.ends_with(last), "{page}");
    }

    #[test]
    fn no_line_is_wider_than_a_terminal_whatever_the_titles_say() {
        for sample in [calm(), stormy(), failing(1), failing(500)] {
            for line in summary(&sample.plan, &sample.outcome).lines() {
                let written = disarmed(line);
                assert!(width(&written) <= COLUMNS, "{written}");
            }
        }
    }

    #[test]
    fn many_failures_are_a_screenful_and_the_rest_is_counted() {
        let page = summary_of(&failing(500));
        assert!(page.lines().count() <= 30, "{page}");
        assert!(page.contains("  ... and 492 more failed, see index.html\n"), "{page}");
        assert_eq!(page.matches("      │ # #[error]漢").count(), 8, "{page}");
    }

    #[test]
    fn few_failures_are_told_with_more_of_their_messages() {
        let page = summary_of(&failing(1));
        assert!(page.contains("      │ second\n"), "{page}");
        let page = summary_of(&stormy());
        for line in [
            "  timed out  [desk] › slow.spec.ts:2 › waits\n      │ Test timeout of 900ms exceeded.\n",
            "  flaky  [desk] › shop.spec.ts:7 › cart › wobbles\n",
            "  did not run  [desk] › slow.spec.ts › never came\n",
        ] {
            assert!(page.contains(line), "no `{line}` in {page}");
        }
    }

    #[test]
    fn of_many_shards_those_are_told_that_are_not_well() {
        let mut sample = calm();
        let well = sample.outcome.shards[0].clone();
        for index in 2..40 {
            let mut shard = well.clone();
            shard.number = ShardNumber::at(index);
            sample.outcome.shards.push(shard);
        }
        assert!(summary(&sample.plan, &sample.outcome).contains("all 40 shards passed\n"));
        sample.outcome.shards[30].attempts[0].ended = None;
        let page = summary(&sample.plan, &sample.outcome);
        assert!(page.contains("  end not seen: no tests\n"), "{page}");
        assert!(page.contains("  ... and 39 more shards, all passed\n"), "{page}");
    }
}
