//! The file survives everything.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::time::Duration;

use crate::model::id::TestKey;
use crate::model::timings::{LastResult, Timing, Timings};
use crate::timings::store::{StoreError, load, save};
use crate::wire::timings_v1::write;

fn timings(millis: u64) -> Timings {
    let key = TestKey {
        file: "a.spec.ts".to_owned(),
        project: "chromium".to_owned(),
        titles: vec!["works".to_owned()],
        repeat: 0,
    };
    let duration = Some(Duration::from_millis(millis));
    Timings {
        tests: [(key, Timing { duration, last: LastResult::Passed, flaky: 0 })].into(),
        ..Timings::default()
    }
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().display().to_string()).collect();
    names.sort();
    names
}

#[test]
fn a_missing_file_is_no_error_and_is_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("timings.json");
    assert_eq!(load(&path).expect("no error"), None);
    save(&path, &timings(100)).expect("saved");
    assert_eq!(load(&path).expect("no error"), Some(timings(100)));
    assert_eq!(names(folder.path()), ["timings.json"]);
}

#[test]
fn a_file_keeps_its_mode_when_it_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("timings.json");
    save(&path, &timings(100)).expect("saved");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o664)).expect("mode set");
    save(&path, &timings(200)).expect("saved");
    let mode = fs::metadata(&path).expect("there").permissions().mode();
    assert_eq!(mode & 0o777, 0o664);
    assert_eq!(load(&path).expect("no error"), Some(timings(200)));
}

#[test]
fn a_link_stays_a_link_and_its_target_is_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::create_dir(folder.path().join("real")).expect("a folder");
    let link = folder.path().join("timings.json");
    symlink("real/there.json", &link).expect("a link");
    for millis in [100, 200] {
        save(&link, &timings(millis)).expect("saved");
        assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
        let target = folder.path().join("real/there.json");
        assert_eq!(load(&target).expect("no error"), Some(timings(millis)));
    }
}

#[test]
fn a_link_to_itself_is_an_error_and_stays() {
    let folder = tempfile::tempdir().expect("a folder");
    let link = folder.path().join("timings.json");
    symlink("timings.json", &link).expect("a link");
    assert!(matches!(save(&link, &timings(1)), Err(StoreError::Read { .. })));
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
}

#[test]
fn what_cannot_be_read_as_timings_is_left_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("timings.json");
    let whole = write(&timings(100));
    let newer = whole.replace("\"version\":1", "\"version\":2");
    let negative = whole.replace("100", "-100");
    let conflict = format!("{{\n<<<<<<< HEAD\n{whole}");
    let texts = ["", &whole[..40], &newer, &negative, &conflict, "{\"name\":\"my-shop\"}"];
    for text in texts {
        fs::write(&path, text).expect("written");
        assert!(matches!(load(&path), Err(StoreError::Format { .. })), "{text}");
        assert!(matches!(save(&path, &timings(1)), Err(StoreError::Format { .. })), "{text}");
        assert_eq!(fs::read_to_string(&path).expect("there"), text);
    }
    assert_eq!(names(folder.path()), ["timings.json"]);
}

#[test]
fn bytes_that_are_no_text_are_named_by_line_and_column() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("timings.json");
    fs::write(&path, b"{\n\"a\xff").expect("written");
    let error = load(&path).expect_err("not text");
    assert!(matches!(error, StoreError::NotText { line: 2, column: 3, .. }), "{error:?}");
}

#[test]
fn a_folder_or_a_missing_folder_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(save(folder.path(), &timings(1)), Err(StoreError::Read { .. })));
    let nowhere = folder.path().join("no/timings.json");
    assert!(matches!(save(&nowhere, &timings(1)), Err(StoreError::Write { .. })));
    assert!(names(folder.path()).is_empty());
}

#[test]
fn the_same_timings_are_not_written_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("timings.json");
    save(&path, &timings(100)).expect("saved");
    let inode =
        |path: &Path| std::os::unix::fs::MetadataExt::ino(&fs::metadata(path).expect("there"));
    let before = inode(&path);
    save(&path, &timings(100)).expect("saved");
    assert_eq!(inode(&path), before);
}
