//! Timings written and read.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::{Just, Strategy, any, prop, prop_oneof};
use proptest::{prop_assert_eq, proptest};

use crate::model::id::TestKey;
use crate::model::timings::{Costs, LastResult, Timing, Timings};
use crate::wire::timings_v1::{check, check_written, read, write};

const GOLDEN: &str = include_str!("../../../fixtures/wire/timings-v1.json");

fn key(file: &str, project: &str, titles: &[&str]) -> TestKey {
    TestKey {
        file: file.to_owned(),
        project: project.to_owned(),
        titles: titles.iter().map(|title| (*title).to_owned()).collect(),
        repeat: 0,
    }
}

fn timing(millis: Option<u64>, last: LastResult) -> Timing {
    Timing { duration: millis.map(Duration::from_millis), last, flaky: 0 }
}

/// What the golden file says.
fn golden() -> Timings {
    use LastResult::{Failed, Flaky, Passed};
    let strange = "tests/strange.spec.ts";
    let entries = [
        (key("setup/auth.setup.ts", "setup", &["log in"]), timing(Some(1_200), Passed)),
        (
            key("tests/cart.spec.ts", "chromium", &["cart", "should add one"]),
            timing(Some(40), Passed),
        ),
        (
            key("tests/cart.spec.ts", "chromium", &["cart", "should add two"]),
            Timing { flaky: 3, ..timing(Some(50), Flaky) },
        ),
        (key("tests/cart.spec.ts", "chromium", &["cart", "should empty"]), timing(None, Failed)),
        (
            key("tests/cart.spec.ts", "firefox", &["cart", "should add one"]),
            timing(Some(90), Passed),
        ),
        (key(strange, "", &["a › b > c"]), timing(Some(10), Passed)),
        (key(strange, "", &["both"]), Timing { flaky: 1, ..timing(Some(20), Passed) }),
        (key(strange, "", &["both", "inside"]), timing(Some(21), Failed)),
        (key(strange, "", &["+plus"]), timing(Some(30), Passed)),
        (key(strange, "", &["=equals"]), timing(Some(31), Passed)),
        (
            key(strange, "", &["\u{1b}[31mred\u{1b}[0m \"quoted\" \\ ]]> ::error:: 🎉"]),
            timing(Some(40), Passed),
        ),
        (key(strange, "", &["", ""]), timing(Some(0), Passed)),
    ];
    let millis = Duration::from_millis;
    let costs = Costs {
        start: millis(2_100),
        worker: millis(350),
        file: millis(40),
        end: millis(300),
        pace: 120,
    };
    Timings { tests: entries.into(), costs }
}

#[test]
fn the_golden_file_of_version_1_is_read_for_ever() {
    assert_eq!(read(GOLDEN).expect("readable"), golden());
}

#[test]
fn the_golden_file_is_what_is_written() {
    assert_eq!(write(&golden()), GOLDEN);
}

fn any_title() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ab+=]{0,3}",
        "(should |logs in |\\+|=| ){0,4}[a-c]?",
        any::<String>(),
        prop::sample::select(vec![
            "a › b",
            "]]>",
            "\"\\\"",
            "🎉",
            "\u{1b}[31m",
            "=======",
            "\n",
            "files"
        ])
        .prop_map(str::to_owned),
    ]
}

fn any_timings() -> impl Strategy<Value = Timings> {
    let key = ("[ab/]{1,3}", "[ab]{0,1}", prop::collection::vec(any_title(), 1..4))
        .prop_map(|(file, project, titles)| TestKey { file, project, titles, repeat: 0 });
    let last =
        prop::sample::select(vec![LastResult::Passed, LastResult::Flaky, LastResult::Failed]);
    let timing = (prop::option::of(0_u64..100_000_000), last, 0..=Timing::MOST_FLAKY)
        .prop_map(|(millis, last, flaky)| Timing { flaky, ..timing(millis, last) });
    let millis = || any::<u32>().prop_map(|millis| Duration::from_millis(u64::from(millis)));
    let costs = (millis(), millis(), millis(), millis(), 1_u32..1_000)
        .prop_map(|(start, worker, file, end, pace)| Costs { start, worker, file, end, pace });
    let costs = prop_oneof![Just(Costs::default()), costs];
    let tests = prop::collection::btree_map(key, timing, 0..30);
    (tests, costs).prop_map(|(tests, costs)| Timings { tests, costs })
}

proptest! {
    #[test]
    fn what_was_written_is_read_back(timings in any_timings()) {
        let text = write(&timings);
        prop_assert_eq!(read(&text).expect("readable"), timings.clone());
        // By hand or by a formatter.
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let pretty = serde_json::to_string_pretty(&value).expect("JSON");
        prop_assert_eq!(read(&pretty).expect("readable"), timings.clone());
        let files: std::collections::BTreeSet<&str> =
            timings.tests.keys().map(|key| key.file.as_str()).collect();
        let costs = if timings.costs == Costs::default() { 0 } else { 2 };
        prop_assert_eq!(text.lines().count(), files.len() + 2 + costs);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in any::<String>(), cut in any::<prop::sample::Index>()) {
        drop(read(&text));
        let whole: Vec<char> = GOLDEN.chars().collect();
        let torn: String = whole[..cut.index(whole.len() - 2)].iter().collect();
        let error = read(&torn).expect_err("it is torn").to_string();
        proptest::prop_assert!(error.contains("ends in the middle") || error == "is empty", "{}", error);
    }
}

#[test]
fn a_repetition_is_not_written_apart() {
    let mut timings = golden();
    let again = TestKey { repeat: 1, ..key("setup/auth.setup.ts", "setup", &["log in"]) };
    timings.tests.insert(again, timing(Some(1), LastResult::Failed));
    assert_eq!(write(&timings), GOLDEN);
}

#[test]
fn the_time_of_a_whole_file_stands_at_its_project() {
    let whole = (key("a.cy.js", "", &[]), timing(Some(9_000), LastResult::Passed));
    let one = (key("a.cy.js", "", &["adds"]), timing(Some(40), LastResult::Failed));
    for (entries, line) in [
        (vec![whole.clone()], r#""a.cy.js":{"":9000}"#),
        (vec![whole, one], r#""a.cy.js":{"":[9000,"passed",{"adds":[40,"failed"]}]}"#),
    ] {
        let timings = Timings { tests: entries.into_iter().collect(), costs: Costs::default() };
        let written = write(&timings);
        assert_eq!(written.lines().nth(1), Some(line));
        assert_eq!(read(&written), Ok(timings));
    }
}

#[test]
fn what_fuzzing_begins_with_holds() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/timings");
    let seeds: Vec<Vec<u8>> = fs::read_dir(corpus)
        .expect("seeds")
        .map(|seed| fs::read(seed.expect("a seed").path()).expect("a file"))
        .collect();
    assert!(seeds.contains(&GOLDEN.as_bytes().to_vec()), "the golden file is one of them");
    for seed in &seeds {
        check(seed);
    }
}

#[test]
fn adding_a_test_changes_one_line() {
    let mut timings = golden();
    let more = key("tests/cart.spec.ts", "chromium", &["cart", "should add three"]);
    timings.tests.insert(more, timing(Some(60), LastResult::Passed));
    let text = write(&timings);
    assert_eq!(text.lines().count(), GOLDEN.lines().count());
    let changed = text.lines().zip(GOLDEN.lines()).filter(|(new, old)| new != old);
    assert_eq!(changed.count(), 1);
}

#[test]
fn describes_as_deep_as_nobody_writes_them_are_read_back() {
    let titles: Vec<String> = (0..100).map(|depth| format!("level {depth}")).collect();
    let mut timings = Timings::default();
    for end in ["one", "two"] {
        let mut key = key("a", "", &[]);
        key.titles = titles.iter().map(|title| format!("{title} {end}")).collect();
        timings.tests.insert(key, timing(Some(1), LastResult::Passed));
    }
    // Each title begins with the one before it.
    for count in 1..300 {
        let title = "word ".repeat(count);
        timings.tests.insert(key("b", "", &[&title]), timing(Some(1), LastResult::Passed));
    }
    assert_eq!(read(&write(&timings)).expect("readable"), timings);
}

#[test]
fn what_lies_deeper_than_any_reader_goes_is_joined() {
    let mut timings = Timings::default();
    // Each title is a test, too.
    for depth in 1..300 {
        let titles: Vec<String> = (0..depth).map(|depth| format!("t {depth}")).collect();
        let key = TestKey { titles, ..key("a", "", &[]) };
        timings.tests.insert(key, timing(Some(10), LastResult::Passed));
    }
    let endless = TestKey { titles: vec!["x".to_owned(); 100_000], ..key("b", "", &[]) };
    timings.tests.insert(endless, timing(Some(10), LastResult::Passed));
    check_written(&timings);
    assert_eq!(read(&write(&timings)).expect("readable").tests.len(), 300);
}

/// 20,000 tests, five a describe, ten describes a file, no two titles alike.
fn large(title: impl Fn(usize) -> String) -> Timings {
    const AREAS: [&str; 4] = ["basket", "orders", "vouchers", "address book"];
    let mut timings = Timings::default();
    for number in 0..20_000_usize {
        let (describe, file) = (number / 5, number / 50);
        let describe = format!("{} {describe}", AREAS[describe % AREAS.len()]);
        let file = format!("tests/area-{:03}/feature-{file}.spec.ts", file / 10);
        let millis = Some(100 + (number as u64 * 7_919 % 900) * 10);
        let key = key(&file, "chromium", &[&describe, &title(number)]);
        timings.tests.insert(key, timing(millis, LastResult::Passed));
    }
    timings
}

/// Words that differ from test to test, and the number.
fn words(number: usize) -> String {
    const THINGS: [&str; 5] =
        ["an empty basket", "the last order", "two vouchers", "a long address", "no price"];
    const VERBS: [&str; 7] = ["show", "hide", "keep", "reject", "accept", "sort", "load"];
    let (verb, thing) = (VERBS[number % VERBS.len()], THINGS[number / 3 % THINGS.len()]);
    format!("{verb} {thing} {number}")
}

/// Bytes of the file, and letters of a title path on average.
fn measure(timings: &Timings) -> (usize, usize) {
    let letters: usize = timings.tests.keys().map(|key| key.titles.concat().len()).sum();
    let (bytes, letters) = (write(timings).len(), letters / timings.tests.len());
    println!("{} tests, {letters} letters each: {bytes} bytes", timings.tests.len());
    (bytes, letters)
}

#[test]
fn twenty_thousand_tests_stay_under_a_megabyte() {
    const WHENS: [&str; 4] = ["reloading", "paying", "a login", "a timeout"];
    let when = |number: usize| WHENS[number / 7 % WHENS.len()];
    // 40 letters with the describe's, and nothing that the titles share.
    let (bytes, letters) = measure(&large(|number| format!("{} {}", words(number), when(number))));
    assert!(letters >= 40 && bytes < 1_000_000, "{letters} letters, {bytes} bytes");
    // 40 letters without it, begun as most people begin them.
    let (bytes, letters) =
        measure(&large(|number| format!("should {} {}", words(number), when(number))));
    assert!(letters >= 50 && bytes < 1_000_000, "{letters} letters, {bytes} bytes");
}

/// Each text and what is said about it.
#[test]
fn broken_files_are_named_with_line_and_column() {
    let file = |body: &str| {
        format!(
            "{{\"format\":\"shardwright.timings\",\"version\":1,\"files\":{{\n\"a.ts\":{{\"p\":{{\"d\":{body}}}}}\n}}}}\n"
        )
    };
    let whole = file("5");
    let cases = [
        (String::new(), "is empty"),
        (" \n".to_owned(), "is empty"),
        (whole[..60].to_owned(), "line 2, column 6: ends in the middle"),
        (format!("{whole}}}"), "line 4, column 1: is not JSON: trailing characters"),
        (format!("npm warn\n{whole}"), "line 1, column 2: is not JSON: expected ident"),
        (whole.replace('\n', "\n<<<<<<< HEAD\n"), "line 2: has merge conflict markers"),
        (format!("{whole}=======\n"), "line 4: has merge conflict markers"),
        ("[]".to_owned(), "is not a `shardwright.timings` file"),
        ("{\"a\":1}".to_owned(), "is not a `shardwright.timings` file"),
        (
            whole.replace("timings\"", "plan\""),
            "is not a `shardwright.timings` file but a `shardwright.plan` file",
        ),
        (
            whole.replace(":1,", ":2,"),
            "was written by a newer shardwright (version 2; this one reads up to 1)",
        ),
        (whole.replace(":1,", ":0,"), "has no usable version (`0`)"),
        (whole.replace(":1,", ":1.5,"), "has no usable version (`1.5`)"),
        (whole.replace("\"version\":1,", ""), "has no usable version (`none`)"),
        (whole.replace("files", "tests"), "line 3, column 2: missing field `files`"),
        (file("-5"), "line 2, column 19: a duration cannot be negative (-5 ms), at `a.ts › p › d`"),
        (
            file("1.5"),
            "line 2, column 20: a duration is a whole number of milliseconds, not 1.5, at `a.ts › p › d`",
        ),
        (file("1e300"), "at `a.ts › p › d`"),
        (file("NaN"), "line 2, column 18: is not JSON: expected value, at `a.ts › p › d`"),
        (file("604800001"), "a duration of 604800001 ms is longer than a week, at `a.ts › p › d`"),
        (file("[-1,\"failed\"]"), "a duration cannot be negative (-1 ms), at `a.ts › p › d`"),
        (file("[1,\"fine\"]"), "unknown last result `fine`, at `a.ts › p › d`"),
        (file("[1]"), "a list needs a duration and a last result, at `a.ts › p › d`"),
        (
            file("\"5\""),
            "invalid type: string \"5\", expected a duration in milliseconds, a list or an object of titles, at `a.ts › p › d`",
        ),
        (
            file("[1,\"failed\",10]"),
            "expected a level of flakiness from 1 to 9 or an object of titles, at `a.ts › p › d`",
        ),
        (
            whole.replace("\"files\"", "\"costs\":{\"pace\":0},\"files\""),
            "line 1, column 61: invalid value: integer `0`, expected a nonzero u32",
        ),
        (file("5,\"d\":5"), "the same test twice, at `a.ts › p › d`"),
        (file("{\"+a \":{\"b\":1},\"a b\":2}"), "the same test twice, at `a.ts › p › d › a b`"),
    ];
    let mut wrong = String::new();
    for (text, wanted) in &cases {
        let said = read(text).map_or_else(|error| error.to_string(), |_| "readable".to_owned());
        if !said.contains(wanted) {
            writeln!(wrong, "{text:?}\n  says   {said}\n  wanted {wanted}").expect("a string");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_mark_in_front_and_windows_line_ends_are_read() {
    let text = format!("\u{feff}{}", GOLDEN.replace('\n', "\r\n"));
    assert_eq!(read(&text).expect("readable"), golden());
}
