//! A JUnit file goes in; it stands in a spool as it will be written, and of its suites and test
//! cases rows are kept.

use std::borrow::Cow;
use std::hash::{BuildHasher, Hash, Hasher, RandomState};
use std::io;
use std::path::Path;
use std::time::Duration;

use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::report::junit::merge::JunitMergeError;
use crate::report::junit::merge::claim::{Claim, Doubt};
use crate::report::junit::merge::clock::{Span, Stamp, Watch};
use crate::report::junit::merge::fuse::ENDED;
use crate::report::junit::merge::open::{OpenCase, OpenSuite};
use crate::report::junit::merge::row::{CaseRow, NONE, SuiteRow};
use crate::report::junit::merge::sorter::Sorter;
use crate::report::junit::merge::spool::{Spool, clean};
use crate::report::junit::merge::table::Table;
use crate::report::junit::totals::{JunitTotals, seconds};
use crate::wire::junit::Status;
use crate::wire::junit::attribute;
use crate::wire::junit::error::JunitError;
use crate::wire::junit::time::is_plain;
use crate::wire::junit::verdict::{
    OUTSIDE, Reruns, attribute_status, child_status, is_known, is_outside, proper,
};
use crate::wire::junit::walk::{Spot, Walk, own_entity};

/// What is counted anew on every suite and on the root.
pub(super) const NUMBERS: [&str; 5] = ["tests", "failures", "skipped", "errors", "time"];

/// Reads inputs one after another into one spool.
pub(super) struct Intake {
    pub(super) spool: Spool,
    pub(super) suites: Table<SuiteRow, 10>,
    /// Left empty where there is only one input: nothing can be repeated.
    pub(super) cases: Sorter<CaseRow, 6>,
    pub(super) totals: JunitTotals,
    pub(super) flaky: u64,
    compared: bool,
    hashing: RandomState,
}

/// One input in the spool.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) start: u64,
    pub(super) end: u64,
    /// What stands on its `testsuites`; none for a bare `testsuite`.
    pub(super) root: Option<Vec<(String, String)>>,
    pub(super) doubt: Doubt,
    /// When its tests ran, if it says so.
    pub(super) span: Option<Span>,
}

/// A file that is being read.
struct Reading<'a> {
    intake: &'a mut Intake,
    input: u32,
    /// The depth of what is copied: 2 below `testsuites`, 1 where the root is a suite itself.
    top: usize,
    root: Option<Vec<(String, String)>>,
    stamp: Option<Stamp>,
    /// The sum of the times of the roots.
    time: Duration,
    watch: Watch,
    suites: Vec<OpenSuite>,
    /// The depths of the open suites.
    depths: Vec<usize>,
    case: Option<OpenCase>,
    /// What the roots tell, and what stands in them.
    told: Claim,
    held: Claim,
    doubt: Doubt,
    /// The depth of the open element that everybody knows, if there is one.
    known: Option<usize>,
    /// The text goes on in the middle of an escape sequence: its first character was a reference.
    torn: bool,
}

impl Intake {
    pub(super) fn new(folder: &Path, compared: bool, hashing: RandomState) -> io::Result<Self> {
        let (spool, suites, cases) = (Spool::new(folder)?, Table::new(folder), Sorter::new(folder));
        let totals = JunitTotals::default();
        Ok(Self { spool, suites, cases, totals, flaky: 0, compared, hashing })
    }

    /// Reads a whole file.
    pub(super) fn take(&mut self, input: u32, path: &Path) -> Result<Taken, JunitMergeError> {
        let start = self.spool.at();
        let mut reading = Reading {
            intake: self,
            input,
            top: 2,
            root: None,
            stamp: None,
            time: Duration::ZERO,
            watch: Watch::default(),
            suites: Vec::new(),
            depths: Vec::new(),
            case: None,
            told: Claim::default(),
            held: Claim::default(),
            doubt: Doubt::default(),
            known: None,
            torn: false,
        };
        let mut walk = Walk::open(path)?;
        while let Some((spot, depth, event)) = walk.step()? {
            match event {
                Event::Start(start) => reading.start(&spot, depth, &start)?,
                Event::End(end) => reading.end(depth, end.name().as_ref())?,
                event @ (Event::Text(_)
                | Event::CData(_)
                | Event::GeneralRef(_)
                | Event::Comment(_)
                | Event::PI(_)
                | Event::Decl(_)
                | Event::DocType(_)
                | Event::Empty(_)
                | Event::Eof) => reading.text(depth, event),
            }
        }
        let Reading { root, watch, time, mut doubt, told, held, .. } = reading;
        doubt.compare(told, held);
        let span = watch.finish(time);
        self.spool.check().map_err(JunitMergeError::Spool)?;
        Ok(Taken { start, end: self.spool.at(), root, doubt, span })
    }
}

impl Reading<'_> {
    fn start(
        &mut self,
        spot: &Spot,
        depth: usize,
        start: &BytesStart<'_>,
    ) -> Result<(), JunitMergeError> {
        let (name, kind) = (start.name(), start.local_name());
        let (name, kind) = (proper(name.as_ref()), proper(kind.as_ref()));
        if depth == 1 {
            if kind != "testsuite" {
                return Ok(self.begin_root(spot, start)?);
            }
            self.top = 1;
        }
        self.torn = false;
        let is_known = self.known.is_some() || is_known(kind);
        match (&mut self.case, kind) {
            (None, "testsuite") => return self.begin_suite(spot, depth, start),
            (None, "testcase") => return Ok(self.begin_case(spot, depth, start)?),
            (None, kind) if is_outside(kind, depth, &self.depths) => {
                self.begin_outside(depth, kind);
            }
            (None, _) => {
                if let Some(suite) = self.suites.last_mut() {
                    suite.row.has_more = true;
                }
            }
            (Some(case), kind) if depth == case.depth + 1 => case.sees(spot, kind)?,
            (Some(_), _) => {}
        }
        let in_place = match &self.case {
            Some(case) => depth == case.depth + 1,
            None => false,
        };
        let is_bad = |status: Status| status > Status::Skipped;
        // A failure that is neither in a test case nor in a suite itself: nobody knows of what.
        let mut lost = self.known.is_none() && !in_place && child_status(kind).is_some_and(is_bad);
        if self.known.is_none() && is_known {
            self.known = Some(depth);
        }
        let (spool, mut ended) = (&mut self.intake.spool, [None, None]);
        let is_property = kind == "property" && self.case.is_some();
        spool.begin(name);
        attribute::each(spot, start, |name, value| {
            spool.attribute(name, &clean(&value));
            lost |= !is_known && attribute_status(name, &value).is_some_and(is_bad);
            match name {
                "name" if is_property => ended[0] = Some(value),
                "value" if is_property => ended[1] = Some(value),
                _ => {}
            }
        })?;
        self.doubt.of_failures |= lost;
        if let [Some(name), Some(value)] = &ended
            && name == ENDED
        {
            self.watch.ended(value);
        }
        if depth == self.top {
            self.inherit(start);
        }
        Ok(())
    }

    /// The root is written once for all files. What it declares is kept on what stands in it.
    fn begin_root(&mut self, spot: &Spot, start: &BytesStart<'_>) -> Result<(), JunitError> {
        self.top = 2;
        let mut root = Vec::new();
        attribute::each(spot, start, |name, value| {
            root.push((name.to_owned(), clean(&value).into_owned()));
        })?;
        let (mut stamp, mut took) = (None, Duration::ZERO);
        for (name, value) in &root {
            match name.as_str() {
                "timestamp" => stamp = Stamp::parse(value),
                "time" => took = self.watch.read(value).unwrap_or_default(),
                name => self.told.read(name, value),
            }
        }
        if stamp.is_some() {
            self.watch.alone(stamp, took);
        }
        self.stamp = stamp;
        self.time = self.time.saturating_add(took);
        self.root = Some(root);
        Ok(())
    }

    /// The prefixes that the root declared, which is not copied itself.
    fn inherit(&mut self, start: &BytesStart<'_>) {
        for (name, value) in self.root.iter().flatten() {
            let declares = name == "xmlns" || name.starts_with("xmlns:");
            if declares && start.try_get_attribute(name.as_str()).ok().flatten().is_none() {
                self.intake.spool.attribute(name, value);
            }
        }
    }

    fn begin_suite(
        &mut self,
        spot: &Spot,
        depth: usize,
        start: &BytesStart<'_>,
    ) -> Result<(), JunitMergeError> {
        let spool = &mut self.intake.spool;
        let at = spool.begin(proper(start.name().as_ref()));
        let parent = self.suites.last();
        let mut stamp = parent.map_or(self.stamp, |parent| parent.stamp);
        let hasher = parent.map(|parent| parent.hasher.clone());
        let mut hasher = hasher.unwrap_or_else(|| self.intake.hashing.build_hasher());
        let [mut own_name, mut hostname, mut file] = [const { String::new() }; 3];
        let (mut told, mut took, watch) = (Claim::default(), None, &mut self.watch);
        attribute::each(spot, start, |name, value| {
            if NUMBERS.contains(&name) {
                told.read(name, &value);
                took = if name == "time" { watch.read(&value) } else { took };
                return;
            }
            let value = clean(&value);
            spool.attribute(name, &value);
            match name {
                "name" => own_name = value.into_owned(),
                "hostname" => hostname = value.into_owned(),
                "file" => file = value.into_owned(),
                "timestamp" => stamp = Stamp::parse(&value),
                _ => {}
            }
        })?;
        // Before the numbers, as they stand when the file is joined again.
        if depth == self.top {
            self.inherit(start);
        }
        [own_name.as_str(), &hostname, &file].hash(&mut hasher);
        let row = SuiteRow {
            parent: self.suites.last().map_or(NONE, |parent| parent.number),
            start: at,
            numbers: self.intake.spool.inside(),
            end: 0,
            totals: JunitTotals::default(),
            had_cases: false,
            has_more: false,
        };
        let number = self.intake.suites.push(row).map_err(JunitMergeError::Spool)?;
        let held = Claim::default();
        let name = own_name;
        let (time, is_open) = (took, false);
        self.suites.push(OpenSuite { number, row, name, hasher, stamp, told, held, time, is_open });
        self.depths.push(depth);
        Ok(())
    }

    fn begin_case(
        &mut self,
        spot: &Spot,
        depth: usize,
        start: &BytesStart<'_>,
    ) -> Result<(), JunitError> {
        let spool = &mut self.intake.spool;
        let at = spool.begin(proper(start.name().as_ref()));
        let [mut own_name, mut class, mut file] = [const { None }; 3];
        let (mut took, mut status, watch) = (None, Status::Passed, &mut self.watch);
        attribute::each(spot, start, |name, value| {
            let mended = match clean(&value) {
                Cow::Owned(mended) => Some(mended),
                Cow::Borrowed(_) => None,
            };
            let value = mended.map_or(value, Cow::Owned);
            if name == "time" {
                took = watch.read(&value);
                // Whoever reads the file is to count what we counted.
                let counted = || exact(took.unwrap_or_default()).into();
                let told = if is_plain(&value) { value } else { counted() };
                return spool.attribute(name, &told);
            }
            spool.attribute(name, &value);
            match name {
                "name" => own_name = Some(value),
                "classname" => class = Some(value),
                "file" => file = Some(value),
                _ => status = attribute_status(name, &value).unwrap_or(status).max(status),
            }
        })?;
        let mut row = self.row(at);
        (row.status, row.time) = (status, took.unwrap_or_default());
        if self.intake.compared {
            let identity = [file, class, own_name].map(Option::unwrap_or_default);
            row.hash = self.hash(&identity.each_ref().map(AsRef::as_ref));
        }
        if depth == self.top {
            self.inherit(start);
        }
        self.case = Some(OpenCase {
            row,
            bad: 0,
            reruns: Reruns::default(),
            has_time: took.is_some(),
            depth,
            ends: depth,
        });
        Ok(())
    }

    /// A failure outside all test cases: a case of its own, so that the numbers are those of the
    /// cases whoever counts.
    fn begin_outside(&mut self, depth: usize, kind: &str) {
        let class = self.suites.last().map(|suite| suite.name.clone()).unwrap_or_default();
        let spool = &mut self.intake.spool;
        let at = spool.begin("testcase");
        spool.attribute("name", OUTSIDE);
        spool.attribute("classname", &class);
        let mut row = self.row(at);
        row.hash = self.hash(&["", &class, OUTSIDE]);
        row.sees(kind);
        let (bad, reruns, has_time) = (1, Reruns::default(), true);
        self.case = Some(OpenCase { row, bad, reruns, has_time, depth: depth - 1, ends: depth });
    }

    fn row(&self, at: u64) -> CaseRow {
        let suite = self.suites.last();
        CaseRow {
            hash: 0,
            input: self.input,
            at,
            len: 0,
            suite: suite.map_or(NONE, |suite| suite.number),
            status: Status::Passed,
            flaky: false,
            time: Duration::ZERO,
        }
    }

    /// Of what tells a test from others, see `identity.rs`.
    fn hash(&self, case: &[&str; 3]) -> u64 {
        let suite = self.suites.last().map(|suite| suite.hasher.clone());
        let mut hasher = suite.unwrap_or_else(|| self.intake.hashing.build_hasher());
        case.hash(&mut hasher);
        hasher.finish()
    }

    fn end(&mut self, depth: usize, name: &str) -> Result<(), JunitMergeError> {
        if depth < self.top {
            return Ok(());
        }
        self.torn = false;
        self.known = self.known.filter(|known| *known != depth);
        self.intake.spool.end(proper(name));
        if self.case.as_ref().is_some_and(|case| case.ends == depth) {
            self.end_case().map_err(JunitMergeError::Spool)?;
        } else if self.depths.last() == Some(&depth) {
            self.end_suite().map_err(JunitMergeError::Spool)?;
        }
        if depth == self.top {
            self.intake.spool.text("\n");
        }
        Ok(())
    }

    fn end_case(&mut self) -> io::Result<()> {
        let Some(OpenCase { mut row, bad, reruns, has_time, depth, ends }) = self.case.take()
        else {
            return Ok(());
        };
        row.status = reruns.settle(row.status);
        let is_open = !has_time && row.status != Status::Skipped;
        if depth != ends {
            self.intake.spool.end("testcase");
        }
        row.len = self.intake.spool.at() - row.at;
        row.flaky &= row.status == Status::Passed;
        self.intake.flaky += u64::from(row.flaky);
        let bad = bad.max(u64::from(row.status > Status::Skipped));
        let held = Claim { tests: 1, bad, unclear: false };
        if let Some(suite) = self.suites.last_mut() {
            suite.row.totals.count(row.status, row.time);
            suite.held.add(held);
            suite.is_open |= is_open;
            self.watch.case(suite.stamp, row.time);
        } else {
            self.intake.totals.count(row.status, row.time);
            self.held.add(held);
            self.watch.case(self.stamp, row.time);
            self.watch.suite(self.stamp, row.time);
            self.watch.open(is_open);
        }
        if self.intake.compared { self.intake.cases.push(row) } else { Ok(()) }
    }

    fn end_suite(&mut self) -> io::Result<()> {
        self.depths.pop();
        let Some(suite) = self.suites.pop() else { return Ok(()) };
        let OpenSuite { number, mut row, stamp, told, held, time, is_open, .. } = suite;
        self.doubt.compare(told, held);
        let is_open = is_open && (time.is_none() || stamp.is_none());
        let took = time.filter(|time| !time.is_zero()).unwrap_or(row.totals.time);
        let around = self.suites.last().and_then(|around| around.stamp);
        if row.totals.tests > 0 && around.is_none() {
            self.watch.suite(stamp, took);
        } else if row.totals.tests > 0 {
            self.watch.alone(stamp, took);
        }
        row.end = self.intake.spool.at();
        row.had_cases |= row.totals.tests > 0;
        if let Some(parent) = self.suites.last_mut() {
            parent.row.totals.add(row.totals);
            parent.row.has_more |= row.has_more;
            parent.held.add(held);
            parent.is_open |= is_open;
        } else {
            self.watch.open(is_open);
            self.intake.totals.add(row.totals);
            self.held.add(held);
            self.intake.spool.check()?;
        }
        self.intake.suites.set(number, row)
    }

    /// Text, but for what stands around that which is copied.
    fn text(&mut self, depth: usize, event: Event<'_>) {
        if depth < self.top {
            return;
        }
        let torn = std::mem::take(&mut self.torn);
        let spool = &mut self.intake.spool;
        match event {
            Event::Text(raw) if torn => spool.text(&clean(&format!("\u{1b}{}", &*raw))),
            Event::Text(raw) => spool.text(&raw),
            Event::CData(raw) => spool.cdata(&raw),
            Event::GeneralRef(name) => self.reference(&name),
            // Remarks can hold what XML forbids, and no reader of reports looks at them.
            Event::Comment(_)
            | Event::PI(_)
            | Event::Decl(_)
            | Event::DocType(_)
            | Event::Eof
            | Event::Start(_)
            | Event::End(_)
            | Event::Empty(_) => {}
        }
    }

    /// A reference to a character that XML forbids, e.g. `&#27;`, is no XML either.
    fn reference(&mut self, name: &BytesRef<'_>) {
        match name.resolve_char_ref() {
            Ok(Some('\u{1b}')) => self.torn = true,
            Ok(Some(c)) if clean(c.encode_utf8(&mut [0; 4])).is_empty() => {}
            Ok(None) if own_entity(name).is_none() => {}
            Ok(_) => self.intake.spool.reference(name),
            Err(_) => {}
        }
    }
}

/// Seconds with all that was counted, so that joined again they are no less.
fn exact(time: Duration) -> String {
    if time.subsec_nanos().is_multiple_of(1_000_000) {
        return seconds(time);
    }
    format!("{}.{:09}", time.as_secs(), time.subsec_nanos())
}
