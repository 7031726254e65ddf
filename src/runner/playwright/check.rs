//! Any bytes go in; what does not hold for them is a panic. For tests and for `fuzz/`.

use std::collections::BTreeSet;

use crate::model::event::AttemptId;
use crate::model::id::ShardNumber;
use crate::runner::playwright::list;
use crate::runner::playwright::protocol::{self, Said};
use crate::wire::event_v1;

/// Reading a list or a line of our reporter never panics; no list holds a test twice, and what a
/// line said can be kept in a file of events.
pub(crate) fn check(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if let Ok(suite) = list::read(&text) {
        let keys: BTreeSet<_> = suite.tests().map(|test| &test.key).collect();
        assert_eq!(keys.len(), suite.tests().count());
    }
    let id = AttemptId { shard: ShardNumber::at(0), attempt: 1 };
    for line in text.lines() {
        if let Ok(Said::Event(event)) = protocol::read(id, line) {
            let kept = event_v1::header() + &event_v1::write(&event);
            assert_eq!(event_v1::read(kept.as_bytes()).ok(), Some(vec![event]), "{kept}");
        }
    }
}
