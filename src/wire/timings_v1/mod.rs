//! The timings file as JSON, version 1: made to be committed to the user's repository.
//!
//! ```json
//! {"format":"shardwright.timings","version":1,
//! "costs":{"start":2100,"worker":350,"file":40,"end":300,"pace":100},
//! "files":{
//! "tests/cart.spec.ts":{"chromium":{"cart":{"adds":1200,"removes":[900,"failed"]}}},
//! "tests/login.spec.ts":{"chromium":{"+logs ":{"in":40,"out":50}}}
//! }}
//! ```
//!
//! One line a spec file, sorted by file; in it a tree: project, then the titles from the
//! outermost `describe` to the test, sorted. What stands at a title:
//!
//! - `1200`: a test that passed the last time and takes 1200 ms;
//! - `[1200,"failed"]` or `[1200,"flaky"]`: the same with its last result, `[null,"failed"]`
//!   where it has never passed;
//! - `[1200,"passed",3]`: it was flaky lately, at a level from 1 to 9;
//! - `{...}`: a `describe`; `[1200,"passed",{...}]`: a test and a `describe` of one title.
//!
//! The first three can also stand at a project, where only the time of the whole file is known:
//! `"a.spec.ts":{"":9000}`, or `"a.spec.ts":{"":[9000,"passed",{"adds":1200}]}`.
//!
//! A title that begins with `+` is not a title but the shared beginning of those inside, which
//! keeps the file small; a real title that begins with `+` or `=` has a `=` in front.
//!
//! `costs` is what a run takes besides its tests, in milliseconds, and how long (of 100) the last
//! machine took for them. It is left out where nothing of it is known.
//!
//! Repetitions under `repeatEach` are the same test again and share its one entry.

#[cfg(any(fuzzing, test))]
mod check;
mod read;
#[cfg(test)]
mod tests;
mod tree;
mod visit;
mod write;

#[cfg(any(fuzzing, test))]
pub(crate) use check::{check, check_written};
pub(crate) use read::{TimingsFormatError, read};
pub(crate) use write::write;

/// What the file calls itself.
const FORMAT: &str = "shardwright.timings";
/// The newest version that is read, and the one that is written.
const VERSION: u64 = 1;
/// Begins the shared beginning of several titles.
const SHARED: char = '+';
/// Stands before a real title that begins with either of these two.
const ESCAPE: char = '=';
