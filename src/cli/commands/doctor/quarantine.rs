//! Can the quarantine be used, and whose entries are over or fit no test?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::Subject;
use crate::config::quarantine::{self, FILE};
use crate::model::quarantine::Entry;
use crate::report::facts::number_of;

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
    match all {
        0 => Found::ok(format!("no `{FILE}`: every failure counts")),
        _ => Found::ok(format!(
            "{}, none is over",
            number_of(all, "entry").replace("entrys", "entries")
        )),
    }
}
