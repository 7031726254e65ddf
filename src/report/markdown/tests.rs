//! What the summary says, and that it stays within its bounds whatever tests say.

use std::collections::BTreeMap;

use proptest::prelude::{ProptestConfig, prop_assert, proptest};

use crate::model::build::Build;
use crate::model::event::{Status, TestError, TestResult};
use crate::model::outcome::{Contradiction, Outcome};
use crate::report::Source;
use crate::report::markdown::fit::grouped;
use crate::report::markdown::{LEAST, MOST, Markdown, summary};
use crate::report::sample::{HOSTILE, Sample, calm, key, result, stormy};

#[test]
fn the_whole_summary_is_as_it_was() {
    assert_eq!(stormy().text_of(&Markdown), include_str!("../golden/summary.md"));
}

#[test]
fn a_good_run_is_told_in_a_few_lines() {
    assert_eq!(
        calm().text_of(&Markdown),
        "## ✅ Passed: All 2 tests passed

2 passed. 2 shards took 4.2 s, the slowest 1.1 s: 1.7 s of tests.

### Shards (2)

| shard | tests | predicted | took | start | end |
|---:|---:|---:|---:|---:|---|
| 1 | 1 | – | 1.1 s | 0.09 s | <code>passed</code> |
| 2 | 1 | – | 0.98 s | 0.09 s | <code>passed</code> |

### Slowest tests (2)

| time | test | shard |
|---:|---|---:|
| 0.90 s | <code>a.spec.ts › one</code> | 1 |
| 0.80 s | <code>b.spec.ts › two</code> | 2 |

<sub>Plan <code>sha256:feed</code>, strategy <code>balanced</code>.</sub>
"
    );
}

#[test]
fn a_long_list_is_cut_and_says_so() {
    let text = many(260, |_| None).text_of(&Markdown);
    assert!(text.contains("## ❌ Incomplete: 260 of 260 tests did not run\n"), "{text}");
    assert!(text.contains("### Did not run (260)"), "{text}");
    assert!(text.contains("… and 60 more tests that did not run: see `index.html`"), "{text}");
    assert_eq!(text.matches("shard 1 has no result").count(), 200);
}

#[test]
fn what_ran_outside_the_plan_is_named() {
    let mut sample = calm();
    sample.outcome.unplanned.insert(key("", "a.spec.ts", &["st|ray"]));
    let text = sample.text_of(&Markdown);
    assert!(text.contains("## ❌ Incomplete: "), "{text}");
    let line = "- <code>not in the plan, but a shard has it: a.spec.ts › st&#124;ray</code>\n";
    assert!(text.contains(line), "{text}");
}

#[test]
fn a_name_in_backticks_is_code_without_them() {
    let mut sample = calm();
    let told = |title: &str| Contradiction { title: title.into(), text: String::new() };
    sample.outcome.contradictions =
        vec![told("`p1` and `p_2` are of different plans"), told("`a`b` and `@team`")];
    let text = sample.text_of(&Markdown);
    assert!(
        text.contains("- <code>p1</code> and <code>p\\_2</code> are of different plans\n"),
        "{text}"
    );
    // Where a name holds one itself, nobody knows what is a name: all of it is code.
    assert!(text.contains("- <code>&#96;a&#96;b&#96; and &#96;@team&#96;</code>\n"), "{text}");
}

#[test]
fn where_little_room_is_left_the_verdict_is_said_and_where_the_rest_is() {
    let sample = stormy();
    let said = |room: usize| within(&sample, room);
    let little = said(LEAST - 1).unwrap();
    assert!(
        little.starts_with("## ❌ Incomplete: 1 of 8 tests failed, 1 timed out, 1 did not run, ")
    );
    assert!(little.contains("There is no room for more here: see `index.html`."), "{little}");
    assert_eq!(said(little.len()).as_deref(), Some(little.as_str()));
    assert_eq!(said(little.len() - 1), None);
}

/// As many tests, each with this message of its failure, or without a result.
fn many(count: usize, message: impl Fn(usize) -> Option<String>) -> Sample {
    let Sample { plan, outcome } = calm();
    let first = outcome.tests.into_values().next().unwrap();
    let mut outcome = Outcome::of(&plan);
    outcome.tests.clear();
    for index in 0..count {
        let mut test = first.clone();
        let run = test.runs.pop().unwrap();
        let said = message(index).map(|message| TestResult {
            errors: vec![TestError { message, ..TestError::default() }],
            ..result(Status::Failed, 0, 1)
        });
        test.runs.extend(said.map(|result| crate::model::outcome::TestRun { result, ..run }));
        test.case.key = key("", "a.spec.ts", &[HOSTILE, &format!("{index:05}")]);
        outcome.tests.insert(test.case.key.clone(), test);
    }
    Sample { plan, outcome }
}

fn within(sample: &Sample, room: usize) -> Option<String> {
    let (attempts, build) = (BTreeMap::new(), Build::default());
    let (plan, outcome) = (&sample.plan, &sample.outcome);
    summary(&Source { plan, outcome, attempts: &attempts, build: &build, hindsight: None }, room)
}

/// What of a text is not in a fenced block. A fence that is not closed takes the rest with it.
fn outside_fences(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut out = String::new();
    for line in text.lines() {
        let bare = line.trim_start();
        let ticks = &bare[..bare.len() - bare.trim_start_matches('`').len()];
        match fence {
            Some(open) => {
                if ticks == bare && ticks.len() >= open.len() {
                    fence = None;
                }
            }
            None if ticks.len() >= 3 => fence = Some(ticks),
            None => {
                out += line;
                out.push('\n');
            }
        }
    }
    assert_eq!(fence, None, "a fence is open at the end");
    out
}

/// Each section's title, how many it says there are, how many blocks it shows and how many it
/// says it leaves out.
fn sections(text: &str) -> Vec<(String, usize, usize, usize)> {
    let number = |text: &str| text.replace(',', "").parse::<usize>().unwrap();
    let section = |part: &str| {
        let (title, rest) = part.split_once(" (").unwrap();
        let all = number(rest.split(')').next().unwrap());
        let left = rest.split("\n… and ").nth(1).map(|rest| rest.split(' ').next().unwrap());
        let starts = ["<details>", "- ", "| 0", "| 1", "| 2", "| –"];
        let shown = rest.lines().filter(|line| starts.iter().any(|start| line.starts_with(start)));
        (title.to_owned(), all, shown.count(), left.map_or(0, number))
    };
    text.split("\n### ").skip(1).map(section).collect()
}

fn check(text: &str, room: usize) {
    assert!(text.len() <= room, "{} of {room} bytes", text.len());
    let plain = outside_fences(text);
    assert_eq!(plain.matches("<details>").count(), plain.matches("</details>").count());
    for (title, all, shown, left) in sections(&plain) {
        assert_eq!(shown + left, all, "{title}");
    }
    // Nothing that tests say stands outside of code.
    assert!(!plain.contains("<script>") && !plain.contains("](x)"), "{plain}");
    for (index, _) in plain.match_indices('@') {
        let before = &plain[..index];
        assert!(before.rfind("<code>") > before.rfind("</code>"), "{}", &plain[..index]);
    }
}

#[test]
fn a_suite_that_fails_as_a_whole_with_endless_messages_fits() {
    let long = format!("{HOSTILE}\n```\n</details>\n{}", "🎉".repeat(25_000));
    // All that can be shown is that long; it takes too much memory for all.
    let message = |index: usize| if index < 200 { long.clone() } else { HOSTILE.to_owned() };
    let sample = many(20_000, |index| Some(message(index)));
    let text = sample.text_of(&Markdown);
    check(&text, MOST);
    assert!(text.contains("## ❌ Incomplete: 20000 of 20000 tests failed\n"));
    assert!(text.contains("\n… and 19,"), "most of them are counted");
    assert!(text.len() > MOST / 2, "and what fits is shown");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_outcome_fits_any_room_with_all_that_is_open_closed(
        messages in proptest::collection::vec(
            proptest::option::of("(`{1,12}|~{3}|\n|</?details>|<!--|@team|#1|\\PC|🎉|[a-z]{1,400}){0,40}"),
            1..40,
        ),
        room in 400usize..60_000,
    ) {
        let sample = many(messages.len(), |index| messages[index].clone());
        let text = within(&sample, room).unwrap();
        check(&text, room);
        let failed = sample.outcome.counts().failed;
        if room >= LEAST && failed > 0 {
            let title = format!("### Failed ({})", grouped(failed));
            prop_assert!(text.contains(&title), "{title}");
        }
    }
}
