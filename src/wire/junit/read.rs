//! A JUnit file of any tool goes in, its suites and test cases come out one by one.

use std::path::Path;
use std::time::Duration;

use quick_xml::events::{BytesStart, Event};

use crate::wire::junit::Status;
use crate::wire::junit::walk::{JunitError, Spot, Walk, attributes, own_entity};

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
#[derive(Debug, Clone, PartialEq, Eq)]
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
    open: Option<OpenCase>,
    over: bool,
}

struct OpenCase {
    depth: usize,
    case: Case,
    /// Whether the text that comes now belongs to the element that gave the status.
    telling: bool,
    text: String,
}

impl Cases {
    pub(crate) fn open(path: &Path) -> Result<Self, JunitError> {
        Ok(Self { walk: Walk::open(path)?, open: None, over: false })
    }

    fn advance(&mut self) -> Result<Option<Item>, JunitError> {
        loop {
            let Some((spot, depth, event)) = self.walk.step()? else {
                return Ok(None);
            };
            match (event, &mut self.open) {
                (Event::Start(start), Some(open)) => open.child(&spot, depth, &start)?,
                (Event::Start(start), None) => match start.local_name().as_ref() {
                    "testsuite" => return Ok(Some(Item::Suite(suite(&spot, &start)?))),
                    "testcase" => self.open = Some(OpenCase::new(&spot, depth, &start)?),
                    _ => {}
                },
                (Event::End(_), Some(open)) if open.depth == depth => {
                    return Ok(self.open.take().map(|open| Item::Case(open.finish())));
                }
                (Event::End(_), Some(open)) => {
                    open.telling &= depth > open.depth + 1;
                }
                (Event::End(end), None) if end.local_name().as_ref() == "testsuite" => {
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
        let mut case = Case {
            name: String::new(),
            classname: String::new(),
            file: String::new(),
            time: Duration::ZERO,
            status: Status::Passed,
            message: String::new(),
        };
        for (name, value) in attributes(spot, start)? {
            match name.as_str() {
                "name" => case.name = value,
                "classname" => case.classname = value,
                "file" => case.file = value,
                "time" => case.time = time(&value),
                _ => {}
            }
        }
        Ok(Self { depth, case, telling: false, text: String::new() })
    }

    /// An element inside the test case; only its direct children give the status.
    fn child(
        &mut self,
        spot: &Spot,
        depth: usize,
        start: &BytesStart<'_>,
    ) -> Result<(), JunitError> {
        let status = child_status(start.local_name().as_ref());
        let Some(status) = status.filter(|_| depth == self.depth + 1) else {
            return Ok(());
        };
        if status > self.case.status {
            self.case.status = status;
            let attributes = attributes(spot, start)?;
            let message = attributes.into_iter().find(|(name, _)| name == "message");
            self.case.message = message.map(|(_, value)| value).unwrap_or_default();
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
        if self.case.message.is_empty() {
            let line = self.text.lines().map(str::trim).find(|line| !line.is_empty());
            self.case.message = line.unwrap_or_default().to_owned();
        }
        self.case
    }
}

/// The status that a child of a test case stands for.
pub(crate) fn child_status(name: &str) -> Option<Status> {
    match name {
        "failure" => Some(Status::Failed),
        "error" => Some(Status::Error),
        "skipped" => Some(Status::Skipped),
        _ => None,
    }
}

fn suite(spot: &Spot, start: &BytesStart<'_>) -> Result<Suite, JunitError> {
    let mut suite = Suite::default();
    for (name, value) in attributes(spot, start)? {
        match name.as_str() {
            "name" => suite.name = value,
            "hostname" => suite.hostname = value,
            "file" => suite.file = value,
            _ => {}
        }
    }
    Ok(suite)
}

/// Seconds, with commas between thousands as some tools write them; nonsense counts as nothing.
pub(crate) fn time(text: &str) -> Duration {
    let seconds =
        text.trim_matches([' ', '\t', '\n', '\r']).replace(',', "").parse().unwrap_or(0.0);
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}
