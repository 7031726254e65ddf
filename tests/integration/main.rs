//! The tool as its users meet it: arguments in; standard output, standard error and exit code
//! out. One binary, a module a subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod digest;
mod killed;
mod locked;
mod matrix;
mod ports;
mod readers;
mod reporters;
mod support;
mod union;
mod whole;
