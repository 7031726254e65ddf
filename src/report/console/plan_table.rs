//! A plan goes in; who runs what, and how good that is, comes out for people.

use std::fmt::Write;

use comfy_table::{Cell, CellAlignment};

use crate::model::plan::{Blocker, Plan, PlannedShard};
use crate::model::suite::{GroupKind, TestGroup};
use crate::report::console::tables::{bar, line, number, table};
use crate::report::facts::{number_of as count, time};
use crate::report::text;

/// A plan, one row a shard. `blocker` is what keeps it from being faster.
pub(crate) fn plan(plan: &Plan, blocker: Option<&Blocker>) -> String {
    let mut table = table(&["shard", "files", "tests", "predicted", ""]);
    let longest = plan.predicted();
    for shard in &plan.shards {
        table.add_row([
            number(shard.number.get()),
            number(shard.files().len()),
            number(shard.tests().count()),
            Cell::new(time(shard.predicted)).set_alignment(CellAlignment::Right),
            Cell::new(bar(shard.predicted, longest)),
        ]);
    }
    format!("{}\n{}", table.trim_fmt(), foot(plan, blocker))
}

/// A plan, one line a test, in the order in which they run.
pub(crate) fn plan_list(plan: &Plan, blocker: Option<&Blocker>) -> String {
    let mut page = String::new();
    for shard in &plan.shards {
        writeln!(page, "shard {}, {}:", shard.number, time(shard.predicted)).ok();
        for test in shard.tests() {
            writeln!(page, "  {}", line(test)).ok();
        }
        for whole in whole_files(shard) {
            writeln!(page, "  {} (all tests)", text::terminal(whole)).ok();
        }
    }
    page + &foot(plan, blocker)
}

fn whole_files(shard: &PlannedShard) -> impl Iterator<Item = &str> {
    let opaque = |kind| kind == GroupKind::Opaque;
    let groups = shard.groups.iter().map(|planned| &planned.group);
    groups.filter(move |group| opaque(group.kind)).map(|group| group.file.as_str())
}

fn foot(plan: &Plan, blocker: Option<&Blocker>) -> String {
    let tests = count(plan.dealt().count(), "test");
    let mut foot = format!(
        "{tests} by `{}`: slowest {}, mean {}, imbalance {:.2}\n{}\n",
        text::terminal(&plan.strategy),
        time(plan.predicted()),
        time(plan.mean()),
        plan.imbalance(),
        quality(plan),
    );
    if let Some(blocker) = blocker {
        foot += &advice(blocker);
    }
    writeln!(foot, "{} of {tests} have a history; digest {}", plan.known, plan.digest).ok();
    let empty = plan.shards.iter().filter(|shard| shard.is_empty()).count();
    if empty > 0 {
        let empty = count(empty, "shard");
        writeln!(foot, "{empty} with nothing to run: there are fewer groups than shards").ok();
    }
    foot
}

/// How near the plan is to the best that can be.
fn quality(plan: &Plan) -> String {
    let shards = count(plan.shards.len(), "shard");
    let bound = time(plan.lower_bound);
    match gap(plan) {
        Some(gap) => format!("lower bound {bound}, gap {gap}: no plan is faster by more"),
        None => format!("lower bound {bound}: optimal, no plan with {shards} is faster"),
    }
}

/// The gap to the lower bound in percent; none where the plan is proven to be optimal.
pub(super) fn gap(plan: &Plan) -> Option<String> {
    if plan.is_optimal() {
        return None;
    }
    let percent = plan.gap().unwrap_or(f64::INFINITY) * 100.0;
    Some(match percent {
        percent if percent < 0.1 => "< 0.1 %".to_owned(),
        percent if percent.is_infinite() => "unknown".to_owned(),
        percent => format!("{percent:.1} %"),
    })
}

/// What blocks a better plan, in one line without an end.
pub(crate) fn blocked(blocker: &Blocker) -> String {
    format!("{} alone takes {}", name(&blocker.group.group), time(blocker.alone))
}

/// What blocks a better plan and what would help, in two lines.
pub(super) fn advice(blocker: &Blocker) -> String {
    let group = &blocker.group.group;
    let around = blocker.alone.saturating_sub(blocker.group.estimate);
    let help = match (group.kind, group.tests.len()) {
        _ if around > blocker.group.estimate => {
            &format!("{} of it are start and set-up, which every shard has", time(around))
        }
        (GroupKind::Opaque, _) => "its titles are computed, so it is dealt whole; split the file",
        (_, 0 | 1) => "it is a single test; make it shorter, or two of it",
        (GroupKind::File, _) => "let its tests run in parallel, or split the file",
        (GroupKind::Sequence | GroupKind::Single, _) => {
            "its tests run one after another; take them apart"
        }
        (GroupKind::Hooked, _) => "its tests share `beforeAll` hooks; split the file",
    };
    format!("{}, no plan is faster than that:\n  {help}\n", blocked(blocker))
}

/// The file of a group, or its test where the file has other groups, and its project.
fn name(group: &TestGroup) -> String {
    let mut name = group.file.clone();
    match (group.kind, group.tests.first()) {
        (GroupKind::File | GroupKind::Opaque | GroupKind::Hooked, _) | (_, None) => {}
        (GroupKind::Sequence | GroupKind::Single, Some(test)) => {
            name = format!("{name} › {}", test.key.title());
        }
    }
    let name = text::terminal(&name);
    if group.project.is_empty() {
        return format!("`{name}`");
    }
    format!("`{name}` ({})", text::terminal(&group.project))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::model::id::{PlanDigest, ShardNumber, TestKey};
    use crate::model::lineage::Lineage;
    use crate::model::plan::{Blocker, Plan, PlannedGroup, PlannedShard};
    use crate::model::suite::{GroupKind, TestCase, TestGroup};
    use crate::report::console::plan_table::{advice, gap};

    /// A group of so many tests that needs a second.
    fn group(kind: GroupKind, project: &str, tests: u32) -> PlannedGroup {
        let test = |number| TestCase {
            key: TestKey {
                file: "a.spec.ts".to_owned(),
                project: project.to_owned(),
                titles: vec!["pay".to_owned(), format!("\u{1b}[2J{number}")],
                repeat: 0,
            },
            runner_id: None,
            tags: Vec::new(),
            line: number,
            column: 1,
        };
        let (project, file, worker) = (project.to_owned(), "a.spec.ts".to_owned(), String::new());
        let group =
            TestGroup { project, file, kind, worker, tests: (1..=tests).map(test).collect() };
        PlannedGroup { group, estimate: Duration::from_secs(1) }
    }

    #[test]
    fn what_helps_depends_on_why_the_tests_are_together() {
        for (kind, project, tests, said) in [
            (
                GroupKind::File,
                "web",
                2,
                ["`a.spec.ts` (web)", "let its tests run in parallel, or split the file"],
            ),
            (
                GroupKind::File,
                "",
                1,
                ["`a.spec.ts`", "it is a single test; make it shorter, or two of it"],
            ),
            (
                GroupKind::Single,
                "web",
                1,
                [
                    "`a.spec.ts › pay › 1` (web)",
                    "it is a single test; make it shorter, or two of it",
                ],
            ),
            (
                GroupKind::Sequence,
                "web",
                2,
                ["`a.spec.ts › pay › 1` (web)", "its tests run one after another; take them apart"],
            ),
            (
                GroupKind::Hooked,
                "web",
                2,
                ["`a.spec.ts` (web)", "its tests share `beforeAll` hooks; split the file"],
            ),
            (
                GroupKind::Opaque,
                "",
                0,
                ["`a.spec.ts`", "its titles are computed, so it is dealt whole; split the file"],
            ),
        ] {
            let group = group(kind, project, tests);
            let alone = Duration::from_millis(1_500);
            let [name, help] = said;
            let said =
                format!("{name} alone takes 1.5 s, no plan is faster than that:\n  {help}\n");
            assert_eq!(advice(&Blocker { group, alone }), said);
        }
    }

    #[test]
    fn a_group_is_not_blamed_for_what_every_shard_pays() {
        let blocker =
            Blocker { group: group(GroupKind::File, "", 2), alone: Duration::from_secs(9) };
        let said = "  8.0 s of it are start and set-up, which every shard has\n";
        assert!(advice(&blocker).ends_with(said), "{}", advice(&blocker));
    }

    #[test]
    fn a_gap_is_never_shown_as_nothing_unless_it_is_proven() {
        let plan = |millis, bound| Plan {
            digest: PlanDigest(String::new()),
            strategy: String::new(),
            workers: 1,
            shards: vec![PlannedShard {
                number: ShardNumber::at(0),
                groups: Vec::new(),
                predicted: Duration::from_millis(millis),
            }],
            shared: Vec::new(),
            projects: Vec::new(),
            lower_bound: Duration::from_millis(bound),
            known: 0,
            lineage: Lineage::default(),
        };
        assert_eq!(gap(&plan(1_000, 1_000)), None);
        assert_eq!(gap(&plan(0, 0)), None);
        assert_eq!(gap(&plan(1_002, 1_000)).as_deref(), Some("0.2 %"));
        assert_eq!(gap(&plan(100_001, 100_000)).as_deref(), Some("< 0.1 %"));
        assert_eq!(gap(&plan(1_500, 1_000)).as_deref(), Some("50.0 %"));
        assert_eq!(gap(&plan(1_500, 0)).as_deref(), Some("unknown"));
    }
}
