//! The Playwright that is installed goes in; the page and the trace viewer that blobs lack come out.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::report::playwright_html::page::Page;
use crate::wire::input;

/// The folder of `playwright-core`, which belongs to the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Installed(pub(crate) PathBuf);

impl Installed {
    /// The page of its HTML reports, put together as its own reporter does; none where it is no
    /// version that we know.
    pub(super) fn page(&self) -> Option<Page> {
        Page::of_app(&self.app().ok()?)
    }

    /// The folder of its trace viewer.
    pub(super) fn viewer(&self) -> PathBuf {
        self.0.join("lib/vite/traceViewer")
    }

    /// From about 1.57 script and style stand in files of their own.
    fn app(&self) -> io::Result<String> {
        let folder = self.0.join("lib/vite/htmlReport");
        let text = |name: &str| input::regular_text(&folder.join(name));
        let html = text("index.html")?;
        let script = replaced(&html, "<script type=\"module\"", "></script>", || {
            Ok(format!("<script type=\"module\">{}</script>", text("report.js")?))
        })?;
        replaced(&script, "<link rel=\"stylesheet\"", ">", || {
            Ok(format!("<style type='text/css'>{}</style>", text("report.css")?))
        })
    }
}

/// The text with the first element from `opener` to `closer` replaced, if it has no content.
fn replaced(
    text: &str,
    opener: &str,
    closer: &str,
    new: impl FnOnce() -> io::Result<String>,
) -> io::Result<String> {
    let found = text.match_indices(opener).find_map(|(at, _)| {
        let end = at + text[at..].find('>')? + 1;
        let end = if closer == ">" { end } else { end + closer.len() - 1 };
        text.get(at..end).is_some_and(|element| element.ends_with(closer)).then_some((at, end))
    });
    Ok(match found {
        Some((at, end)) => format!("{}{}{}", &text[..at], new()?, &text[end..]),
        None => text.to_owned(),
    })
}

/// The files of a viewer that belong into a report: maps and the watch mode do not.
pub(super) fn viewer_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for inner in ["", "assets"] {
        for entry in fs::read_dir(folder.join(inner))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let left_out = [".map", "watch", "xtermModule"].iter().any(|part| name.contains(part));
            if entry.file_type()?.is_file() && !left_out {
                files.push(Path::new(inner).join(name));
            }
        }
    }
    files.sort();
    Ok(files)
}
