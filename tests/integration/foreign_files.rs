//! Files of others that are torn, damaged, endless or no files at all: what is whole is read, what
//! is not is named, and memory and time are bounded.

use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use proptest::prelude::{ProptestConfig, any, prop, proptest};
use proptest::sample::Index;

use crate::support::Said;
use crate::support::fixture;
use crate::support::place::Place;
use crate::support::script::suite;

/// A run of one shard with two tests, in `part/`.
fn part() -> Place {
    let place = Place::scripted(&suite(&[("a.spec.ts", &["ä1", "a2 🛒"])]));
    let said = place.play(&["run", "--shards", "1", "-q", "-o", "part"]);
    assert_eq!(said.code, 0, "{said:?}");
    place
}

/// The tool with no more address space than that; more memory than it has would end it by a signal.
fn narrow(place: &Place, megabytes: u32, arguments: &[&str]) -> Said {
    let tool = place.tool(arguments);
    let mut command = Command::new("prlimit");
    command.arg(format!("--as={}", u64::from(megabytes) << 20)).arg(tool.get_program());
    command.args(tool.get_args()).current_dir(place.path("")).env_clear();
    command.envs(tool.get_envs().filter_map(|(name, value)| Some((name, value?))));
    place.answer(&mut command)
}

/// Writes `in/NAME/index.html` around a zip; takes a name, the entries, how much is cut off the end,
/// and a size that the zip tells in place of the true one. Python packs faster than a test of ours.
const PACK: &str = "
import base64, io, os, struct, sys, zipfile
name, entries, cut, told = sys.argv[1], eval(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
held = io.BytesIO()
with zipfile.ZipFile(held, 'w', zipfile.ZIP_DEFLATED) as zip:
    for entry, data in entries:
        zip.writestr(entry, data)
data = held.getvalue()
if told:
    data = data.replace(struct.pack('<I', len(entries[-1][1])), struct.pack('<I', told))
page = '<template id=\"playwrightReportBase64\">data:application/zip;base64,'
page += base64.b64encode(data).decode() + '</template>'
os.makedirs('in/' + name)
open('in/' + name + '/index.html', 'w').write(page[:len(page) - cut])
";

#[test]
fn whatever_was_torn_off_the_events_the_whole_lines_count() {
    let place = part();
    let file = "part/shards/1/events.ndjson";
    let events = std::fs::read(place.path(file)).expect("events");
    let ends = events.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1);
    let ends: Vec<usize> = ends.collect();
    let mut cuts: Vec<usize> = ends.iter().flat_map(|end| [end - 1, *end, end + 1]).collect();
    // Inside a character of each title, too.
    let inside = events.windows(2).enumerate().filter(|(_, two)| matches!(two, [0xc3 | 0xf0, _]));
    cuts.extend(inside.map(|(at, _)| at + 1));
    for cut in cuts.into_iter().filter(|cut| (ends[0]..=events.len()).contains(cut)) {
        let torn = &events[..cut];
        place.write(file, torn);
        let said = place.call(&["merge", "part", "-o", "merged", "-q"]);
        let whole = &torn[..torn.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)];
        let lines = String::from_utf8(whole.to_vec()).expect("whole lines are text");
        let count = |event: &str| lines.matches(&format!("\"event\":\"{event}\"")).count();
        let code = if count("attempt-ended") == 1 { 0 } else { 3 };
        assert_eq!(said.code, code, "cut at {cut}: {said:?}");
        let results = &place.json("merged/results.json")["results"];
        assert_eq!(results["summary"]["passed"], count("test-ended"), "cut at {cut}");
        let tests = results["tests"].as_array().expect("tests").iter();
        let planned = tests.filter(|test| test["name"] == "ä1" || test["name"] == "a2 🛒");
        assert_eq!(planned.count(), 2, "cut at {cut}");
    }
}

#[test]
fn what_is_no_file_is_left_out_and_never_waited_for() {
    let place = Place::new();
    place.write("in/good.xml", r#"<testsuite><testcase name="a"/></testsuite>"#);
    let pipe = |path: &str| {
        let made = Command::new("mkfifo").arg(place.path(path)).status();
        assert!(made.expect("mkfifo starts").success());
    };
    pipe("in/junit.xml");
    place.write("in/html/data/x", "");
    pipe("in/html/index.html");
    symlink("/dev/zero", place.path("in/zero.xml")).expect("a link");
    symlink("../in", place.path("in/loop")).expect("a link");
    symlink("loop.xml", place.path("in/loop.xml")).expect("a link");
    let said = place.call(&["merge", "in", "-o", "merged"]);
    let left_out: String = ["html/index.html", "junit.xml", "loop.xml", "zero.xml"]
        .map(|name| format!("left out `in/{name}`: it is not a regular file\n"))
        .concat();
    let stderr = format!(
        "1 JUnit file: 1 test, 0 failures, 0 errors, 0 skipped\n{left_out}reports in \
         [DIR]/merged\n"
    );
    assert_eq!((said.code, said.stderr), (3, stderr));
}

#[test]
fn a_pipe_in_place_of_a_plan_or_of_events_is_no_result() {
    let place = part();
    let replace = |path: &str| {
        std::fs::remove_file(place.path(path)).expect("it was there");
        let made = Command::new("mkfifo").arg(place.path(path)).status();
        assert!(made.expect("mkfifo starts").success());
    };
    replace("part/shards/1/events.ndjson");
    let said = place.call(&["merge", "part", "-o", "merged", "-q"]);
    assert_eq!(said.code, 3, "{said:?}");
    assert!(said.stderr.starts_with("shard 1 of 1 has no results\n"), "{said:?}");
    replace("part/plan.json");
    let said = place.call(&["merge", "part", "-o", "merged", "-q"]);
    let stderr = "error: cannot use the plan `part/plan.json`: it is not a regular file\nhint: was \
                  that node killed before it had planned? run it again\n";
    assert_eq!((said.code, said.stderr.as_str()), (5, stderr));
    place.write("in/x", "");
    let made = Command::new("mkfifo").arg(place.path("in/results.json")).status();
    assert!(made.expect("mkfifo starts").success());
    let stderr = "error: cannot read `in/results.json`\n  caused by: it is not a regular file";
    place.refuses(&["timings", "import", "in/results.json"], 5, stderr);
}

#[test]
fn no_file_takes_more_memory_than_a_bound() {
    let place = part();
    let endless = |path: &str, head: &str| {
        place.write(path, head);
        let file = std::fs::File::options().append(true).open(place.path(path));
        // Zero bytes that take no room on the disk.
        file.and_then(|file| file.set_len(8 << 30)).expect("a file with holes");
    };
    endless("xml/a.xml", "<testsuite>\n<testcase name=\"");
    endless("big.json", "{\"suites\":[],\"config\":\"");
    endless("big.jsonl", "{\"method\":\"onBlobReportMetadata\",\"params\":\"");
    endless("big-timings.json", "{");
    endless("big.toml", "shards = 4 # ");
    endless("html/index.html", "<html>");
    let mut plan = place.read("part/plan.json");
    plan.push(' ');
    for (arguments, said) in [
        (
            &["merge", "xml"][..],
            "xml/a.xml`, line 2, testsuite[0]: begins a text or an element of more than 64 MB",
        ),
        (&["merge", "html"], "can be used:\n  │ `html` is left out, as it is too large"),
        (
            &["timings", "import", "big.json"],
            "cannot read `big.json`\n  caused by: it is larger than 256 MB",
        ),
        (
            &["timings", "import", "big.jsonl"],
            "cannot read `big.jsonl`\n  caused by: it is larger than 256 MB",
        ),
        (
            &["timings", "show", "--timings", "big-timings.json"],
            "big-timings.json`\n  caused by: it is larger than 256 MB",
        ),
        (
            &["timings", "show", "--timings", "/dev/zero"],
            "/dev/zero`\n  caused by: it is larger than 256 MB",
        ),
        (&["plan", "--plan", "big-timings.json"], ""),
        (&["plan", "--settings", "big.toml"], "`./big.toml`\n  caused by: it is larger than 1 MB"),
    ] {
        let answer = narrow(&place, 1200, arguments);
        let code = if said.is_empty() { 2 } else { 5 };
        assert_eq!(answer.code, code, "{arguments:?}: {answer:?}");
        assert!(answer.stderr.contains(said), "{arguments:?}: {}", answer.stderr);
    }
    endless("part/shards/1/events.ndjson", &place.read("part/shards/1/events.ndjson"));
    let answer = narrow(&place, 1200, &["merge", "part"]);
    assert_eq!(answer.code, 5, "{answer:?}");
    assert!(answer.stderr.contains("is longer than any event"), "{answer:?}");
    endless("part/plan.json", &plan);
    let answer = narrow(&place, 1200, &["merge", "part"]);
    assert_eq!(answer.code, 5, "{answer:?}");
    assert!(answer.stderr.contains("`part/plan.json`: it is larger than 256 MB"), "{answer:?}");
}

#[test]
fn names_that_a_small_file_repeats_without_end_are_refused() {
    let place = Place::new();
    let head = r#"{"format":"shardwright.timings","version":1,"files":{"#;
    let tests: Vec<String> = (0..300).map(|number| format!("\"{number}\":1")).collect();
    let file = "a".repeat(1 << 20);
    place.write(
        "timings.json",
        format!("{head}\n\"{file}\":{{\"chromium\":{{{}}}}}\n}}}}\n", tests.join(",")),
    );
    let (result, case) = (
        "{\"expectedStatus\":\"passed\",\"results\":[{\"status\":\"passed\",\"duration\":1}]}",
        "<testcase name=\"t\" time=\"1\"/>",
    );
    let spec = format!("{{\"title\":\"t\",\"tests\":[{}]}}", vec![result; 300].join(","));
    let json = format!(
        "{{\"config\":{{}},\"suites\":[{{\"title\":\"\",\"file\":\"{file}\",\"specs\":[{spec}]}}]}}"
    );
    place.write("results.json", json);
    let cases = case.repeat(300);
    place.write("junit.xml", format!("<testsuite file=\"{file}\">{cases}</testsuite>"));
    let ids: Vec<String> =
        (0..300).map(|n| format!("{{\"testId\":\"{n}\",\"title\":\"t\"}}")).collect();
    let ids = ids.join(",");
    place.write(
        "report.jsonl",
        format!(
            "{{\"method\":\"onBlobReportMetadata\",\"params\":{{}}}}\n{{\"method\":\"onProject\",\"params\":{{\"project\":{{\"name\":\"p\",\"suites\":[{{\"title\":\"{file}\",\"entries\":[{ids}]}}]}}}}}}\n"
        ),
    );
    for name in ["results.json", "junit.xml", "report.jsonl"] {
        let answer = narrow(&place, 3000, &["timings", "import", "--timings", "no.json", name]);
        let said = format!("error: cannot import `{name}`: names more than 256 MB in all\n");
        assert_eq!((answer.code, answer.stderr), (5, said));
    }
    let answer = narrow(&place, 3000, &["timings", "show"]);
    assert_eq!(answer.code, 5, "{}", answer.stderr.len());
    assert!(answer.stderr.contains("names more than 256 MB in all"));
    assert!(answer.stderr.len() < 100_000, "{}", answer.stderr.len());
}

/// Reports by name: their entries, what is cut off, the size they tell, why they are left out.
fn odd_reports() -> Vec<(&'static str, String, usize, usize, Option<&'static str>)> {
    let file = r#"{"fileId":"f","fileName":"a","tests":[]}"#;
    let with = |files: &str, rest: &str| {
        format!("[('report.json', b'{{\"files\":[' + {files} + b']}}'), {rest}]")
    };
    let one = |rest: &str| with(&format!("b'{file}'"), rest);
    let deep = "b'[' * 100000 + b']' * 100000";
    let field =
        |name: &str| format!("[('report.json', b'{{\"files\":[],\"{name}\":' + {deep} + b'}}')]");
    let (large, form) = (Some("it is too large"), "`report.json` in its zip is of another form");
    vec![
        ("good", with("b''", ""), 0, 0, None),
        // Zeros, which take next to nothing in the file.
        ("bomb", "[('report.json', bytes(300 << 20))]".to_owned(), 0, 0, large),
        ("inner-bomb", one("('f.json', bytes(300 << 20))"), 0, 0, large),
        ("lie", one("('f.json', bytes(300 << 20))"), 0, 100, Some("`f.json` in its zip is broken")),
        // One entry that is named so often that reading it would never end.
        (
            "again",
            with(
                &format!("b','.join([b'{file}'] * 100000)"),
                "('f.json', b'{\"tests\":[],\"x\":\"' + bytes(40 << 20) + b'\"}')",
            ),
            0,
            0,
            large,
        ),
        ("many", with("b''", "*[(f'{n}.json', b'') for n in range(60000)]"), 0, 0, None),
        ("deep", format!("[('report.json', {deep})]"), 0, 0, Some(form)),
        ("deep-files", field("files"), 0, 0, Some(form)),
        ("deep-field", field("metadata"), 0, 0, None),
        ("torn", with("b''", ""), 50, 0, Some("it is truncated")),
    ]
}

#[test]
fn an_html_report_that_would_fill_the_memory_is_left_out() {
    let place = Place::new();
    let reports = odd_reports();
    for (name, entries, cut, told, _) in &reports {
        let mut python = Command::new("python3");
        python.args(["-c", PACK, *name, entries]).args([cut.to_string(), told.to_string()]);
        let status = python.current_dir(place.path("")).status();
        assert!(status.expect("python3 is here").success());
    }
    let answer = narrow(&place, 2500, &["merge", "in", "-o", "merged"]);
    assert_eq!(answer.code, 3, "{answer:?}");
    let admitted = reports.iter().filter(|(.., reason)| reason.is_none()).count();
    assert!(answer.stderr.starts_with(&format!("{admitted} HTML reports: 0 tests")), "{answer:?}");
    for (name, .., reason) in &reports {
        let said = format!("left out `in/{name}`: {}", reason.unwrap_or_default());
        assert_eq!(answer.stderr.contains(&said), reason.is_some(), "{name}: {}", answer.stderr);
    }
}

/// What each command makes of a damaged file: the file, what to call, and the codes that a reader
/// may end with. 4 is a file without tests.
const READERS: &[(&str, &[&str], &[i32])] = &[
    ("fuzz/corpus/junit/playwright.xml", &["merge", "in", "-o", "merged"], &[0, 1, 4, 5]),
    ("fuzz/corpus/html/template.html", &["merge", "in", "-o", "merged"], &[0, 1, 3, 4, 5]),
    ("fuzz/corpus/html/report.jsonl", &["merge", "in", "-o", "merged"], &[0, 1, 3, 4, 5]),
    ("fixtures/import/junit.xml", &["timings", "import", "in/FILE"], &[0, 5]),
    ("fixtures/import/results.json", &["timings", "import", "in/FILE"], &[0, 5]),
    ("fixtures/import/report.jsonl", &["timings", "import", "in/FILE"], &[0, 5]),
    ("fuzz/corpus/import/blob.zip", &["timings", "import", "in/FILE"], &[0, 5]),
    ("fixtures/shop/timings.json", &["timings", "show", "--timings", "in/FILE"], &[0, 5]),
    ("fuzz/corpus/settings/good.toml", &["timings", "show", "--settings", "in/FILE"], &[0, 5]),
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]
    #[test]
    fn a_damaged_file_is_read_or_named(
        reader in prop::sample::select(READERS.to_vec()),
        cut in any::<Index>(),
        at in any::<Index>(),
        junk in prop::collection::vec(any::<u8>(), 0..4),
        twice in any::<bool>(),
    ) {
        let (file, arguments, codes) = reader;
        let whole = std::fs::read(fixture("..").join(file)).expect("a seed");
        let mut damaged = whole.clone();
        damaged.truncate(whole.len() - cut.index(whole.len()) / 8);
        let at = at.index(damaged.len());
        if twice {
            damaged.extend_from_within(at..);
        }
        damaged.splice(at..(at + 1).min(damaged.len()), junk);
        let name = Path::new(file).file_name().and_then(|name| name.to_str()).expect("a name");
        let name = if name.ends_with("html") { "index.html" } else { name };
        let place = Place::new();
        place.write(&format!("in/{name}"), damaged);
        let arguments: Vec<String> =
            arguments.iter().map(|argument| argument.replace("FILE", name)).collect();
        let said = place.call(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(codes.contains(&said.code), "{said:?}");
        assert!(!said.stderr.contains("panicked"), "{said:?}");
        // A report that is left out is named by its folder.
        let named = said.stderr.contains(name) || said.stderr.contains("`in`");
        assert!(said.code != 5 || named, "{said:?}");
    }
}
