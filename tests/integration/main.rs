//! The tool as its users meet it: arguments in; standard output, standard error and exit code
//! out. One binary, a module a subject.

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
