//! Split a Playwright suite by time, run every shard in a locked-down container, and hand back
//! one truthful report. The rooms, in the order in which data walks:
//!
//! - [`model`]: plain values that pass between stages.
//! - [`platform`]: what systems do differently: files, processes, signals.
//! - [`wire`]: the JSON that we promise to others, and JUnit and blob reports of others.
//! - [`runner`]: what Playwright knows: list, scan, command, events. Gives the suite.
//! - [`timings`]: history to estimates, outcome to history.
//! - [`plan`]: suite and estimates to a plan.
//! - [`sandbox`]: where a command runs: docker, process, fake.
//! - [`queue`]: what shards take when they are free: a plan to batches, on one machine or on many.
//! - [`run`]: the engine: plan to events.
//! - [`report`]: events and outcomes, written out and read back.
//! - [`storage`]: an output folder to object storage, shard by shard, and back for a merge.
//! - [`git`]: a text to a commit of one file, here or on a remote's branch.
//! - [`config`]: file, environment and flags to each stage's options.
//! - [`cli`]: arguments, commands, exit codes, messages.

mod cli;
mod config;
mod git;
mod model;
mod plan;
mod platform;
mod queue;
mod report;
mod run;
mod runner;
mod sandbox;
mod storage;
mod timings;
mod wire;

/// Runs the tool with the arguments of this process.
pub fn run() -> std::process::ExitCode {
    cli::main(std::env::args_os())
}

/// Looks at any bytes as timings; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_timings(data: &[u8]) {
    wire::timings_v1::check(data);
}

/// Looks at any bytes as events; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_events(data: &[u8]) {
    wire::event_v1::check(data);
}

/// Looks at any bytes as a plan; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_plan(data: &[u8]) {
    wire::plan_v1::check(data);
}

/// Looks at any bytes as a JUnit file; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_junit(data: &[u8]) {
    report::junit::check::check(data);
}

/// Looks at any bytes as a CTRF file; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_ctrf(data: &[u8]) {
    wire::ctrf::check::check(data);
}

/// Looks at any bytes as a page of Playwright's HTML report; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_html(data: &[u8]) {
    report::playwright_html::check::check(data);
}

/// Looks at any bytes as timings of another tool; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_import(data: &[u8]) {
    timings::import::check::check(data);
}

/// Looks at any bytes as what our reporter writes in a sandbox; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_list(data: &[u8]) {
    runner::playwright::check::check(data);
}

/// Looks at any bytes as a quarantine; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_quarantine(data: &[u8]) {
    config::quarantine::check::check(data);
}

/// Looks at any bytes as what a queue's server holds; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_queue(data: &[u8]) {
    queue::check::check(data);
}

/// Looks at any bytes as settings; only for `fuzz/`.
#[cfg(any(fuzzing, test))]
pub fn fuzz_settings(data: &[u8]) {
    cli::check::check(data);
}

// Beside what it damages.
#[cfg(test)]
#[path = "../fuzz/damaged.rs"]
mod damaged;
