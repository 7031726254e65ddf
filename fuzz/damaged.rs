//! What fuzzing begins with goes in, whole and damaged by chance; a reader that panics comes out. Part
//! of the ordinary tests, without the nightly compiler.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::{Strategy, any, prop, prop_oneof, proptest};

/// Looks at any bytes; what does not hold for them is a panic.
type Look = fn(&[u8]);

/// Every target of `fuzz/`.
const TARGETS: &[(&str, Look)] = &[
    ("ctrf", super::fuzz_ctrf),
    ("events", super::fuzz_events),
    ("html", super::fuzz_html),
    ("import", super::fuzz_import),
    ("junit", super::fuzz_junit),
    ("list", super::fuzz_list),
    ("plan", super::fuzz_plan),
    ("quarantine", super::fuzz_quarantine),
    ("queue", super::fuzz_queue),
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
