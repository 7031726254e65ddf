//! `shardwright doctor`: the flags of a run go in; what this machine and project lack for it, and
//! how to mend it, comes out.
//!
//! Nothing is decided twice: each check asks the code that `run` asks. To add one: a file here
//! with a [`Check`], and a line in [`CHECKS`].

mod browsers;
mod ci;
mod committed;
mod config;
mod cpus;
mod engine;
mod found;
mod image;
mod limits;
mod memory;
mod merge_driver;
mod output;
mod plan;
mod playwright;
mod probe;
mod processes;
mod quarantine;
mod settings;
mod stale;
mod subject;
mod suite;
mod timings;
mod view;

use crate::cli::args::SharedFlags;
use crate::cli::args::doctor::{DoctorArgs, DoctorFormat};
use crate::cli::exit::Exit;
use crate::cli::streams::Streams;
use crate::config::environment::Environment;
use crate::model::diagnosis::{Diagnosis, Finding};
use crate::report::console::diagnosis_table;
use crate::wire::diagnosis_v1;
use found::Found;
use subject::Subject;

/// One thing that is looked at.
struct Check {
    /// For people and programs.
    name: &'static str,
    look: fn(&Subject<'_>) -> Found,
}

/// Every check, in the order in which people read them: the project, what is kept, where it runs,
/// whether it fits.
const CHECKS: [Check; 20] = [
    settings::SETTINGS,
    config::CONFIG,
    playwright::PLAYWRIGHT,
    suite::SUITE,
    timings::TIMINGS,
    stale::STALE,
    committed::COMMITTED,
    merge_driver::MERGE_DRIVER,
    quarantine::QUARANTINE,
    plan::PLAN,
    output::OUTPUT,
    ci::CI,
    engine::ENGINE,
    image::IMAGE,
    browsers::BROWSERS,
    limits::LIMITS,
    view::VIEW,
    memory::MEMORY,
    cpus::CPUS,
    processes::PROCESSES,
];

pub(crate) fn exec(
    shared: &SharedFlags,
    args: &DoctorArgs,
    environment: &Environment,
    streams: &mut Streams,
) -> anyhow::Result<Exit> {
    let subject = Subject::of(shared, args, environment, streams)?;
    let found: Vec<Found> = CHECKS.iter().map(|check| (check.look)(&subject)).collect();
    let exit = found::exit(&found);
    let findings = CHECKS.iter().zip(found).map(|(check, found)| finding(check, found)).collect();
    let diagnosis = Diagnosis { findings, exit_code: exit.code() };
    let page = match args.format {
        DoctorFormat::Table => {
            diagnosis_table::findings(&diagnosis, diagnosis_table::columns(), |code, word| {
                streams.coloured_data(code, word)
            })
        }
        DoctorFormat::Json => diagnosis_v1::write(&diagnosis),
    };
    streams.data(&page)?;
    Ok(exit)
}

fn finding(check: &Check, found: Found) -> Finding {
    let Found { level, message, remedy, .. } = found;
    Finding { check: check.name, level, message, remedy }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::CHECKS;

    #[test]
    fn every_check_has_a_name_of_its_own_that_programs_can_use() {
        let names: BTreeSet<&str> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
        let fits = |c: char| c.is_ascii_lowercase() || c == '-';
        assert!(names.iter().all(|name| name.chars().all(fits)), "{names:?}");
    }
}
