//! How large a run is goes in, a results folder of such a run comes out, for `merge`: the plan is the
//! tool's own, the events are made up. The same numbers make the same run.

use serde_json::{Value, json};

use crate::support::place::Place;
use crate::support::script::suite;

/// When the run began, in milliseconds since 1970.
const START: u64 = 1_700_000_000_000;

/// A run to be made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making {
    pub(crate) shards: usize,
    pub(crate) workers: usize,
    pub(crate) files: usize,
    /// In each file.
    pub(crate) tests: usize,
    /// Tests fail, one is flaky, and a shard is killed once.
    pub(crate) trouble: bool,
    /// The last shard dies in the middle, and nobody tries it again.
    pub(crate) lost: bool,
}

/// What was made.
pub(crate) struct Made {
    pub(crate) place: Place,
    /// Tests that began, each as often as it did.
    pub(crate) executions: usize,
}

const AREAS: [&str; 8] =
    ["account", "basket", "catalogue", "checkout", "delivery", "orders", "search", "vouchers"];
const SUBJECTS: [&str; 8] = [
    "a guest",
    "a signed-in customer",
    "an empty basket",
    "a long list",
    "the first page",
    "a wrong postcode",
    "an old voucher",
    "the ferry to Amrum",
];
const VERBS: [&str; 6] = [
    "is shown",
    "can be changed",
    "is refused",
    "stays after a reload",
    "is sorted",
    "can be undone",
];

/// Makes a run, and joins it into `merged/`.
pub(crate) fn merged(making: Making) -> Made {
    let files: Vec<(String, Vec<String>)> =
        (0..making.files).map(|n| file(n, making.tests)).collect();
    let titles: Vec<Vec<&str>> =
        files.iter().map(|(_, titles)| titles.iter().map(String::as_str).collect()).collect();
    let named: Vec<(&str, &[&str])> =
        files.iter().zip(&titles).map(|((file, _), titles)| (file.as_str(), &titles[..])).collect();
    let mut script = suite(&named);
    script["list"]["projects"] = json!([
        {"name": "setup", "dependencies": [], "teardown": null},
        {"name": "chromium", "dependencies": ["setup"], "teardown": null}
    ]);
    script["list"]["shared"] = json!([{"project": "setup", "file": "auth.setup.ts",
        "titles": ["sign in"], "repeat": 0, "id": "", "tags": [], "line": 4, "column": 1,
        "shared": true}]);
    let place = Place::scripted(&script);
    let [shards, workers] = [making.shards, making.workers].map(|number| number.to_string());
    let plan = ["plan", "--shards", &shards, "--workers", &workers, "-o", "plan.json", "-q"];
    assert_eq!(place.play(&plan).code, 0);
    let mut plan = place.json("plan.json");
    let mut executions = 0;
    let mut random = fastrand::Rng::with_seed(11);
    for index in 0..making.shards {
        let mut shard = ShardRun::new(making, index, &mut random);
        shard.run(&plan["shards"][index]);
        executions += shard.executions;
        place.write(&format!("parts/shards/{}/events.ndjson", index + 1), shard.lines);
        place.write(&format!("parts/shards/{}/log.txt", index + 1), "Running tests\n");
        plan["shards"][index]["predicted_ms"] = json!(shard.estimated);
    }
    // What a plan estimates is no part of its digest.
    plan["known"] = json!(making.files * making.tests);
    place.write("parts/plan.json", plan.to_string());
    place.call(&["merge", "parts", "-o", "merged", "-q"]);
    Made { place, executions }
}

fn file(number: usize, tests: usize) -> (String, Vec<String>) {
    let pick = |list: &[&str], at: usize| list[at % list.len()].to_owned();
    let area = pick(&AREAS, number);
    let title = |at: usize| {
        let round = at / 48;
        let more = if round > 0 { format!(" ({round})") } else { String::new() };
        format!("{} {}{more}", pick(&SUBJECTS, at / 6 + number), pick(&VERBS, at))
    };
    let round = number / 8;
    let more = if round > 0 { format!("-{round}") } else { String::new() };
    (format!("{area}/{area}{more}.spec.ts"), (0..tests).map(title).collect())
}

/// A shard on its way.
struct ShardRun<'a> {
    making: Making,
    index: usize,
    random: &'a mut fastrand::Rng,
    lines: String,
    attempt: u64,
    /// When each worker is free.
    free: Vec<u64>,
    executions: usize,
    estimated: u64,
    failed: bool,
}

impl<'a> ShardRun<'a> {
    fn new(making: Making, index: usize, random: &'a mut fastrand::Rng) -> Self {
        let lines = "{\"format\":\"shardwright.events\",\"version\":1}\n".to_owned();
        Self {
            making,
            index,
            random,
            lines,
            attempt: 0,
            free: Vec::new(),
            executions: 0,
            estimated: 0,
            failed: false,
        }
    }

    fn run(&mut self, planned: &Value) {
        let groups = planned["groups"].as_array().unwrap();
        let begin = START + self.position() * 350;
        self.say(&json!({"event": "run-started", "digest": "made", "at": begin}));
        self.start(begin, groups);
        let dies = (self.making.trouble && self.index == 1) || self.is_lost();
        let middle = if dies { groups.len() * 3 / 5 } else { groups.len() };
        for group in &groups[..middle] {
            self.group(group);
        }
        if dies {
            self.die(&groups[middle]);
        }
        if dies && !self.is_lost() {
            let again = self.free[0] + 2_400;
            self.start(again, &groups[middle..]);
            for group in &groups[middle..] {
                self.group(group);
            }
        }
        let ended = self.free.iter().max().unwrap() + 700;
        if !self.is_lost() {
            let memory = 700_000_000 + self.position() * 31_000_000;
            self.say(&json!({"event": "sandbox-used", "peakMemory": memory, "cpu": 42_000}));
            self.say(&json!({"event": "attempt-ended", "end": "finished", "verdict": if self.failed { "failed" } else { "passed" }, "at": ended}));
        }
        self.say(&json!({"event": "run-ended", "at": ended + 20}));
    }

    fn position(&self) -> u64 {
        self.index as u64
    }

    fn is_lost(&self) -> bool {
        self.making.lost && self.index + 1 == self.making.shards
    }

    fn start(&mut self, at: u64, groups: &[Value]) {
        self.attempt += 1;
        self.say(&json!({"event": "attempt-started", "at": at}));
        let up = at + 1_100 + self.random.u64(0..500);
        let listed = up + 900 + self.random.u64(0..700);
        let tests: Vec<Value> =
            groups.iter().flat_map(tests_of).map(|(key, line)| listed_test(&key, line)).collect();
        self.say(&json!({"event": "tests-listed", "tests": tests, "up": up, "at": listed}));
        self.free = vec![listed + 600; self.making.workers];
        let setup = json!({"project": "setup", "file": "auth.setup.ts", "titles": ["sign in"], "repeat": 0});
        let took = self.test(&setup, 0, 0, 1_300, &json!([]), "passed");
        self.free.fill(took + 250);
    }

    /// The tests of a group, one after the other, on the worker that is free first.
    fn group(&mut self, group: &Value) {
        let worker = (0..self.free.len()).min_by_key(|worker| self.free[*worker]).unwrap();
        let mut sum = 0;
        for (key, line) in tests_of(group) {
            // Few are slow: up to 9 s.
            let slow = self.random.u64(0..1_000).pow(5) / 1_000_u64.pow(4) * 9;
            let took = 250 + self.random.u64(0..900) + slow;
            sum += took;
            let number = self.executions;
            if self.making.trouble && number % 47 == 23 {
                let refused = format!(
                    "Error: page.goto: net::ERR_CONNECTION_REFUSED at http://127.0.0.1:4173/{number}\n\
                     Call log:\n  - navigating to \"http://127.0.0.1:4173/{number}\""
                );
                self.test(&key, worker, 0, took, &error(&key, line, &refused), "failed");
            } else if self.making.trouble && self.index == 2 && number == 20 {
                let flaky = "Error: expect(locator).toHaveText(expected) failed\n\nLocator:  \
                             getByRole('status')\nExpected: \"Saved\"\nReceived: \"Saving…\"";
                self.test(&key, worker, 0, took, &error(&key, line, flaky), "again");
                self.test(&key, worker, 1, took / 2, &json!([]), "passed");
            } else {
                self.test(&key, worker, 0, took, &json!([]), "passed");
            }
        }
        self.estimated += sum / self.free.len() as u64 + 20;
    }

    /// One execution; gives its end.
    fn test(
        &mut self,
        key: &Value,
        worker: usize,
        retry: u64,
        took: u64,
        errors: &Value,
        status: &str,
    ) -> u64 {
        self.executions += 1;
        let (began, again) = (self.free[worker], status == "again");
        self.failed |= status == "failed";
        let status = if again { "failed" } else { status };
        self.say(&json!({"event": "test-began", "key": key, "retry": retry, "at": began}));
        self.say(&json!({"event": "test-ended", "key": key, "result": {"status": status,
            "expected": "passed", "retry": retry, "again": again, "started": began,
            "duration": took, "worker": worker, "errors": errors}}));
        self.free[worker] = began + took + 15;
        self.free[worker]
    }

    /// The shard is killed while a test runs.
    fn die(&mut self, group: &Value) {
        let worker = (0..self.free.len()).min_by_key(|worker| self.free[*worker]).unwrap();
        let began = self.free[worker];
        let (key, _) = tests_of(group).next().unwrap();
        self.executions += 1;
        self.say(&json!({"event": "test-began", "key": key, "retry": 0, "at": began}));
        let at = self.free.iter().max().unwrap() + 900;
        self.say(&json!({"event": "sandbox-used", "peakMemory": 2_147_483_648_u64, "cpu": 31_000, "outOfMemory": true}));
        self.say(&json!({"event": "attempt-ended", "end": "faulted", "fault": "out-of-memory",
            "message": "the kernel killed a process at 2 GB", "at": at}));
        self.free.fill(at);
    }

    fn say(&mut self, event: &Value) {
        let mut event = event.clone();
        let name = event["event"].as_str().unwrap().to_owned();
        if !name.starts_with("run-") {
            event["shard"] = json!(self.index + 1);
            event["attempt"] = json!(self.attempt);
        }
        self.lines.push_str(&event.to_string());
        self.lines.push('\n');
    }
}

/// The keys of a group's tests, with their lines.
fn tests_of(group: &Value) -> impl Iterator<Item = (Value, u64)> {
    let (file, project) = (group["file"].clone(), group["project"].clone());
    group["tests"].as_array().unwrap().iter().map(move |test| {
        let key = json!({"project": project, "file": file, "titles": test["titles"], "repeat": 0});
        (key, test["line"].as_u64().unwrap())
    })
}

fn listed_test(key: &Value, line: u64) -> Value {
    let mut test = key.clone();
    let more = json!({"id": "", "tags": [], "line": line, "column": 1, "shared": false});
    test.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    test
}

fn error(key: &Value, line: u64, message: &str) -> Value {
    let place = format!("{}:{line}:17", key["file"].as_str().unwrap());
    let source = format!(
        "  {} |\n> {line} |   await page.goto('/');\n    |              ^\n  {} | }});",
        line - 1,
        line + 1
    );
    json!([{"message": message, "snippet": source, "location": place,
        "stack": format!("{message}\n    at tests/{place}")}])
}
