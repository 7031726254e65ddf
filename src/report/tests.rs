//! What holds for every row of the table.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use walkdir::WalkDir;

use crate::model::build::Build;
use crate::report::sample::stormy;
use crate::report::{REPORTS, Source};

/// Every file below a folder and what is in it.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    WalkDir::new(folder)
        .sort_by_file_name()
        .into_iter()
        .map(Result::unwrap)
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| (entry.path().display().to_string(), fs::read(entry.path()).unwrap()))
        .collect()
}

#[test]
fn no_two_reports_write_the_same_path() {
    let paths: BTreeSet<&str> = REPORTS.iter().map(|report| report.path()).collect();
    assert_eq!(paths.len(), REPORTS.len());
}

#[test]
fn a_report_written_again_is_the_same_and_touches_nothing_else() {
    let sample = stormy();
    for report in REPORTS {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("plan.json"), "kept").unwrap();
        sample.write(*report, folder.path());
        let once = files(folder.path());
        sample.write(*report, folder.path());
        assert_eq!(files(folder.path()), once, "{}", report.path());
        let own = folder.path().join(report.path());
        let others: Vec<&str> = once
            .iter()
            .filter(|(path, _)| !Path::new(path).starts_with(&own))
            .map(|(path, _)| path.rsplit('/').next().unwrap())
            .collect();
        assert_eq!(others, ["plan.json"], "{}", report.path());
    }
}

#[test]
fn a_report_that_cannot_be_written_names_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::write(&taken, "").unwrap();
    let sample = stormy();
    let attempts = BTreeMap::new();
    let build = Build::default();
    let (plan, outcome) = (&sample.plan, &sample.outcome);
    let source = Source { plan, outcome, attempts: &attempts, build: &build, hindsight: None };
    for report in REPORTS {
        let failure = report.write(&source, &taken).unwrap_err().to_string();
        assert!(failure.contains(report.path()), "{failure}");
    }
}
