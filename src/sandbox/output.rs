//! What a job prints goes in; a log file of bounded size and lines for people come out.

use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
use tokio::sync::mpsc;

use crate::sandbox::SandboxError;

/// More than this of one stream is read but not kept.
const LOG_LIMIT: usize = 32 << 20;
/// A line without an end is cut here.
const LINE_LIMIT: u64 = 64 << 10;

/// Opens a job's log for appending.
pub(super) async fn open(path: &Path) -> Result<File, SandboxError> {
    let wrap = |source| SandboxError::Write { path: path.to_path_buf(), source };
    if let Some(folder) = path.parent() {
        tokio::fs::create_dir_all(folder).await.map_err(wrap)?;
    }
    tokio::fs::OpenOptions::new().create(true).append(true).open(path).await.map_err(wrap)
}

/// Copies a stream to the log and, line by line, to whoever listens. Reads to the end whatever
/// happens, so that the job never blocks on a full pipe.
pub(super) async fn pump<R: AsyncRead + Unpin>(
    stream: Option<R>,
    mut log: File,
    lines: mpsc::UnboundedSender<String>,
) {
    let Some(stream) = stream else { return };
    let mut reader = BufReader::new(stream);
    let (mut line, mut kept) = (Vec::new(), 0);
    loop {
        line.clear();
        let mut limited = tokio::io::AsyncReadExt::take(&mut reader, LINE_LIMIT);
        match limited.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => break,
            Ok(read) if kept <= LOG_LIMIT => {
                kept += read;
                if kept > LOG_LIMIT {
                    line = b"[the rest of this output was left out]\n".to_vec();
                }
                // A full disk must not stop the job; its events are what counts.
                if log.write_all(&line).await.is_err() {
                    kept = LOG_LIMIT + 1;
                }
                let text = String::from_utf8_lossy(&line);
                lines.send(text.trim_end_matches(['\r', '\n']).to_owned()).ok();
            }
            Ok(_) => {}
        }
    }
    log.flush().await.ok();
}
