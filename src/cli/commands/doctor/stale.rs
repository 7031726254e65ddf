//! What in the history does nothing of the suite stand for any more?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::{Subject, shown};
use crate::cli::commands::timings::told::entries;

pub(super) const STALE: Check = Check { name: "stale", look };

fn look(subject: &Subject<'_>) -> Found {
    let (Ok(history), Ok(declared)) = (&subject.history, &subject.declared) else {
        return Found::unseen("the history or the sources cannot be read");
    };
    let total = history.timings.tests.len();
    let stale = declared.stale(&history.timings).len();
    let file = shown(&subject.args.plan.timings);
    match (stale, total) {
        (_, 0) => Found::ok("there is no history yet"),
        (0, _) => Found::ok(format!("every entry in `{file}` is of a test that is there")),
        // Then it is of another folder, which `timings` says.
        (stale, total) if stale == total => {
            Found::note(format!("no entry in `{file}` is of a test that is there"))
        }
        (stale, total) => Found::note(format!(
            "{stale} of {} in `{file}` are of tests that are gone",
            entries(total)
        ))
        .with_command(subject.ours(&["timings", "prune"])),
    }
}
