//! A text goes in, a commit of one file comes out, on this branch or on one of a remote.
//! [`about`] tells what repository a folder is in.
//!
//! All of it is said to the `git` command, so that credentials, signing keys, attributes and
//! clones of any kind work as they do for the user. A commit is made of objects alone, with an
//! index of its own: what is staged, changed or left over in the working tree stays as it is, and
//! no hook runs, wherever it is kept. And a path goes in, what git knows of it comes out.

pub(crate) mod about;
mod checked_out;
mod command;
mod history;
mod push;
mod repository;
mod standing;

pub(crate) use command::{Complaint, GitError};
pub(crate) use push::{Pushed, Remote};
pub(crate) use repository::{Author, CommitId, Draft, Repository};
