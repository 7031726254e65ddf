//! The tool as its users meet it: arguments in; standard output, standard error and exit code
//! out. One binary, a module a subject.

mod bad_arguments;
mod bad_input;
mod bad_suites;
mod completions;
mod hostile_titles;
mod laws_by_chance;
mod merged_parts;
mod readme;
mod scripted_runs;
mod support;
