//! The tool as its users meet it: arguments in; standard output, standard error and exit code
//! out. One binary, a module a subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod bad_arguments;
mod bad_input;
mod bad_suites;
mod completions;
mod digest;
mod engine_gone;
mod faults;
mod foreign_files;
mod foreign_junit;
mod github;
mod healed;
mod hostile;
mod hostile_titles;
mod html_versions;
mod killed;
mod laws_by_chance;
mod locked;
mod log_lines;
mod machine_limit;
mod matrix;
mod merged_parts;
mod narrow;
mod odd_suites;
mod order;
mod overview_page;
mod per_test;
mod pinned;
mod plan_programs;
mod plan_ways;
mod ports;
mod previous;
mod pulls;
mod quarantine;
mod readers;
mod readme;
mod remapped;
mod reporters;
mod reports_over_runs;
mod rerun;
mod resources;
mod round_trip;
mod scripted_runs;
mod secrets;
mod settings;
mod settings_schema;
mod skew_report;
mod start;
mod support;
mod timings_command;
mod timings_git;
mod union;
mod whole;
