//! A file goes in, an object comes out, a piece at a time; gives how many bytes that were.

use std::path::PathBuf;
use std::sync::Arc;

use object_store::path::Path as Key;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, Take};
use tokio::task::JoinSet;

use super::bounds::{MOST_OF_A_FILE, too_large};
use super::error::Answer;
use super::reason::{answer, is_silence};
use crate::platform::regular;

/// What is held in memory of a file at once, a few of them in flight; all kinds of storage take
/// pieces of this size, and 10,000 of them.
pub(super) const PIECE: u64 = 8 << 20;
const IN_FLIGHT: usize = 3;

/// Why a file was not uploaded.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failed {
    /// It cannot be read. Others may be fine.
    #[error("{0}")]
    File(String),
    /// The storage did not take it.
    #[error("{0}")]
    Storage(Answer),
    /// Nobody is there to take it.
    #[error("{0}")]
    Silence(Answer),
}

impl From<std::io::Error> for Failed {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.to_string())
    }
}

impl From<object_store::Error> for Failed {
    fn from(error: object_store::Error) -> Self {
        let told = answer(&error);
        if is_silence(&error) { Self::Silence(told) } else { Self::Storage(told) }
    }
}

/// Uploads the file at `inner` below a folder as it is now; what it grows by meanwhile is left. Tests
/// may still run there: where they put a link since, nothing is read.
pub(super) async fn file(
    objects: Arc<dyn ObjectStore>,
    key: Key,
    (folder, inner): (PathBuf, PathBuf),
) -> Result<u64, Failed> {
    let open = tokio::task::spawn_blocking(move || regular::open_below(&folder, &inner));
    let file = File::from_std(open.await.map_err(std::io::Error::from)??);
    let size = file.metadata().await?.len();
    if size > MOST_OF_A_FILE {
        return Err(Failed::File(too_large()));
    }
    let mut rest = file.take(size);
    let first = piece(&mut rest).await?;
    if (first.len() as u64) < PIECE {
        let size = first.len() as u64;
        objects.put(&key, first.into()).await?;
        return Ok(size);
    }
    let mut upload = objects.put_multipart(&key).await?;
    let sent = match pieces(upload.as_mut(), first, &mut rest).await {
        Ok(sent) => upload.complete().await.map(|_| sent).map_err(Failed::from),
        Err(failed) => Err(failed),
    };
    if sent.is_err() {
        // Where nobody answers, the pieces stay until the bucket's own rules remove them.
        upload.abort().await.ok();
    }
    sent
}

async fn pieces(
    upload: &mut dyn MultipartUpload,
    first: Vec<u8>,
    rest: &mut Take<File>,
) -> Result<u64, Failed> {
    let (mut flying, mut sent, mut next) = (JoinSet::new(), 0, first);
    while !next.is_empty() {
        sent += next.len() as u64;
        flying.spawn(upload.put_part(next.into()));
        while flying.len() >= IN_FLIGHT {
            landed(&mut flying).await?;
        }
        next = piece(rest).await?;
    }
    while !flying.is_empty() {
        landed(&mut flying).await?;
    }
    Ok(sent)
}

async fn landed(flying: &mut JoinSet<object_store::Result<()>>) -> Result<(), Failed> {
    match flying.join_next().await {
        None | Some(Ok(Ok(()))) => Ok(()),
        Some(Ok(Err(error))) => Err(error.into()),
        Some(Err(error)) => Err(Failed::Storage(Answer(error.to_string()))),
    }
}

/// The next bytes of a file; fewer than a piece at its end.
async fn piece(rest: &mut Take<File>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    rest.take(PIECE).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
