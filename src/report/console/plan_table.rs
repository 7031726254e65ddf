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
