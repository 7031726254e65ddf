//! The JSON of a test case, in the shape that Playwright's HTML report has.

use serde::{Serialize, Serializer};

use crate::report::playwright_html::blob::attached::Attached;
use crate::report::playwright_html::data::Kind;

/// A number of milliseconds, without a fraction where there is none.
#[derive(Clone, Copy)]
pub(super) struct Millis(pub(super) f64);

impl Serialize for Millis {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[expect(clippy::cast_possible_truncation, reason = "it is whole and small")]
        if self.0.fract() == 0.0 && self.0.abs() < 1e15 {
            to.serialize_i64(self.0 as i64)
        } else {
            to.serialize_f64(self.0)
        }
    }
}

/// A test case; `R` is how much of its results is told.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestJson<'a, R> {
    pub(super) test_id: &'a str,
    pub(super) title: &'a str,
    pub(super) project_name: &'a str,
    pub(super) location: Place,
    pub(super) duration: Millis,
    pub(super) annotations: Vec<Note>,
    pub(super) tags: Vec<String>,
    pub(super) outcome: Kind,
    pub(super) path: &'a [String],
    pub(super) results: Vec<R>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repeat_each_index: Option<u32>,
    pub(super) ok: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RunJson<'a> {
    pub(super) duration: Millis,
    pub(super) start_time: String,
    pub(super) retry: u32,
    pub(super) steps: Vec<StepJson<'a>>,
    pub(super) errors: Vec<ErrorJson>,
    pub(super) status: &'a str,
    pub(super) annotations: Vec<Note>,
    pub(super) attachments: Vec<Attached>,
    pub(super) worker_index: i64,
}

/// What lists show of a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Brief {
    pub(super) attachments: Vec<Attached>,
    pub(super) start_time: String,
    pub(super) worker_index: i64,
}

/// In pages of some age errors are objects.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ErrorJson {
    Object { message: String },
    Text(String),
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StepJson<'a> {
    pub(super) title: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subtitle: Option<&'a str>,
    pub(super) start_time: String,
    pub(super) duration: Millis,
    pub(super) steps: Vec<StepJson<'a>>,
    pub(super) attachments: Vec<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<&'a str>,
    pub(super) count: u32,
    pub(super) skipped: bool,
}

#[derive(Serialize)]
pub(super) struct Place {
    pub(super) file: String,
    pub(super) line: u32,
    pub(super) column: u32,
}

#[derive(Serialize)]
pub(super) struct Note {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<Place>,
}
