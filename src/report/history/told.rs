//! Runs in a few signs go in, a history comes out, for tests: `a-+ b0` is a run in which `a`
//! failed and then passed and `b` was skipped; `a?` did not come to its end.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::event::UnixMillis;
use crate::model::history::{End, Execution, History as Whole, Ran, Record, Roots, Run};
use crate::model::id::ShardNumber;
use crate::model::outcome::Verdict;
use crate::report::sample::{START, key};

/// Makes histories.
pub(crate) struct History;

/// A run as a test tells it.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    signs: &'static str,
    commit: Option<&'static str>,
    error: &'static str,
}

/// A run of this text.
pub(crate) fn run(signs: &'static str) -> Told {
    Told { signs, commit: None, error: "boom" }
}

impl Told {
    /// The same of a commit.
    pub(crate) fn on(self, commit: &'static str) -> Self {
        Self { commit: Some(commit), ..self }
    }

    /// The same with another error.
    pub(crate) fn with(self, error: &'static str) -> Self {
        Self { error, ..self }
    }
}

impl History {
    /// These runs, a day apart, in `a.spec.ts` of the project `desk`.
    pub(crate) fn of(runs: &[Told]) -> Whole {
        const DAY: u64 = 86_400_000;
        let record = |(day, told): (u64, &Told)| Record {
            roots: Roots::default(),
            run: Run {
                from: format!("run-{day}"),
                at: Some(UnixMillis(START + day * DAY)),
                commit: told.commit.map(str::to_owned),
                branch: None,
            },
            digest: None,
            tests: told.tests(),
        };
        Whole::of((0..).zip(runs).map(record).collect())
    }
}

impl Told {
    fn tests(&self) -> BTreeMap<crate::model::id::TestKey, Ran> {
        let test = |word: &str| {
            let (title, signs) = word.split_at(1);
            let end = |(at, sign): (u32, char)| {
                let (end, error) = match sign {
                    '+' => (End::Well, ""),
                    '-' => (End::Ill, self.error),
                    _ => (End::Skipped, ""),
                };
                let duration = Duration::from_millis(100) * at;
                Execution { end, duration, error: error.to_owned() }
            };
            let verdict = match signs {
                "+" => Verdict::Passed,
                "0" => Verdict::Skipped,
                "?" => Verdict::Interrupted,
                _ if signs.contains('+') => Verdict::Flaky,
                _ => Verdict::Failed,
            };
            let executions = (1..).zip(signs.chars().filter(|sign| *sign != '?')).map(end);
            let (executions, shards) = (executions.collect(), vec![ShardNumber::at(1)]);
            (key("desk", "a.spec.ts", &[title]), Ran { run: 0, verdict, executions, shards })
        };
        self.signs.split(' ').map(test).collect()
    }
}
