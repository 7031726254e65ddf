//! Folders that a container writes to go in; the moment at which they hold too much comes out.
//!
//! No engine limits what an overlay of a volume or a folder of the host takes, so we look.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;
use walkdir::WalkDir;

use crate::platform;
use crate::sandbox::Job;
use crate::sandbox::docker::view::Views;

/// How often it is looked, at most.
const LOOK: Duration = Duration::from_secs(1);
/// Looking may take this part of the time: many small files take long to count.
const SPARE: u32 = 20;

/// What a job can write to that lies on a disk: its results, with those of all jobs of its room, and
/// its view where we may look into it.
pub(super) fn written(views: &Views, job: &Job) -> Vec<PathBuf> {
    let upper = match views {
        Views::Overlay { layers } => Some(layers.join(format!("upper-{}", job.view))),
        Views::ReadOnly => None,
    };
    let own = || vec![job.folder.clone()];
    let folders = job.room.as_ref().map_or_else(own, |room| room.seats.clone());
    folders.iter().map(|folder| folder.join("out")).chain(upper).collect()
}

/// Waits until the folders hold so many bytes more than now, or for ever.
pub(super) async fn overrun(folders: Vec<PathBuf>, limit: u64) {
    let mut pace = LOOK;
    let before = {
        let folders = folders.clone();
        let look =
            tokio::task::spawn_blocking(move || sizes(&folders).fold(0, u64::saturating_add));
        look.await.unwrap_or_default()
    };
    let limit = limit.saturating_add(before);
    loop {
        tokio::time::sleep(pace).await;
        let (began, folders) = (Instant::now(), folders.clone());
        let look = tokio::task::spawn_blocking(move || holds_more(&folders, limit));
        if look.await.unwrap_or(false) {
            return;
        }
        pace = LOOK.max(began.elapsed() * SPARE);
    }
}

/// Whether all that is below the folders takes more than this on its disk. What cannot be seen
/// counts nothing.
fn holds_more(folders: &[impl AsRef<Path>], limit: u64) -> bool {
    let mut total = 0_u64;
    sizes(folders).any(|size| {
        total = total.saturating_add(size);
        total > limit
    })
}

fn sizes(folders: &[impl AsRef<Path>]) -> impl Iterator<Item = u64> {
    let entries = folders.iter().flat_map(|folder| WalkDir::new(folder).into_iter().flatten());
    entries.filter_map(|entry| entry.metadata().ok()).map(|meta| platform::size_on_disk(&meta))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::{holds_more, overrun};

    #[test]
    fn all_folders_count_together_and_what_is_not_there_counts_nothing() {
        let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
        let paths = folders.each_ref().map(|folder| folder.path().to_path_buf());
        for path in &paths {
            fs::create_dir(path.join("a")).unwrap();
            fs::write(path.join("a/b"), vec![1; 1 << 20]).unwrap();
        }
        assert!(holds_more(&paths, (3 << 20) / 2));
        assert!(!holds_more(&paths, 3 << 20));
        assert!(!holds_more(&paths[..1], (3 << 20) / 2));
        assert!(!holds_more(&["/nowhere"], 0));
        // A hole takes no disk.
        fs::File::create(paths[0].join("hole")).unwrap().set_len(1 << 40).unwrap();
        assert!(!holds_more(&paths, 3 << 20));
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_looked_until_there_is_too_much() {
        let folder = tempfile::tempdir().unwrap();
        let folders = vec![folder.path().to_path_buf()];
        let wait = Duration::from_secs(30);
        let quiet = tokio::time::timeout(wait, overrun(folders.clone(), 1 << 20)).await;
        assert!(quiet.is_err());
        // What is there before does not count.
        fs::write(folder.path().join("a"), vec![1; 2 << 20]).unwrap();
        let quiet = tokio::time::timeout(wait, overrun(folders.clone(), 1 << 20)).await;
        assert!(quiet.is_err());
        let more = async {
            tokio::time::sleep(wait).await;
            fs::write(folder.path().join("b"), vec![1; 2 << 20]).unwrap();
        };
        tokio::join!(overrun(folders, 1 << 20), more);
    }
}
