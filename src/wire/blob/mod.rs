//! Playwright's blob reports, which others write: [`read`] goes through their lines, [`call`] is
//! what a line says.
//!
//! A blob is a zip with `report.jsonl` (up to about 1.43 `report-1.jsonl`) and `resources/`. Each line
//! is a call of a reporter, e.g. `{"method": "onTestEnd", "params": {...}}`, in the order in which
//! they happened; paths are relative to the `rootDir` of `onConfigure`.

pub(crate) mod call;
pub(crate) mod read;
