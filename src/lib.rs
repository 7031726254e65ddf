//! Split a Playwright suite by time, run every shard in a locked-down container, and hand back
//! one truthful report. The rooms, in the order in which data walks:
//!
//! - [`model`]: plain values that pass between stages.
//! - [`wire`]: the JSON that we promise to others, and JUnit of others.
//! - [`runner`]: what Playwright knows: list, scan, command, events. Gives the suite.
//! - [`timings`]: history to estimates, outcome to history.
//! - [`plan`]: suite and estimates to a plan.
//! - [`sandbox`]: where a command runs: docker, process, fake.
//! - [`run`]: the engine: plan to events.
//! - [`report`]: events and outcomes, written out and read back.
//! - [`config`]: file, environment and flags to each stage's options.
//! - [`cli`]: arguments, commands, exit codes, messages.

mod cli;
mod config;
mod model;
mod plan;
mod report;
mod run;
mod runner;
mod sandbox;
mod timings;
mod wire;

/// Runs the tool with the arguments of this process.
pub fn run() -> std::process::ExitCode {
    cli::main(std::env::args_os())
}

/// Looks at any bytes as timings; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_timings(data: &[u8]) {
    wire::timings_v1::check(data);
}

/// Looks at any bytes as events; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_events(data: &[u8]) {
    wire::event_v1::check(data);
}

/// Looks at any bytes as a plan; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_plan(data: &[u8]) {
    wire::plan_v1::check(data);
}

/// Looks at any bytes as a JUnit file; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_junit(data: &[u8]) {
    report::junit::check::check(data);
}

/// Looks at any bytes as a page of Playwright's HTML report; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_html(data: &[u8]) {
    report::playwright_html::check::check(data);
}

/// Looks at any bytes as timings of another tool; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_import(data: &[u8]) {
    timings::import::check::check(data);
}

/// Looks at any bytes as what our reporter writes in a sandbox; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_list(data: &[u8]) {
    runner::playwright::check::check(data);
}

/// Looks at any bytes as settings; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_settings(data: &[u8]) {
    cli::check::check(data);
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

    /// Looks at any bytes; what does not hold for them is a panic.
    type Look = fn(&[u8]);

    /// Every target of `fuzz/`.
    const TARGETS: &[(&str, Look)] = &[
        ("events", super::fuzz_events),
        ("html", super::fuzz_html),
        ("import", super::fuzz_import),
        ("junit", super::fuzz_junit),
        ("list", super::fuzz_list),
        ("plan", super::fuzz_plan),
        ("settings", super::fuzz_settings),
        ("timings", super::fuzz_timings),
    ];

    /// What a disk, an editor or an attacker does to a file; places are parts of its length.
    #[derive(Debug, Clone)]
    enum Damage {
        Cut(f64),
        Flip(f64, u8),
        DoubleTail(f64),
        Insert(f64, Vec<u8>),
        Take(f64, f64),
    }

    fn damage() -> impl Strategy<Value = Damage> {
        let place = || 0.0..1.0;
        // What means something to one of the formats gets further than any bytes.
        let words = [
            "\0",
            "\n",
            "\r\n",
            "\"",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "-1",
            "1e400",
            "\\ud800",
            "<",
            "</",
            "/>",
            "&",
            "&#0;",
            "&lt;",
            "&a;",
            "]]>",
            "<![CDATA[",
            "<!--",
            "-->",
            "<?x",
            "<!DOCTYPE a [<!ENTITY a \"b\">]>",
            "=======\n",
            "\u{feff}",
            "PK\u{3}\u{4}",
            "[[[[[[[[[[[[",
        ];
        let junk = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..8),
            prop::sample::select(words.to_vec()).prop_map(|word| word.as_bytes().to_vec()),
        ];
        prop_oneof![
            place().prop_map(Damage::Cut),
            (place(), any::<u8>()).prop_map(|(at, byte)| Damage::Flip(at, byte)),
            place().prop_map(Damage::DoubleTail),
            (place(), junk).prop_map(|(at, junk)| Damage::Insert(at, junk)),
            (place(), place()).prop_map(|(from, to)| Damage::Take(from, to)),
        ]
    }

    fn damaged(mut data: Vec<u8>, damages: &[Damage]) -> Vec<u8> {
        for damage in damages {
            let length = data.len();
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_precision_loss,
                clippy::cast_sign_loss,
                reason = "any place will do"
            )]
            let place = |part: f64| (part * length as f64) as usize;
            match damage {
                Damage::Cut(at) => data.truncate(place(*at)),
                Damage::Flip(at, byte) => {
                    if let Some(one) = data.get_mut(place(*at)) {
                        *one ^= byte;
                    }
                }
                Damage::DoubleTail(at) => data.extend_from_within(place(*at)..),
                Damage::Insert(at, junk) => drop(data.splice(place(*at)..place(*at), junk.clone())),
                Damage::Take(from, to) => {
                    let (from, to) = (place(*from), place(*to));
                    data.drain(from.min(to)..from.max(to));
                }
            }
        }
        data
    }

    /// The files that fuzzing begins with; new finds are put beside them.
    fn seeds(target: &str) -> Vec<Vec<u8>> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
        let files = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
        let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        files.sort();
        assert!(!files.is_empty(), "{folder:?} is empty");
        files.iter().map(|file| fs::read(file).unwrap()).collect()
    }

    #[test]
    fn what_fuzzing_begins_with_holds() {
        for (name, look) in TARGETS {
            for seed in seeds(name) {
                look(&seed);
            }
        }
    }

    proptest! {
        #[test]
        fn no_damage_makes_a_reader_panic(
            target in prop::sample::select(TARGETS.to_vec()),
            seed in any::<prop::sample::Index>(),
            damages in prop::collection::vec(damage(), 1..5),
        ) {
            let (name, look) = target;
            look(&damaged(seed.get(&seeds(name)).clone(), &damages));
        }
    }
}
