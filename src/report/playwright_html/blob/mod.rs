//! A blob report goes in, an opened report of the same form as an HTML report's comes out.
//!
//! [`hear`] collects what the lines say, [`render`] makes the JSON of an HTML report of it (with
//! [`failure`] for errors and [`attached`] for files), as Playwright's own reporter would have
//! written it. A blob holds no page and no trace viewer; these are another report's or those of the
//! Playwright that is installed.
//!
//! What is not there: the source around a step, which Playwright reads at the path that the blob
//! names. A blob may be anybody's, so no file of this machine is read because it names it.

mod attached;
mod case;
mod failure;
mod hear;
mod render;
mod shape;

use std::path::Path;

pub(super) use self::attached::{RESOURCES, is_plain};
pub(super) use self::hear::Heard;
use crate::report::playwright_html::input::InputError;
use crate::wire::blob::read;

/// In bytes: all lines of a blob. Their tests with all steps stay in memory.
const LIMIT: u64 = 1 << 30;

/// Reads a blob; the bodies of its attachments are written into `data`.
pub(super) fn open(path: &Path, data: &Path) -> Result<Heard, InputError> {
    let mut reports = read::read(path, LIMIT, || Heard::new(data))?;
    match reports.pop() {
        Some(heard) if reports.is_empty() => heard.whole(),
        _ => Err(InputError::Several),
    }
}
