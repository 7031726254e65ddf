//! What a run leaves on GitHub Actions besides its reports: annotations, the job's page.

use std::path::Path;

use serde_json::json;

use crate::support::Said;
use crate::support::place::Place;
use crate::support::script::{six, with_result};

/// In bytes; GitHub shows no longer summary.
const MOST: usize = 1 << 20;
const PAGE: &str = "page.md";

/// The tool as a step of a job whose page has this text.
fn step(place: &Place, arguments: &[&str], page: &str) -> Said {
    place.write(PAGE, page);
    let mut command = place.tool(arguments);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", place.path(PAGE));
    place.answer(&mut command)
}

const RUN: [&str; 4] = ["run", "-q", "--fake", "suite.json"];

fn failing() -> Place {
    Place::scripted(&with_result(six(), "b2", "failed", "boom"))
}

#[test]
fn the_summary_stands_on_the_page_behind_what_is_there() {
    let place = failing();
    assert_eq!(step(&place, &RUN, "# Mine").code, 1);
    let own = place.read("shardwright-report/summary.md");
    assert!(own.starts_with("## ❌ Failed: 1 of 6 tests failed\n"), "{own}");
    assert_eq!(place.read(PAGE), format!("# Mine\n\n{own}"));
    assert_eq!(step(&place, &RUN, "").code, 1);
    assert!(place.read(PAGE).starts_with("## ❌ Failed: 1 of 6 tests failed\n"));
    // Elsewhere the variable means nothing.
    place.write(PAGE, "# Mine");
    place.answer(place.tool(&RUN).env("GITHUB_STEP_SUMMARY", place.path(PAGE)));
    assert_eq!(place.read(PAGE), "# Mine");
}

#[test]
fn of_the_summary_no_more_is_added_than_github_shows() {
    let place = failing();
    let before = "x".repeat(MOST - 2_000) + "\n";
    assert_eq!(step(&place, &RUN, &before).code, 1);
    let page = place.read(PAGE);
    assert!(page.starts_with(&format!("{before}## ❌ Failed: 1 of 6 tests failed\n")));
    assert!(page.contains("There is no room for more here: see `index.html`.\n"));
    assert!(page.len() <= MOST);
    let before = "x".repeat(MOST - 50);
    let said = step(&place, &RUN, &before);
    assert_eq!(place.read(PAGE), before);
    let warning =
        "warning: the job's summary `[DIR]/page.md` is full: ours is in summary.md alone\n";
    assert!(said.code == 1 && said.stderr.contains(warning), "{}", said.stderr);
}

#[test]
fn a_page_that_cannot_be_written_fails_no_run() {
    let place = Place::scripted(&six());
    let mut command = place.tool(&RUN);
    command.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", place.path("."));
    let said = place.answer(&mut command);
    let warning =
        "warning: cannot write the job's summary `[DIR]/.`: Is a directory (os error 21)\n";
    assert_eq!((said.code, said.stderr.contains(warning)), (0, true), "{}", said.stderr);
}

#[test]
fn of_a_matrix_the_merge_tells_what_went_well() {
    let place = failing();
    let node = |part: &str, output: &str| {
        let node = ["run", "-q", "--fake", "suite.json", "--shard", part, "-o", output];
        (step(&place, &node, "").code, !place.read(PAGE).is_empty())
    };
    let nodes = [node("1/2", "parts/1"), node("2/2", "parts/2")];
    // The node with the failure says so, the other one nothing.
    assert!(nodes.contains(&(1, true)) && nodes.contains(&(0, false)), "{nodes:?}");
    assert_eq!(step(&place, &["merge", "parts", "-q"], "").code, 1);
    assert!(place.read(PAGE).starts_with("## ❌ Failed: 1 of 6 tests failed\n"));
}

/// A suite whose spec files lie in `tests` of a project, which is `web` of its repository.
fn in_a_repository() -> Place {
    let mut script = with_result(six(), "b2", "failed", "boom");
    script["list"]["root"] = json!("/workspace/tests");
    let place = Place::new();
    place.write(".git/HEAD", "ref: refs/heads/main\n");
    place.write("web/suite.json", script.to_string());
    place
}

#[test]
fn an_annotation_stands_at_the_file_as_the_repository_knows_it() {
    let place = in_a_repository();
    let annotation = "\n::error file=web/tests/b.spec.ts,line=2,col=1,title=failed%3A [chromium] › \
                      b.spec.ts › b2::boom\n";
    let run = ["-C", "web", "run", "-q", "--fake", "suite.json"];
    let suite = place.path("web/suite.json");
    let run: Vec<&str> =
        run.iter().map(|word| if *word == "suite.json" { text(&suite) } else { word }).collect();
    let said = step(&place, &run, "");
    assert!(said.code == 1 && said.stderr.ends_with(annotation), "{}", said.stderr);
    // So does that of a job that has no repository.
    let other = Place::new();
    let results = place.path("web/shardwright-report");
    let said = step(&other, &["merge", text(&results), "-q"], "");
    assert!(said.code == 1 && said.stderr.ends_with(annotation), "{}", said.stderr);
}

#[test]
fn a_line_of_the_page_leads_to_the_file_in_its_commit() {
    let place = in_a_repository();
    let suite = place.path("web/suite.json");
    let mut command = place.tool(&["-C", "web", "run", "-q", "--fake", text(&suite)]);
    for (name, value) in [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_SERVER_URL", "https://github.com"),
        ("GITHUB_REPOSITORY", "us/shop"),
        ("GITHUB_SHA", "feed"),
    ] {
        command.env(name, value);
    }
    place.answer(&mut command);
    let page = place.read("web/shardwright-report/summary.md");
    let link = "<a href=\"https://github.com/us/shop/blob/feed/web/tests/b.spec.ts#L2\">";
    assert!(page.contains(link), "{page}");
    let results = place.json("web/shardwright-report/results.json");
    assert_eq!(results["results"]["environment"]["commit"], "feed");
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of ours is text")
}
