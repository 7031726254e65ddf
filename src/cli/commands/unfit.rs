//! What the settings say of some tests goes in; a warning for each that fits none comes out.

use std::collections::BTreeSet;

use crate::cli::streams::Streams;
use crate::config::flags::suite::SuiteFlags;
use crate::model::per_test::PerTest;
use crate::model::suite::{GroupKind, Source, Suite};
use crate::report::text;

/// Warns where nobody can be meant. Of a part of the suite, or of one that was not listed test by
/// test, that cannot be said.
pub(crate) fn tell(
    wishes: &PerTest,
    suite: &Suite,
    flags: &SuiteFlags,
    is_rerun: bool,
    streams: &mut Streams,
) {
    let is_whole = suite.groups.iter().all(|group| group.kind != GroupKind::Opaque);
    if flags.is_selective() || is_rerun || suite.source == Source::Scan || !is_whole {
        return;
    }
    let projects: BTreeSet<&str> = suite.tests().map(|test| test.key.project.as_str()).collect();
    let tags = suite.tests().flat_map(|test| &test.tags).map(|tag| tag.trim_start_matches('@'));
    let tags: BTreeSet<&str> = tags.collect();
    for name in wishes.projects.keys().filter(|name| !projects.contains(name.as_str())) {
        let name = text::terminal(name);
        streams.say(&format!(
            "warning: the settings have `per-project` for `{name}`, which no test belongs to"
        ));
    }
    for name in wishes.tags.keys().filter(|name| !tags.contains(name.as_str())) {
        let name = text::terminal(name);
        streams
            .say(&format!("warning: the settings have `per-tag` for `@{name}`, a tag of no test"));
    }
}
