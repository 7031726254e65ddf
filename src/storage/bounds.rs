//! Sizes of files go in; whether they may be uploaded or downloaded comes out. What counts is their
//! length: a file with holes takes no room where tests wrote it, and all of it everywhere else.

use std::path::Path;

/// The largest file, in bytes: no video, trace or report of Playwright comes near.
pub(super) const MOST_OF_A_FILE: u64 = 2 << 30;
/// What one start of a run may upload, in bytes.
pub(super) const MOST_OF_AN_UPLOAD: u64 = 16 << 30;
/// What a merge may download from one place, in bytes.
pub(super) const MOST_OF_A_DOWNLOAD: u64 = 64 << 30;

/// What may still be moved.
#[derive(Debug)]
pub(super) struct Budget {
    most: u64,
    left: u64,
}

impl Budget {
    pub(super) fn new(most: u64) -> Self {
        Self { most, left: most }
    }

    /// Takes what a file needs, or says why it cannot have it.
    pub(super) fn take(&mut self, path: &Path, size: u64) -> Result<(), String> {
        if size > MOST_OF_A_FILE {
            return Err(too_large());
        }
        match self.left.checked_sub(size) {
            Some(left) => self.left = left,
            None if is_needed(path) => {}
            None => return Err(format!("all files have more than {} GB", self.most >> 30)),
        }
        Ok(())
    }

    /// Of a file that was not moved after all.
    pub(super) fn give_back(&mut self, size: u64) {
        self.left = self.left.saturating_add(size).min(self.most);
    }
}

pub(super) fn too_large() -> String {
    format!("it is larger than {} GB", MOST_OF_A_FILE >> 30)
}

/// Whether a merge cannot do without a file, as the events of a shard. All else is what tests left.
pub(super) fn is_needed(path: &Path) -> bool {
    path.components().count() <= if path.starts_with("shards") { 3 } else { 1 }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Budget, MOST_OF_A_FILE};

    #[test]
    fn what_a_merge_needs_has_room_when_all_else_has_none() {
        let (events, video) = (Path::new("shards/2/events.ndjson"), Path::new("shards/2/out/a"));
        let mut budget = Budget::new(MOST_OF_A_FILE);
        assert_eq!(budget.take(video, MOST_OF_A_FILE + 1).unwrap_err(), "it is larger than 2 GB");
        budget.take(video, MOST_OF_A_FILE).unwrap();
        assert_eq!(budget.take(video, 1).unwrap_err(), "all files have more than 2 GB");
        budget.take(events, 1).unwrap();
        budget.take(Path::new("plan.json"), 1).unwrap();
        budget.take(events, MOST_OF_A_FILE + 1).unwrap_err();
        budget.give_back(MOST_OF_A_FILE);
        budget.take(video, 1).unwrap();
    }
}
