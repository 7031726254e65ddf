//! A JUnit file of any tool goes in, its suites and test cases come out one by one.

use std::path::Path;
use std::time::Duration;

use quick_xml::events::{BytesStart, Event};

use crate::wire::junit::Status;
use crate::wire::junit::attribute;
use crate::wire::junit::error::JunitError;
use crate::wire::junit::time::time;
use crate::wire::junit::verdict::{
    OUTSIDE, Reruns, attribute_status, child_status, is_outside, is_result, proper,
};
use crate::wire::junit::walk::{Spot, Walk, own_entity};

/// In bytes. What fails behind so much text has its first line in it.
const LONGEST_MESSAGE: usize = 1 << 20;

/// What a JUnit file holds, in its order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Item {
    /// A suite begins; its cases and inner suites follow.
    Suite(Suite),
    /// A test case of the innermost open suite.
    Case(Case),
    /// The suite that began last and is still open ends.
    SuiteEnd,
}

/// The begin of a suite.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Suite {
    pub(crate) name: String,
    /// Playwright's project.
    pub(crate) hostname: String,
    pub(crate) file: String,
}

/// A test case; what the file does not say is empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) classname: String,
    pub(crate) file: String,
    pub(crate) time: Duration,
    pub(crate) status: Status,
    /// The message of the failure or error, else the first line of its text.
    pub(crate) message: String,
}

/// The items of a file. Memory is bounded by the longest text in it.
pub(crate) struct Cases {
    walk: Walk,
    /// How deep each open suite stands.
    suites: Vec<usize>,
    open: Option<OpenCase>,
    over: bool,
}

struct OpenCase {
    /// What stands one deeper tells what became of it.
    depth: usize,
    /// The depth of the end that is its end.
    ends: usize,
    case: Case,
    reruns: Reruns,
    /// The worst that its children said.
    told: Status,
    /// Whether the text that comes now belongs to the element that gave the status.
    telling: bool,
    text: String,
}

impl Cases {
    pub(crate) fn open(path: &Path) -> Result<Self, JunitError> {
        Ok(Self { walk: Walk::open(path)?, suites: Vec::new(), open: None, over: false })
    }

    fn advance(&mut self) -> Result<Option<Item>, JunitError> {
        loop {
            let Some((spot, depth, event)) = self.walk.step()? else {
                return Ok(None);
            };
            match (event, &mut self.open) {
                (Event::Start(start), Some(open)) => open.child(&spot, depth, &start)?,
                (Event::Start(start), None) => match proper(start.local_name().as_ref()) {
                    "testsuite" => {
                        self.suites.push(depth);
                        return Ok(Some(Item::Suite(suite(&spot, &start)?)));
                    }
                    "testcase" => self.open = Some(OpenCase::new(&spot, depth, &start)?),
                    name if is_outside(name, depth, &self.suites) => {
                        let mut open = OpenCase::outside(depth);
                        open.child(&spot, depth, &start)?;
                        self.open = Some(open);
                    }
                    _ => {}
                },
                (Event::End(_), Some(open)) if open.ends == depth => {
                    return Ok(self.open.take().map(|open| Item::Case(open.finish())));
                }
                (Event::End(_), Some(open)) => {
                    open.telling &= depth > open.depth + 1;
                }
                (Event::End(end), None) if proper(end.local_name().as_ref()) == "testsuite" => {
                    self.suites.pop();
                    return Ok(Some(Item::SuiteEnd));
                }
                (Event::Text(text), Some(open)) => open.says(&text.xml10_content()),
                (Event::CData(text), Some(open)) => open.says(&text.xml10_content()),
                (Event::GeneralRef(name), Some(open)) => match name.resolve_char_ref() {
                    Ok(Some(c)) => open.says(c.encode_utf8(&mut [0; 4])),
                    Ok(None) | Err(_) => open.says(own_entity(&name).unwrap_or_default()),
                },
                _ => {}
            }
        }
    }
}

impl Iterator for Cases {
    type Item = Result<Item, JunitError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.over {
            return None;
        }
        let item = self.advance().transpose();
        self.over = !matches!(item, Some(Ok(_)));
        item
    }
}

impl OpenCase {
    fn new(spot: &Spot, depth: usize, start: &BytesStart<'_>) -> Result<Self, JunitError> {
        let mut case = Case::default();
        attribute::each(spot, start, |name, value| match name {
            "name" => case.name = value.into_owned(),
            "classname" => case.classname = value.into_owned(),
            "file" => case.file = value.into_owned(),
            "time" => case.time = time(&value),
            _ => {
                if let Some(status) = attribute_status(name, &value) {
                    case.status = case.status.max(status);
                }
            }
        })?;
        let (told, telling, text) = (Status::Passed, false, String::new());
        let reruns = Reruns::default();
        Ok(Self { depth, ends: depth, case, reruns, told, telling, text })
    }

    /// A failure that stands in a suite and in no test case.
    fn outside(depth: usize) -> Self {
        let case = Case { name: OUTSIDE.to_owned(), ..Case::default() };
        let (told, telling, text) = (Status::Passed, false, String::new());
        let reruns = Reruns::default();
        Self { depth: depth - 1, ends: depth, case, reruns, told, telling, text }
    }

    /// An element inside the test case; only its direct children give the status.
    fn child(
        &mut self,
        spot: &Spot,
        depth: usize,
        start: &BytesStart<'_>,
    ) -> Result<(), JunitError> {
        let kind = start.local_name();
        let kind = proper(kind.as_ref());
        if is_result(kind) && depth == self.depth + 1 {
            return Err(JunitError::Inside { place: spot.place() });
        }
        if depth == self.depth + 1 {
            self.reruns.sees(kind);
        }
        let status = child_status(kind);
        let Some(status) = status.filter(|_| depth == self.depth + 1) else {
            return Ok(());
        };
        if status > self.told {
            self.told = status;
            self.case.status = self.case.status.max(status);
            self.case.message.clear();
            attribute::each(spot, start, |name, value| {
                if name == "message" {
                    self.case.message = value.into_owned();
                }
            })?;
            self.text.clear();
            self.telling = true;
        }
        Ok(())
    }

    fn says(&mut self, text: &str) {
        if self.telling && self.case.message.is_empty() && self.text.len() < LONGEST_MESSAGE {
            self.text.push_str(text);
        }
    }

    fn finish(mut self) -> Case {
        self.case.status = self.reruns.settle(self.case.status);
        if self.case.message.is_empty() {
            let line = self.text.lines().map(str::trim).find(|line| !line.is_empty());
            self.case.message = line.unwrap_or_default().to_owned();
        }
        self.case
    }
}

fn suite(spot: &Spot, start: &BytesStart<'_>) -> Result<Suite, JunitError> {
    let mut suite = Suite::default();
    attribute::each(spot, start, |name, value| match name {
        "name" => suite.name = value.into_owned(),
        "hostname" => suite.hostname = value.into_owned(),
        "file" => suite.file = value.into_owned(),
        _ => {}
    })?;
    Ok(suite)
}
