//! What a job prints goes in; a log file of bounded size and lines for people come out.

use std::path::Path;

use tokio::fs::File;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncRead, AsyncWriteExt, BufReader};
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
    log: File,
    lines: mpsc::UnboundedSender<String>,
) {
    let Some(stream) = stream else { return };
    pump_until(&mut BufReader::new(stream), None, log, lines).await;
}

/// The same, to the end of a line that ends with a mark and a number; gives the number. None where
/// the stream ended before.
pub(super) async fn pump_until<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    mark: Option<&str>,
    mut log: File,
    lines: mpsc::UnboundedSender<String>,
) -> Option<i32> {
    let (mut line, mut kept) = (Vec::new(), 0);
    let mut number = None;
    loop {
        line.clear();
        let mut limited = tokio::io::AsyncReadExt::take(&mut *reader, LINE_LIMIT);
        let read = limited.read_until(b'\n', &mut line).await;
        if let Some((before, marked)) = mark.and_then(|mark| marked(&line, mark)) {
            number = Some(marked);
            line.truncate(before);
            if before == 0 {
                break;
            }
            line.push(b'\n');
        }
        match read {
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
        if number.is_some() {
            break;
        }
    }
    log.flush().await.ok();
    number
}

/// Where in a line a mark with a number stands that ends it, and the number.
fn marked(line: &[u8], mark: &str) -> Option<(usize, i32)> {
    let mark = mark.as_bytes();
    let before = line.windows(mark.len()).position(|part| part == mark)?;
    let number = str::from_utf8(&line[before + mark.len()..]).ok()?;
    Some((before, number.trim().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, BufReader};
    use tokio::sync::mpsc;

    use super::{open, pump_until};

    #[tokio::test]
    async fn what_is_printed_before_a_mark_is_kept_and_what_follows_it_is_left_to_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        let mut stream = BufReader::new(&b"one\nhalf a linemark 7\nmark x\nmark 0\nnext"[..]);
        let (lines, mut told) = mpsc::unbounded_channel();
        for expected in [Some(7), Some(0), None] {
            let log = open(&path).await.unwrap();
            assert_eq!(pump_until(&mut stream, Some("mark"), log, lines.clone()).await, expected);
        }
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        assert_eq!(rest, "");
        drop(lines);
        let mut all = Vec::new();
        while let Some(line) = told.recv().await {
            all.push(line);
        }
        assert_eq!(all, ["one", "half a line", "mark x", "next"]);
        assert_eq!(std::fs::read_to_string(path).unwrap(), "one\nhalf a line\nmark x\nnext");
    }
}
