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

/// The same, to a line that is a mark and a number; gives the number. None where the stream ended
/// before. A line feed before the mark, which ends a line that may be open, is not shown.
pub(super) async fn pump_until<R: AsyncBufRead + Unpin>(
    reader: &mut R,
    mark: Option<&str>,
    log: File,
    lines: mpsc::UnboundedSender<String>,
) -> Option<i32> {
    let (mut line, mut kept) = (Vec::new(), Kept { log, lines, bytes: 0 });
    // Whether the last line has no end yet, and whether an empty one was held back.
    let (mut is_open, mut is_held) = (false, false);
    let number = loop {
        line.clear();
        let mut limited = tokio::io::AsyncReadExt::take(&mut *reader, LINE_LIMIT);
        let read = limited.read_until(b'\n', &mut line).await;
        let number = mark.filter(|_| !is_open).and_then(|mark| marked(&line, mark));
        if number.is_some() {
            break number;
        }
        if std::mem::take(&mut is_held) {
            kept.take(b"\n").await;
        }
        if !matches!(read, Ok(1..)) {
            break None;
        }
        is_held = mark.is_some() && !is_open && line == b"\n";
        is_open = line.last() != Some(&b'\n');
        if !is_held {
            kept.take(&line).await;
        }
    };
    kept.log.flush().await.ok();
    number
}

/// What is kept of a stream.
struct Kept {
    log: File,
    lines: mpsc::UnboundedSender<String>,
    bytes: usize,
}

impl Kept {
    async fn take(&mut self, line: &[u8]) {
        if self.bytes > LOG_LIMIT {
            return;
        }
        self.bytes += line.len();
        let is_full = self.bytes > LOG_LIMIT;
        let line = if is_full { b"[the rest of this output was left out]\n" } else { line };
        // A full disk must not stop the job; its events are what counts.
        if self.log.write_all(line).await.is_err() {
            self.bytes = LOG_LIMIT + 1;
        }
        let text = String::from_utf8_lossy(line);
        self.lines.send(text.trim_end_matches(['\r', '\n']).to_owned()).ok();
    }
}

/// The number of a line that is a mark and a number, and ends.
fn marked(line: &[u8], mark: &str) -> Option<i32> {
    let number = line.strip_prefix(mark.as_bytes())?.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use tokio::io::BufReader;
    use tokio::sync::mpsc;

    use super::{open, pump_until};

    /// What comes of a stream up to each of its marks, and then to its end: the codes, the lines and
    /// the log.
    async fn pumped(stream: &[u8]) -> (Vec<Option<i32>>, Vec<String>, String) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.txt");
        let mut stream = BufReader::new(stream);
        let (lines, mut told) = mpsc::unbounded_channel();
        let mut codes = Vec::new();
        while codes.last() != Some(&None) {
            let log = open(&path).await.unwrap();
            codes.push(pump_until(&mut stream, Some("mark"), log, lines.clone()).await);
        }
        drop(lines);
        let mut all = Vec::new();
        while let Some(line) = told.recv().await {
            all.push(line);
        }
        (codes, all, std::fs::read_to_string(path).unwrap())
    }

    #[tokio::test]
    async fn what_is_printed_before_a_mark_is_kept_and_what_follows_it_is_left_to_the_next() {
        let stream = b"one\n\nhalf a line\nmark 7\nmark x\na mark 1\n\nmark 0\n\nmark 3\nnext\n";
        let (codes, lines, log) = pumped(stream).await;
        assert_eq!(codes, [Some(7), Some(0), Some(3), None]);
        assert_eq!(lines, ["one", "", "half a line", "mark x", "a mark 1", "next"]);
        assert_eq!(log, "one\n\nhalf a line\nmark x\na mark 1\nnext\n");
    }

    #[tokio::test]
    async fn an_empty_line_is_shown_where_no_mark_follows_it() {
        let (codes, lines, log) = pumped(b"\n\n\nmark 0\none\n\n").await;
        assert_eq!(codes, [Some(0), None]);
        assert_eq!(lines, ["", "", "one", ""]);
        assert_eq!(log, "\n\none\n\n");
    }

    #[tokio::test]
    async fn a_mark_counts_wherever_the_line_before_it_is_cut() {
        let limit = usize::try_from(super::LINE_LIMIT).unwrap();
        for length in limit - 40..=limit + 1 {
            let text = "x".repeat(length);
            let (codes, lines, log) = pumped(format!("{text}\nmark 137\nnext\n").as_bytes()).await;
            assert_eq!(codes, [Some(137), None], "{length}");
            assert_eq!(lines.concat(), format!("{text}next"), "{length}");
            assert_eq!(log, format!("{text}\nnext\n"), "{length}");
        }
    }

    #[tokio::test]
    async fn half_a_mark_is_none() {
        assert_eq!(pumped(b"mark 1").await.0, [None]);
    }
}
