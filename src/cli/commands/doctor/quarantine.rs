//! Can the quarantine be used, and whose entries are over or fit no test?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::cli::commands::timings::told;
use crate::config::quarantine::{self, FILE};
use crate::model::quarantine::{Entry, Quarantine};
use crate::model::suite::GroupKind;

pub(super) const QUARANTINE: Check = Check { name: "quarantine", look };

fn look(subject: &Subject<'_>) -> Found {
    let flags = &subject.args.run.report.quarantine;
    let quarantine = match quarantine::load(&subject.shared.directory, flags) {
        Ok(quarantine) => quarantine,
        Err(error) => return Found::refused(&error.into()),
    };
    let all = quarantine.entries.len();
    let expired: Vec<&Entry> = quarantine.expired().collect();
    if let Some(first) = expired.first() {
        let (count, owner) = (expired.len(), &first.owner);
        let entries = if all == 1 { "entry is" } else { "entries are" };
        let message = format!(
            "{count} of {all} {entries} over, so that failures count: `{first}` (line {}) since {}",
            first.line, first.expires
        );
        return Found::warning(message).with_advice(format!("{owner} has to renew or remove it"));
    }
    if let Some(lost) = fits_nothing(&quarantine, subject) {
        return Found::note(format!("`{lost}` (line {}) fits no test of the sources", lost.line))
            .with_advice("is the test renamed or gone? then so is what the entry is for");
    }
    match all {
        0 => Found::ok(format!("no `{FILE}`: every failure counts")),
        _ => Found::ok(format!("{}, none is over", told::entries(all))),
    }
}

/// An entry that no test fits, where the sources say all their tests.
fn fits_nothing<'a>(quarantine: &'a Quarantine, subject: &Subject<'_>) -> Option<&'a Entry> {
    let declared = subject.declared.as_ref().ok().filter(|declared| declared.notes.is_empty())?;
    let suite = &declared.suite;
    if suite.groups.iter().any(|group| group.kind == GroupKind::Opaque) {
        return None;
    }
    let fits = |entry: &Entry| suite.tests().any(|test| entry.fits(&test.key));
    quarantine.entries.iter().find(|entry| !fits(entry))
}
