//! Object storage that is not well: nothing is lost, nothing passes for a success, no credential is
//! shown.

use std::fs;

use crate::support::place::Place;
use crate::support::script::{six, with_result};
use crate::support::storage::{Bucket, CANARY, Fate, Way};
use crate::support::{Said, storage};

const RUN: [&str; 5] = ["run", "--fake", "suite.json", "--shard", "1/1"];

/// A run that uploads by this way.
fn upload(place: &Place, way: &Way, url: &str) -> Said {
    let mut command = place.tool(&[&RUN[..], &["--artifacts", url]].concat());
    place.answer(way.known_to(&mut command))
}

#[test]
fn requests_that_fail_in_the_middle_are_tried_again() {
    let (place, bucket) = (Place::scripted(&six()), Bucket::new("on-and-off"));
    let way = Way::new(|number, _| match number % 5 {
        1 => Fate::Status(503, "SlowDown"),
        3 => Fate::Drop,
        _ => Fate::Pass,
    });
    let said = upload(&place, &way, &bucket.url("run-1"));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
    let mut command = place.tool(&["merge", &bucket.url("run-1"), "-o", "merged"]);
    let said = place.answer(way.known_to(&mut command));
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stderr.contains("6 passed"), "{}", said.stderr);
}

#[test]
fn an_upload_that_fails_for_good_is_named_and_no_test_has_failed() {
    for (script, code) in [(six(), 3), (with_result(six(), "b2", "failed", "boom"), 1)] {
        let place = Place::scripted(&script);
        let bucket = Bucket::new(&format!("gone-for-good-{code}"));
        // The storage goes away when all but one file is there.
        let way = Way::new(|_, what| {
            let is_lost = what.starts_with("PUT") && what.contains("/out/list.json");
            if is_lost { Fate::Status(503, "SlowDown") } else { Fate::Pass }
        });
        let said = upload(&place, &way, &bucket.url("run-1"));
        assert_eq!(said.code, code, "{}", said.stderr);
        let flat = said.flat();
        for told in [
            "could not be uploaded to `s3://gone-for-good",
            "first `shards/1/attempt-1/out/list.json` (the server answered 503 Service Unavailable \
             (SlowDown))",
            "a merge will miss results of shard 1; all are in `[DIR]/shardwright-report`",
        ] {
            assert!(flat.contains(told), "no `{told}` in {}", said.stderr);
        }
        assert!(!said.stderr.contains(CANARY), "{}", said.stderr);
        assert!(place.path("shardwright-report/shards/1/events.ndjson").is_file());
        let mut command = place.tool(&["merge", &bucket.url("run-1"), "-o", "merged"]);
        let merged = place.answer(bucket.known_to(&mut command));
        let part = "has only a part of shard 1";
        assert!(merged.code != 0 && merged.flat().contains(part), "{}", merged.stderr);
        let again = place.call(&["merge", "shardwright-report", "-o", "merged"]);
        assert_eq!(again.code, i32::from(code != 3), "{}", again.stderr);
    }
}

#[test]
fn storage_that_cannot_be_used_is_told_before_anything_runs() {
    let (place, bucket) = (Place::scripted(&six()), Bucket::new("refused-here"));
    let refused = |status, code| Way::new(move |_, _| Fate::Status(status, code));
    let hint = "hint: credentials come from the environment (AWS_*, GOOGLE_*, AZURE_*) or the \
                machine's role; they have to list, read and write below that prefix\n";
    for (way, url, reason, hint) in [
        (
            Way::new(|_, _| Fate::Pass),
            "s3://no-such-bucket/x".to_owned(),
            "the server answered 404 Not Found (NoSuchBucket)",
            "hint: is there such a bucket, container or folder? none is made\n",
        ),
        (
            refused(403, "SignatureDoesNotMatch"),
            bucket.url("x"),
            "the server answered 403 Forbidden (SignatureDoesNotMatch)",
            hint,
        ),
        (
            refused(503, "Slow Down"),
            bucket.url("x"),
            "the server answered 503 Service Unavailable",
            "",
        ),
    ] {
        let expected =
            format!("error: cannot use the storage `{url}`\n  caused by: {reason}\n{hint}");
        for arguments in
            [&[&RUN[..], &["--artifacts", url.as_str()]].concat()[..], &["merge", url.as_str()]]
        {
            place.refuses_as(way.known_to(&mut place.tool(arguments)), 6, &expected);
        }
        assert!(!place.path("shardwright-report").exists());
    }
    let mut command = place.tool(&[&RUN[..], &["--artifacts", &bucket.url("x")]].concat());
    let said = place.answer(bucket.known_to(&mut command).env("AWS_ALLOW_HTTP", "false"));
    let told = "its endpoint is no `https:`; AWS_ALLOW_HTTP=true";
    assert!(said.code == 6 && said.flat().contains(told), "{said:?}");
}

#[test]
fn a_variable_that_the_client_cannot_bear_is_refused_by_its_name() {
    let (place, bucket) = (Place::scripted(&six()), Bucket::new("bad-variables"));
    let address = "an address that begins with `http:` or `https:`";
    let line = "plain text in one line (a line feed at its end counts)";
    for (url, name, value, expected) in [
        (bucket.url("x"), "AWS_ENDPOINT_URL", "minio:9000".to_owned(), address),
        (bucket.url("x"), "AWS_ACCESS_KEY_ID", format!("{CANARY}\n"), line),
        (bucket.url("x"), "AWS_SECRET_ACCESS_KEY", format!("{CANARY}\r"), line),
        ("az://ci/x".to_owned(), "AZURE_STORAGE_ENDPOINT", "azurite:10000".to_owned(), address),
        ("az://ci/x".to_owned(), "AZURE_STORAGE_SAS_TOKEN", format!("{CANARY}\n"), line),
        ("gs://ci/x".to_owned(), "GOOGLE_BASE_URL", "fake:4443".to_owned(), address),
        ("gs://ci/x".to_owned(), "GOOGLE_BEARER_TOKEN", format!("{CANARY}\n"), line),
    ] {
        let expected = format!("error: cannot use the variable `{name}`: {expected} is expected");
        for arguments in
            [&[&RUN[..], &["--artifacts", url.as_str()]].concat()[..], &["merge", url.as_str()]]
        {
            let mut command = place.tool(arguments);
            let command = bucket.known_to(&mut command).env(name, &value);
            place.refuses_as(command, 2, &expected);
        }
    }
    // What is of no use to the client may be anything.
    let mut command = place.tool(&[&RUN[..], &["--artifacts", &bucket.url("x")]].concat());
    let said = place.answer(bucket.known_to(&mut command).env("AWS_NOTES_ENDPOINT", "a\nb"));
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn a_url_that_cannot_be_is_refused_and_shows_no_secret() {
    let place = Place::scripted(&six());
    let forms = "one of s3://BUCKET/PREFIX, gs://BUCKET/PREFIX, az://CONTAINER/PREFIX, \
                 file:///FOLDER is expected";
    let user = "no user and no password may stand in it; credentials come from the environment";
    for (url, shown, reason) in [
        (format!("s3://me:{CANARY}@ci/x"), "s3://***@ci/x", user),
        (format!("s3://me:{CANARY}/y@ci/x"), "s3://***@ci/x", "`s3://BUCKET/PREFIX` is expected"),
        (format!("az://ci/x?sig={CANARY}"), "az://ci/x?***", "nothing may follow `?` or `#` in it"),
        ("ftp://ci/x".to_owned(), "ftp://ci/x", forms),
        ("gs://ci".to_owned(), "gs://ci", "`gs://BUCKET/PREFIX` is expected"),
        ("s3://ci/../x".to_owned(), "s3://ci/../x", "`s3://BUCKET/PREFIX` is expected"),
        ("file://x".to_owned(), "file://x", "`file:///FOLDER` is expected"),
    ] {
        let head = format!("error: invalid value '{shown}' for '--artifacts <URL>': {reason}\n");
        let stderr = format!("{head}\nFor more information, try '--help'.");
        place.refuses(&[&RUN[..], &["--artifacts", &url]].concat(), 2, &stderr);
        place.refuses(&["run", "--show-config", "--artifacts", &url], 2, &stderr);
        place.refuses(&["merge", &url], 2, &format!("error: cannot use `{shown}`: {reason}"));
        for text in [format!("artifacts = '{url}'"), format!("artifacts = '{url}")] {
            let other = Place::scripted(&six());
            other.write("shardwright.toml", text);
            let said = other.call(&RUN);
            assert_eq!(said.code, 5, "{said:?}");
            assert!(!said.stderr.contains(CANARY), "{}", said.stderr);
        }
    }
    let url = "s3://ci/run-1";
    let said = place.call(&["run", "--show-config", "--artifacts", url]);
    assert!(said.code == 0 && said.stdout.contains(url), "{said:?}");
    let said = place.play(&["run", "--dry-run", "--artifacts", url]);
    let told = "the results would be uploaded to s3://ci/run-1\n";
    assert!(said.code == 0 && said.stderr.contains(told), "{said:?}");
}

#[test]
fn names_that_lead_elsewhere_write_nothing() {
    let place = Place::scripted(&six());
    let start = "all-20261122T074915Z-0123456789abcdef";
    for (number, name) in
        ["%252e%252e/%252e%252e/x", "a%252f..%252f..%252fx", "%252E/x", "a//b", "%252E%252E"]
            .iter()
            .enumerate()
    {
        let bucket = Bucket::new(&format!("hostile-{number}"));
        let way = Way::new(|_, _| Fate::Pass);
        assert_eq!(upload(&place, &way, &bucket.url("run-1")).code, 0);
        bucket.put(&format!("run-1/{start}/shards/1/{name}"), b"evil");
        let mut command = place.tool(&["merge", &bucket.url("run-1"), "-o", "merged"]);
        let said = place.answer(bucket.known_to(&mut command));
        assert_eq!(said.code, 5, "{name}: {}", said.stderr);
        assert!(said.stderr.contains("cannot use the object `"), "{}", said.stderr);
        assert!(!place.path("merged").exists());
        assert!(!place.path("../cache/shardwright/x").exists());
    }
    let shared = place.path("shared");
    let url = format!("file://{}", shared.display());
    let said = place.play(&["run", "--artifacts", &url]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    place.write("secret/mine.txt", "mine");
    let own = fs::read_dir(&shared).unwrap().next().unwrap().unwrap().path();
    for (target, link) in [("secret/mine.txt", "shards/1/link.txt"), ("secret", "shards/1/folder")]
    {
        let link = own.join(link);
        std::os::unix::fs::symlink(place.path(target), &link).unwrap();
        let said = place.call(&["merge", &url, "-o", "merged"]);
        assert!(said.code == 5 && said.stderr.contains(": it is a link"), "{said:?}");
        fs::remove_file(link).unwrap();
    }
    assert_eq!(place.call(&["merge", &url, "-o", "merged"]).code, 0);
}

#[test]
fn what_a_newer_version_left_is_named() {
    let (place, bucket) = (Place::scripted(&six()), Bucket::new("newer-version"));
    let way = Way::new(|_, _| Fate::Pass);
    assert_eq!(upload(&place, &way, &bucket.url("run-1")).code, 0);
    bucket.put(&bucket.key("begun.json"), b"{\"format\":\"shardwright.artifacts\",\"version\":2}");
    let mut command = place.tool(&["merge", &bucket.url("run-1"), "-o", "merged"]);
    let said = place.answer(bucket.known_to(&mut command));
    assert_eq!(said.code, 5, "{}", said.stderr);
    assert!(said.stderr.contains("was written by a newer shardwright (version 2"), "{said:?}");
}

#[test]
fn no_credential_is_shown_whatever_is_logged_and_whatever_fails() {
    let bucket = Bucket::new("nothing-shown");
    let ways: [(storage::Way, i32); 3] = [
        (Way::new(|_, _| Fate::Pass), 0),
        (Way::new(|_, _| Fate::Status(400, "ExpiredToken")), 6),
        (
            Way::new(|_, what| {
                if what.contains("summary.md") {
                    Fate::Status(403, "AccessDenied")
                } else {
                    Fate::Pass
                }
            }),
            0,
        ),
    ];
    for (way, code) in ways {
        for format in ["json", "text"] {
            let place = Place::scripted(&six());
            let log = ["--log-format", format, "--log-level", "trace", "-v", "--artifacts"];
            let mut command = place.tool(&[&RUN[..], &log, &[&bucket.url("run-1")]].concat());
            let said = place.answer(way.known_to(&mut command));
            assert_eq!(said.code, code, "{}", said.stderr);
            let shown = format!("{}{}", said.stdout, said.stderr);
            assert!(!shown.contains(CANARY), "{shown}");
            for (path, bytes) in place.files() {
                let text = String::from_utf8_lossy(&bytes).into_owned();
                assert!(!text.contains(CANARY), "{}", path.display());
            }
        }
    }
    for key in bucket.keys() {
        assert!(!String::from_utf8_lossy(&bucket.get(&key)).contains(CANARY), "{key}");
    }
}
