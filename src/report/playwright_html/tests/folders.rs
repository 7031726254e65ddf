//! Merging plain reports, of which nothing else is known.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::report::ReportError;
use crate::report::playwright_html::merge_folders;
use crate::report::playwright_html::tests::{
    Case, SCRIPT, TEMPLATE, WINDOW, entries, numbers, outcomes, page, read, write_report, zipped,
};

const FIRST: &[Case] = &[
    ("a.spec.ts", "a1", "expected", &["passed"]),
    ("a.spec.ts", "a2", "unexpected", &["failed", "failed"]),
    ("setup.ts", "log in", "expected", &["passed"]),
];
const SECOND: &[Case] = &[
    ("b.spec.ts", "b1", "flaky", &["failed", "passed"]),
    ("setup.ts", "log in", "unexpected", &["failed"]),
];

fn two(layouts: [(&'static str, &'static str); 2]) -> (TempDir, Vec<PathBuf>) {
    let root = tempfile::tempdir().unwrap();
    let folders = vec![root.path().join("one"), root.path().join("two")];
    write_report(&folders[0], layouts[0], FIRST);
    write_report(&folders[1], layouts[1], SECOND);
    (root, folders)
}

#[test]
fn every_layout_is_read_and_written_back_as_it_was() {
    for layout in [WINDOW, SCRIPT, TEMPLATE] {
        let (root, folders) = two([layout, layout]);
        let output = root.path().join("merged");
        let merged = merge_folders(&folders, None, &output).unwrap();
        assert_eq!(merged.reports, 2);
        let read = read(&output, layout);
        assert!(read.page.starts_with(layout.0) && read.page.ends_with(layout.1));
        assert_eq!(
            read.outcomes(),
            outcomes(&[
                ("a1", "expected"),
                ("a2", "unexpected"),
                ("b1", "flaky"),
                ("log in", "unexpected"),
            ])
        );
    }
}

#[test]
fn numbers_are_counted_again_and_projects_are_named_once() {
    let (root, folders) = two([TEMPLATE, TEMPLATE]);
    let output = root.path().join("merged");
    let stats = merge_folders(&folders, None, &output).unwrap().stats;
    assert_eq!((stats.total, stats.unexpected, stats.flaky, stats.ok), (4, 2, 1, false));
    let read = read(&output, TEMPLATE);
    assert_eq!(numbers(&read.report["stats"]), [4, 1, 2, 1, 0]);
    assert_eq!(read.report["projectNames"], json!(["main"]));
    assert_eq!(read.report["options"], json!({ "title": "Mine" }));
    assert_eq!(read.report["metadata"], json!({ "actualWorkers": 4, "ci": "x" }));
    let files: Vec<_> = read.report["files"].as_array().unwrap().iter().collect();
    assert_eq!(files[0]["fileName"], "a.spec.ts");
    assert_eq!(files[0]["tests"][0]["title"], "a2", "what went wrong comes first");
    assert_eq!(numbers(&files[0]["stats"]), [2, 1, 1, 0, 0]);
}

#[test]
fn entries_of_one_report_are_copied_byte_by_byte() {
    let (root, folders) = two([TEMPLATE, TEMPLATE]);
    let output = root.path().join("merged");
    merge_folders(&folders, None, &output).unwrap();
    let name = "faspects.json";
    let raw = |folder: &Path| {
        let mut archive = read(folder, TEMPLATE).archive;
        let file = archive.by_name(name).unwrap();
        let (start, size) = (file.data_start().unwrap(), file.compressed_size());
        drop(file);
        let bytes = archive.into_inner().into_inner();
        let start = usize::try_from(start).unwrap();
        bytes[start..start + usize::try_from(size).unwrap()].to_vec()
    };
    // Those of others have their workers numbered anew.
    assert_eq!(raw(&output), raw(&folders[0]));
}

/// A report as the first versions wrote it, without much that later pages take for granted.
fn write_oldest(folder: &Path, layout: (&str, &str)) {
    let mut parts = entries(&[("a.spec.ts", "a2", "unexpected", &["failed"])]);
    let test = &mut parts[0].1["tests"][0];
    test.as_object_mut().unwrap().remove("tags");
    test["results"][0]["errors"] = json!(["it broke"]);
    test["results"][0]["steps"] = json!([{ "title": "outer", "steps": [{ "title": "inner" }] }]);
    parts[1].1["files"][0]["tests"][0].as_object_mut().unwrap().remove("tags");
    fs::create_dir(folder).unwrap();
    fs::write(folder.join("index.html"), page(layout, &zipped(&parts))).unwrap();
}

#[test]
fn an_older_report_is_made_readable_for_the_newest_page() {
    let later = (
        "<html>a longer page <script>\nwindow.playwrightReportBase64 = \"data:application/zip;base64,",
        WINDOW.1,
    );
    let objects = json!([{ "message": "it broke" }]);
    let cases = [(TEMPLATE, objects.clone()), (SCRIPT, objects), (later, json!(["it broke"]))];
    for (newest, errors) in cases {
        let root = tempfile::tempdir().unwrap();
        let folders = vec![root.path().join("old"), root.path().join("new")];
        write_oldest(&folders[0], WINDOW);
        write_report(&folders[1], newest, SECOND);
        let output = root.path().join("merged");
        merge_folders(&folders, None, &output).unwrap();
        let mut read = read(&output, newest);
        let detail = read.detail("a.spec.ts", "a2");
        assert_eq!(detail["tags"], json!([]));
        assert_eq!(detail["results"][0]["errors"], errors);
        assert_eq!(detail["results"][0]["steps"][0]["steps"][0]["attachments"], json!([]));
        assert!(read.tests().iter().all(|test| test["tags"].is_array()));
    }
}

#[test]
fn truncated_and_foreign_pages_are_left_out_and_named() {
    let (root, mut folders) = two([TEMPLATE, TEMPLATE]);
    let whole = fs::read_to_string(folders[0].join("index.html")).unwrap();
    let mut broken_zip = zipped(&entries(FIRST));
    broken_zip.truncate(broken_zip.len() / 2);
    let mut lost_entry = entries(FIRST);
    lost_entry.remove(0);
    let contents = [
        whole[..whole.len() / 2].to_owned(),
        whole[..whole.len() - 3].to_owned(),
        "<html>something else</html>".to_owned(),
        page(TEMPLATE, &broken_zip),
        page(TEMPLATE, &zipped(&lost_entry)),
        format!("{}no base64!{}", TEMPLATE.0, TEMPLATE.1),
    ];
    for (number, content) in contents.iter().enumerate() {
        let folder = root.path().join(format!("broken{number}"));
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("index.html"), content).unwrap();
        folders.push(folder);
    }
    let output = root.path().join("merged");
    let merged = merge_folders(&folders, None, &output).unwrap();
    assert_eq!((merged.reports, merged.left_out.len()), (2, 6));
    let read = read(&output, TEMPLATE);
    assert_eq!(read.errors().len(), 6);
    assert!(read.errors()[0].contains("broken0"), "{:?}", read.errors());
    assert_eq!(read.tests().len(), 4);
}

#[test]
fn without_any_report_nothing_is_written_and_nothing_old_stays() {
    let root = tempfile::tempdir().unwrap();
    let output = root.path().join("merged");
    write_report(&output, TEMPLATE, FIRST);
    let error = merge_folders(&[root.path().join("none")], None, &output).unwrap_err();
    let none = root.path().join("none");
    assert_eq!(
        error.to_string(),
        format!(
            "no HTML report of Playwright can be used:\n`{}` is left out, as it cannot be read",
            none.display()
        )
    );
    assert!(!output.exists());
    assert_eq!(fs::read_dir(root.path()).unwrap().count(), 0);
}

#[test]
fn attachments_and_the_viewer_are_laid_into_the_output_once() {
    let (root, folders) = two([TEMPLATE, TEMPLATE]);
    for folder in &folders {
        fs::create_dir_all(folder.join("data")).unwrap();
        fs::create_dir_all(folder.join("trace/assets")).unwrap();
        fs::write(folder.join("data/same.png"), "same").unwrap();
        fs::write(folder.join("trace/assets/index.js"), "viewer").unwrap();
    }
    fs::write(folders[0].join("data/clash.png"), "one").unwrap();
    fs::write(folders[1].join("data/clash.png"), "two").unwrap();
    let output = root.path().join("merged");
    merge_folders(&folders, None, &output).unwrap();
    let text = |name: &str| fs::read_to_string(output.join(name)).unwrap();
    assert_eq!(text("data/same.png"), "same");
    assert_eq!(text("trace/assets/index.js"), "viewer");
    assert_eq!(text("data/clash.png"), "one");
    assert_eq!(
        read(&output, TEMPLATE).errors(),
        ["two reports hold different attachments named `clash.png`"]
    );
}

#[test]
fn symlinks_are_not_followed() {
    let (root, folders) = two([TEMPLATE, TEMPLATE]);
    let secret = root.path().join("secret");
    fs::create_dir_all(secret.join("deep")).unwrap();
    fs::write(secret.join("key"), "secret").unwrap();
    fs::create_dir(folders[0].join("data")).unwrap();
    symlink(secret.join("key"), folders[0].join("data/key.png")).unwrap();
    symlink(&secret, folders[0].join("data/folder")).unwrap();
    symlink(&secret, folders[0].join("trace")).unwrap();
    symlink(&secret, folders[1].join("data")).unwrap();
    symlink(secret.join("key"), folders[1].join("report.js")).unwrap();
    let output = root.path().join("merged");
    merge_folders(&folders, None, &output).unwrap();
    for name in ["data/key.png", "data/folder", "data/key", "trace", "report.js"] {
        assert!(output.join(name).symlink_metadata().is_err(), "{name} was taken");
    }
    fs::rename(&folders[1], root.path().join("moved")).unwrap();
    symlink(root.path().join("moved"), &folders[1]).unwrap();
    assert_eq!(merge_folders(&folders, None, &output).unwrap().left_out.len(), 1);
}

#[test]
fn a_file_id_that_two_files_claim_is_given_once() {
    let root = tempfile::tempdir().unwrap();
    let mut parts = entries(&[("a.spec.ts", "a1", "expected", &["passed"])]);
    parts[0].0 = "x.json".to_owned();
    parts[1].1["files"][0]["fileId"] = json!("x");
    let mut others = entries(&[("b.spec.ts", "b1", "expected", &["passed"])]);
    others[0].0 = "x.json".to_owned();
    others[1].1["files"][0]["fileId"] = json!("x");
    let mut folders = Vec::new();
    for (name, parts) in [("one", parts), ("two", others)] {
        let folder = root.path().join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("index.html"), page(TEMPLATE, &zipped(&parts))).unwrap();
        folders.push(folder);
    }
    let output = root.path().join("merged");
    merge_folders(&folders, None, &output).unwrap();
    let mut read = read(&output, TEMPLATE);
    assert_eq!(read.detail("a.spec.ts", "a1")["title"], "a1");
    assert_eq!(read.detail("b.spec.ts", "b1")["title"], "b1");
}

#[test]
fn an_output_that_holds_an_input_is_refused_and_stays() {
    let (root, folders) = two([TEMPLATE, TEMPLATE]);
    for output in [folders[0].as_path(), root.path()] {
        let error = merge_folders(&folders, None, output).unwrap_err();
        assert!(matches!(error, ReportError::Write { .. }));
        assert_eq!(read(&folders[0], TEMPLATE).tests().len(), 3);
    }
}
