//! A suite beside its history goes in, how much of it is known comes out.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::suite::Suite;
use crate::model::timings::Timings;
use crate::timings::estimate::matched;
use crate::timings::estimate::matching::history;

/// How much of a suite the history knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coverage {
    /// Dealt and shared test cases with a known duration, under their own or an older name.
    pub(crate) known: usize,
    pub(crate) total: usize,
    /// Set where the history has entries and yet not one of the suite's files.
    pub(crate) mismatch: Option<Mismatch>,
}

/// No file of the suite is in the history: its paths are probably relative to another folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    /// How many spec files the suite has.
    pub(crate) files: usize,
    /// A file as the suite names it; untrusted text.
    pub(crate) ours: String,
    /// A file as the history names it, with the same last part where there is one.
    pub(crate) theirs: String,
}

/// How much of `suite` is known.
pub(crate) fn known(suite: &Suite, timings: &Timings) -> Coverage {
    let history = history(suite, timings);
    let matching = matched(suite, &history);
    Coverage {
        known: matching.tests.iter().filter(|test| test.seconds().is_some()).count(),
        total: matching.tests.len(),
        mismatch: mismatch(suite, timings),
    }
}

/// Whether the history is of other files than the suite's.
pub(crate) fn mismatch(suite: &Suite, timings: &Timings) -> Option<Mismatch> {
    let ours = files(suite);
    let theirs = || timings.tests.keys().map(|key| key.file.as_str());
    if theirs().any(|file| ours.contains(file)) {
        return None;
    }
    let theirs: BTreeSet<&str> = theirs().collect();
    let named: BTreeMap<&str, &str> = theirs.iter().map(|file| (last_part(file), *file)).collect();
    let alike = ours.iter().find_map(|file| Some((*file, *named.get(last_part(file))?)));
    let any = || Some((*ours.first()?, *theirs.first()?));
    let (our, their) = alike.or_else(any)?;
    Some(Mismatch { files: ours.len(), ours: our.to_owned(), theirs: their.to_owned() })
}

/// All spec files of a suite.
pub(super) fn files(suite: &Suite) -> BTreeSet<&str> {
    let dealt = suite.groups.iter().map(|group| group.file.as_str());
    dealt.chain(suite.shared.iter().map(|test| test.key.file.as_str())).collect()
}

/// The file name at the end of a path.
pub(super) fn last_part(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
