//! What a queue holds goes in, pages for people come out.

use std::fmt::Write;

use comfy_table::Cell;

use crate::model::event::UnixMillis;
use crate::model::queue_state::{Presence, QueueState, RunState, Stage};
use crate::report::console::history_table::wide;
use crate::report::console::tables::{number, table};
use crate::report::facts::{number_of, time};
use crate::report::text;

/// All runs, a row each.
pub(crate) fn runs(queue: &QueueState) -> String {
    let head =
        ["state", "here", "left", "lost", "waiting", "in work", "given up", "heard ago", "run"];
    // As wide as the names are: they stand at the end, and nobody could paste one that is broken.
    let mut rows = table(&head);
    for run in &queue.runs {
        let counts = [
            run.count(Presence::Here),
            run.count(Presence::Left),
            run.count(Presence::Lost),
            run.waiting,
            run.in_work(),
            run.given_up,
        ];
        let mut row = vec![Cell::new(run.stage.name())];
        row.extend(counts.map(number));
        row.push(Cell::new(run.heard.map_or_else(|| "–".to_owned(), |at| ago(queue.now, at))));
        row.push(Cell::new(text::terminal(&run.name)));
        rows.add_row(row);
    }
    let mut page = format!("{}\n", rows.trim_fmt());
    page += "here, left, lost: nodes; waiting, in work, given up: groups\n";
    for run in &queue.runs {
        if let Some(reason) = reason(run) {
            writeln!(page, "  - {}: {reason}", text::terminal(&run.name)).ok();
        }
    }
    page
}

/// One run, a row for each of its nodes.
pub(crate) fn run(run: &RunState, now: UnixMillis) -> String {
    if run.stage == Stage::Waiting && run.nodes.is_empty() {
        let told = reason(run).unwrap_or_default();
        return format!("run {}: {told}\nno node has come to work\n", text::terminal(&run.name));
    }
    let groups = number_of(run.waiting + run.in_work() + run.given_up, "group");
    let page = format!(
        "run {}: {}; {groups} not done: {} waiting, {} in work, {} given up\n",
        text::terminal(&run.name),
        reason(run).unwrap_or_else(|| run.stage.name().to_owned()),
        run.waiting,
        run.in_work(),
        run.given_up
    );
    if run.nodes.is_empty() {
        return page + "no node has come\n";
    }
    let mut rows = wide(&["node", "state", "groups", "came ago", "heard ago", "who"]);
    for node in &run.nodes {
        rows.add_row([
            Cell::new(node.slot),
            Cell::new(node.presence.name()),
            number(node.holds),
            Cell::new(ago(now, node.came)),
            Cell::new(ago(now, node.heard)),
            Cell::new(text::terminal(&node.who)),
        ]);
    }
    page + &format!("\n{}\n", rows.trim_fmt())
}

fn reason(run: &RunState) -> Option<String> {
    match &run.stage {
        Stage::Running | Stage::Over => None,
        Stage::Waiting => run.place.map(|place| {
            let ahead = place.ahead.unwrap_or_default();
            format!(
                "waiting: {} of those that wait {} before it; priority {}, {}",
                ahead,
                if ahead == 1 { "is" } else { "are" },
                place.priority.name(),
                number_of(place.nodes, "node")
            )
        }),
        Stage::Cancelled(by) => Some(format!("cancelled: {}", text::terminal(by))),
        Stage::Damaged(why) => Some(format!("damaged: {}", text::terminal(why))),
    }
}

fn ago(now: UnixMillis, at: UnixMillis) -> String {
    time(now.since(at))
}

#[cfg(test)]
mod tests {
    use crate::report::console::queue_table::{run, runs};
    use crate::wire::queue_state_v1::tests::queue;

    #[test]
    fn every_run_has_a_row_and_no_text_of_others_does_harm() {
        let page = runs(&queue());
        let row = |name: &str| {
            let line = page.lines().find(|line| line.trim_end().ends_with(name));
            let line = line.unwrap_or_else(|| panic!("no `{name}` in\n{page}"));
            line.split_whitespace().collect::<Vec<_>>().join(" ")
        };
        assert_eq!(row("ci-1"), "running 2 1 1 16 3 1 1.5 s ci-1");
        assert_eq!(row("ci-2"), "over 0 1 0 4 0 0 1 min 02 s ci-2");
        assert_eq!(row(" y"), "damaged 0 0 0 0 0 0 – y");
        assert_eq!(row("ci-4"), "waiting 0 0 0 0 0 0 2.5 s ci-4");
        let told = "  - ci-4: waiting: 1 of those that wait is before it; priority high, 2 nodes\n";
        assert!(page.contains(told), "{page}");
        assert!(page.contains("  - y: damaged: its plan is gone\n"), "{page}");
        assert!(!page.contains(['\u{202e}', '\u{1b}']), "{page:?}");
        assert!(!page.lines().any(|line| line.trim_start().starts_with("::")), "{page}");
        // What stands before the name leaves room for one.
        assert!(page.lines().next().unwrap().chars().count() <= 75, "{page}");
    }

    #[test]
    fn a_run_alone_has_a_row_for_each_node() {
        let queue = queue();
        let page = run(&queue.runs[0], queue.now);
        let head = "run ci-1: running; 20 groups not done: 16 waiting, 3 in work, 1 given up\n\n";
        assert!(page.starts_with(head), "{page}");
        let lines: Vec<String> = page
            .lines()
            .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(lines[2], "node state groups came ago heard ago who");
        assert!(lines[3].starts_with("1 here 2 1 min 02 s 1.5 s node 0"), "{page}");
        assert!(lines[4].starts_with("2 lost 0 1 min 02 s 31.5 s node 1"), "{page}");
        assert_eq!(lines.len(), 7, "{page}");
        assert!(!page.contains('\u{1b}'), "{page:?}");
        let page = run(&queue.runs[3], queue.now);
        let told = "run ci-3: waiting: 0 of those that wait are before it; priority critical, \
                    2 nodes\nno node has come to work\n";
        assert_eq!(page, told);
        let page = run(&queue.runs[2], queue.now);
        assert!(page.contains(": cancelled: me") && page.ends_with("no node has come\n"), "{page}");
    }
}
