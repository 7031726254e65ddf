//! Can the history of durations be used, and how much of the suite does it know?

use crate::cli::commands::doctor::Check;
use crate::cli::commands::doctor::found::Found;
use crate::cli::commands::doctor::subject::{Subject, shown};
use crate::cli::commands::stage;
use crate::report::facts::number_of;
use crate::timings::estimate::{Coverage, known};

pub(super) const TIMINGS: Check = Check { name: "timings", look };

fn look(subject: &Subject<'_>) -> Found {
    let file = shown(&subject.args.plan.timings);
    let timings = match &subject.history {
        Ok(history) => &history.timings,
        Err(error) => return Found::refused(error),
    };
    if timings.tests.is_empty() {
        return Found::note(format!("no timings yet in `{file}`: every test counts the same"))
            .with_command(subject.ours(&["run", "--update-timings"]));
    }
    let Ok(declared) = &subject.declared else {
        let entries = timings.tests.len();
        return Found::ok(format!("`{file}` can be read, it has {entries} entries"));
    };
    let Coverage { known, total, mismatch } = known(&declared.suite, timings);
    if let Some(mismatch) = mismatch {
        return Found::warning(stage::told(&mismatch)).with_advice(
            "name the project folder with -C DIR, or another file with --timings FILE",
        );
    }
    let message = format!("{known} of {} have a history in `{file}`", number_of(total, "test"));
    if known == total {
        return Found::ok(message);
    }
    let guessed = format!("{message}, the others are guessed from them");
    // More unknown than known: plans are rather guesses.
    let found = if known * 2 < total { Found::warning(guessed) } else { Found::note(guessed) };
    found.with_command(subject.ours(&["run", "--update-timings"]))
}
