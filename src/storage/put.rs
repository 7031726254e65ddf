//! A file goes in, an object comes out, a piece at a time; gives how many bytes that were.

use std::path::Path;
use std::sync::Arc;

use object_store::path::Path as Key;
use object_store::{MultipartUpload, ObjectStore, ObjectStoreExt};
use tokio::fs::File;
use tokio::io::{AsyncReadExt, Take};
use tokio::task::JoinSet;

use super::error::Answer;
use super::reason::answer;

/// What is held in memory of a file at once, a few of them in flight; all kinds of storage take
/// pieces of this size, and 10,000 of them.
pub(super) const PIECE: u64 = 8 << 20;
const IN_FLIGHT: usize = 3;

/// Uploads a file as it is now; what it grows by meanwhile is left.
pub(super) async fn file(
    objects: Arc<dyn ObjectStore>,
    key: Key,
    path: &Path,
) -> Result<u64, Answer> {
    let wrap = |error: std::io::Error| Answer(format!("`{}`: {error}", path.display()));
    let file = File::open(path).await.map_err(wrap)?;
    let size = file.metadata().await.map_err(wrap)?.len();
    let mut rest = file.take(size);
    let first = piece(&mut rest).await.map_err(wrap)?;
    if (first.len() as u64) < PIECE {
        let size = first.len() as u64;
        objects.put(&key, first.into()).await.map_err(|error| answer(&error))?;
        return Ok(size);
    }
    let mut upload = objects.put_multipart(&key).await.map_err(|error| answer(&error))?;
    let sent = pieces(upload.as_mut(), first, &mut rest).await;
    let sent = match sent {
        Ok(sent) => upload.complete().await.map(|_| sent).map_err(|error| answer(&error)),
        Err(answer) => Err(answer),
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
) -> Result<u64, Answer> {
    let (mut flying, mut sent, mut next) = (JoinSet::new(), 0, first);
    while !next.is_empty() {
        sent += next.len() as u64;
        flying.spawn(upload.put_part(next.into()));
        while flying.len() >= IN_FLIGHT {
            landed(&mut flying).await?;
        }
        next = piece(rest).await.map_err(|error| Answer(error.to_string()))?;
    }
    while !flying.is_empty() {
        landed(&mut flying).await?;
    }
    Ok(sent)
}

async fn landed(flying: &mut JoinSet<object_store::Result<()>>) -> Result<(), Answer> {
    match flying.join_next().await {
        None | Some(Ok(Ok(()))) => Ok(()),
        Some(Ok(Err(error))) => Err(answer(&error)),
        Some(Err(error)) => Err(Answer(error.to_string())),
    }
}

/// The next bytes of a file; fewer than a piece at its end.
async fn piece(rest: &mut Take<File>) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    rest.take(PIECE).read_to_end(&mut bytes).await?;
    Ok(bytes)
}
