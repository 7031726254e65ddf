//! What a sandbox took, as JSON.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::model::event::Usage;

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UsageWire {
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    peak_memory: Option<u64>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cpu: Option<u64>,
    #[serde(default)]
    refused_processes: u64,
    #[serde(default)]
    out_of_memory: bool,
}

impl From<Usage> for UsageWire {
    fn from(usage: Usage) -> Self {
        let Usage { peak_memory, cpu, refused_processes, out_of_memory } = usage;
        let millis = |cpu: Duration| u64::try_from(cpu.as_millis()).unwrap_or(u64::MAX);
        Self { peak_memory, cpu: cpu.map(millis), refused_processes, out_of_memory }
    }
}

impl From<UsageWire> for Usage {
    fn from(wire: UsageWire) -> Self {
        let UsageWire { peak_memory, cpu, refused_processes, out_of_memory } = wire;
        Self { peak_memory, cpu: cpu.map(Duration::from_millis), refused_processes, out_of_memory }
    }
}
