//! The tool as its users meet it: arguments in; standard output, standard error and exit code
//! out. One binary, a module a subject.

mod completions;
mod readme;
mod support;
