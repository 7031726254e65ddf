//! What a run was judged by, in the line that says that it began; what is not so is left out.

use serde::{Deserialize, Serialize};

use crate::model::event::Judged;

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JudgedWire {
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    fail_on_flaky: bool,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    quarantine: bool,
}

impl From<Judged> for JudgedWire {
    fn from(judged: Judged) -> Self {
        Self { fail_on_flaky: judged.fails_on_flaky, quarantine: judged.has_quarantine }
    }
}

impl From<JudgedWire> for Judged {
    fn from(wire: JudgedWire) -> Self {
        Self { fails_on_flaky: wire.fail_on_flaky, has_quarantine: wire.quarantine }
    }
}
