//! Two histories go in, what lies between them comes out.

use std::cmp::Reverse;

use crate::model::id::TestKey;
use crate::model::movement::{Moved, Movement, Turned};
use crate::model::timings::{LastResult, Timing, Timings};

/// The way from `before` to `after`. Equals stay in the order of their names.
pub(crate) fn movement(before: &Timings, after: &Timings) -> Movement {
    let mut movement = Movement {
        new: only_in(after, before),
        removed: only_in(before, after),
        total: after.tests.len(),
        ..Movement::default()
    };
    for (key, new) in &after.tests {
        let Some(old) = before.tests.get(key).filter(|old| *old != new) else { continue };
        movement.changed += 1;
        if let Some(to) = new.duration.filter(|to| old.duration != Some(*to)) {
            movement.moved.push(Moved { key: key.clone(), from: old.duration, to });
        }
        // Flaky tests come and go with every run: they alone are no turn.
        if (old.last == LastResult::Failed) != (new.last == LastResult::Failed) {
            movement.turned.push(Turned { key: key.clone(), from: old.last, to: new.last });
        }
    }
    movement.moved.sort_by_key(|moved| Reverse(moved.by()));
    movement
}

/// The entries of one history that the other has not, the slowest first.
fn only_in(one: &Timings, other: &Timings) -> Vec<(TestKey, Timing)> {
    let only = one.tests.iter().filter(|(key, _)| !other.tests.contains_key(*key));
    let mut only: Vec<(TestKey, Timing)> =
        only.map(|(key, timing)| (key.clone(), *timing)).collect();
    only.sort_by_key(|(_, timing)| Reverse(timing.duration));
    only
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::movement;
    use crate::model::id::TestKey;
    use crate::model::movement::Movement;
    use crate::model::timings::{Costs, LastResult, Timing, Timings};

    fn timings(entries: &[(&str, u64, LastResult, u8)]) -> Timings {
        let entry = |(title, millis, last, flaky): &(&str, u64, LastResult, u8)| {
            let file = "a.spec.ts".to_owned();
            let titles = vec![(*title).to_owned()];
            let duration = (*millis > 0).then(|| Duration::from_millis(*millis));
            let timing = Timing { duration, last: *last, flaky: *flaky };
            (TestKey { file, project: String::new(), titles, repeat: 0 }, timing)
        };
        Timings { tests: entries.iter().map(entry).collect(), costs: Costs::default() }
    }

    #[test]
    fn what_is_new_gone_moved_or_turned_is_told_apart() {
        use LastResult::{Failed, Flaky, Passed};
        let before = timings(&[
            ("calm", 100, Passed, 0),
            ("gone", 100, Passed, 0),
            ("little", 100, Passed, 0),
            ("much", 100, Passed, 0),
            ("never", 0, Failed, 0),
            ("shaky", 100, Passed, 0),
        ]);
        let after = timings(&[
            ("calm", 100, Passed, 0),
            ("little", 150, Failed, 0),
            ("much", 900, Passed, 0),
            ("never", 50, Passed, 0),
            ("new", 70, Passed, 0),
            ("newer", 80, Passed, 0),
            ("shaky", 100, Flaky, 3),
        ]);
        let found = movement(&before, &after);
        let titles =
            |keys: Vec<&TestKey>| -> Vec<String> { keys.into_iter().map(TestKey::title).collect() };
        assert_eq!(titles(found.new.iter().map(|(key, _)| key).collect()), ["newer", "new"]);
        assert_eq!(titles(found.removed.iter().map(|(key, _)| key).collect()), ["gone"]);
        let moved = titles(found.moved.iter().map(|moved| &moved.key).collect());
        assert_eq!(moved, ["much", "little", "never"]);
        let turned = titles(found.turned.iter().map(|turned| &turned.key).collect());
        assert_eq!(turned, ["little", "never"]);
        assert_eq!((found.changed, found.total), (4, 7));
        let none = Movement { total: 6, ..Movement::default() };
        assert_eq!(movement(&before, &before), none);
    }
}
