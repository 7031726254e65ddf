//! Uploads of what tests left, whatever that is; in goes a folder, out comes what arrived.

use std::fs;
use std::net::TcpListener;
use std::num::NonZeroU32;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Duration;

use object_store::path::Path as Key;
use tempfile::TempDir;
use tokio::time::Instant;

use super::bounds::MOST_OF_A_FILE;
use super::download::{self, Fetched};
use super::put::{self, Failed};
use super::store::Access;
use super::upload::{Upload, Uploaded};
use super::{Options, Start, StorageError};
use crate::model::id::ShardNumber;

/// An output folder, and a storage in a folder beside it.
struct Scene(TempDir);

impl Scene {
    fn new() -> Self {
        let scene = Self(tempfile::tempdir().unwrap());
        scene.write("output/plan.json", "{}");
        scene.write("output/shards/1/events.ndjson", "{}");
        fs::create_dir(scene.path("storage")).unwrap();
        scene
    }

    fn path(&self, inner: &str) -> PathBuf {
        self.0.path().join(inner)
    }

    fn write(&self, inner: &str, text: &str) {
        let path = self.path(inner);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn options(&self) -> Options {
        let url = format!("file://{}", self.path("storage").display());
        Options { place: url.parse().unwrap(), variables: Vec::new() }
    }

    /// All of shard 1 is uploaded.
    async fn uploaded(&self) -> Uploaded {
        let start = Start::begin(&self.options(), None, "2026-11-22T07:49:15Z").await.unwrap();
        let upload = Upload::begin(start, &self.path("output"));
        upload.finish(&[shard()], &[]).await
    }

    /// All that was uploaded, below `merged`.
    async fn downloaded(&self) -> Fetched {
        let mut all = download::fetch(&self.options(), &self.path("merged")).await.unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// Uploads a file that was listed.
    async fn put(&self, inner: &str) -> Result<u64, Failed> {
        let store = self.options().open(Access::Work).unwrap();
        let file = (self.path("output"), PathBuf::from(inner));
        put::file(store.objects, Key::from("it"), file).await
    }
}

fn shard() -> ShardNumber {
    NonZeroU32::MIN.into()
}

#[tokio::test]
async fn a_file_in_whose_place_a_link_was_put_since_it_was_listed_is_not_read() {
    let scene = Scene::new();
    scene.write("secret/credentials", "secret");
    scene.write("output/shards/1/attempt-1/out/credentials", "mine");
    scene.put("shards/1/attempt-1/out/credentials").await.unwrap();
    let out = scene.path("output/shards/1/attempt-1/out");
    fs::remove_file(out.join("credentials")).unwrap();
    symlink(scene.path("secret/credentials"), out.join("credentials")).unwrap();
    for name in ["out/credentials", "link/credentials"] {
        // Of the folders above it, too.
        let _ = symlink(scene.path("secret"), out.parent().unwrap().join("link"));
        let failed = scene.put(&format!("shards/1/attempt-1/{name}")).await.unwrap_err();
        assert!(matches!(&failed, Failed::File(why) if why.contains("a link")), "{failed:?}");
    }
    assert_eq!(fs::read_to_string(scene.path("storage/it")).unwrap(), "mine");
}

#[tokio::test]
async fn a_pipe_in_the_place_of_a_file_is_not_waited_for() {
    let scene = Scene::new();
    let made =
        std::process::Command::new("mkfifo").arg(scene.path("output/shards/1/pipe")).status();
    assert!(made.unwrap().success());
    let failed = scene.put("shards/1/pipe").await.unwrap_err();
    assert!(matches!(&failed, Failed::File(why) if why == "it is not a regular file"));
    // Where it is one at once, it is no file of the shard.
    let uploaded = scene.uploaded().await;
    assert!(uploaded.missing.is_empty() && uploaded.shards.is_empty(), "{uploaded:?}");
}

#[tokio::test]
async fn names_that_are_too_long_for_storage_come_back_whole() {
    let scene = Scene::new();
    // Three bytes for each character, and nine in the name of an object.
    let title = "\u{30ed}\u{30b0}\u{30a4}\u{30f3}".repeat(11);
    let deep = vec!["a folder with a name"; 60].join("/");
    let out = "shards/1/attempt-1/out";
    let names = [format!("{out}/{title}/{title}.png"), format!("{out}/{deep}/trace.zip")];
    for name in &names {
        scene.write(&format!("output/{name}"), name);
    }
    let uploaded = scene.uploaded().await;
    assert!(uploaded.missing.is_empty() && uploaded.shards.is_empty(), "{uploaded:?}");
    let fetched = scene.downloaded().await;
    assert!(fetched.partial.is_empty() && fetched.left_out.is_empty(), "{fetched:?}");
    for name in &names {
        assert_eq!(&fs::read_to_string(fetched.folder.join(name)).unwrap(), name);
    }
}

#[tokio::test]
async fn what_this_machine_cannot_name_is_left_out_and_the_rest_is_there() {
    let scene = Scene::new();
    let long = "a".repeat(300);
    let start = "storage/all-20261122T074915Z-0123456789abcdef";
    let events = "shards/1/events.ndjson";
    scene.write(&format!("{start}/{events}"), "{}");
    scene.write(&format!("{start}/shards/1/out/a~1.txt"), "text");
    let complete = |name: &str| {
        format!(
            "{{\"format\":\"shardwright.artifacts\",\"version\":1,\"shard\":1,\"files\":[{{\"key\":\
             \"shards/1/out/a~1.txt\",\"size\":4,\"name\":\"{name}\"}}]}}"
        )
    };
    scene.write(&format!("{start}/complete/1.json"), &complete(&format!("shards/1/out/{long}")));
    let fetched = scene.downloaded().await;
    let why = "its name is too long for this machine".to_owned();
    assert_eq!(
        fetched.left_out.into_iter().collect::<Vec<_>>(),
        [(format!("shards/1/out/{long}"), why)]
    );
    assert!(fetched.partial.is_empty() && fetched.folder.join(events).is_file());
    for name in ["shards/2/x", "shards/1/../../x", "shards/1/%2e%2e/x", "plan.json", "/x"] {
        scene.write(&format!("{start}/complete/1.json"), &complete(name));
        let fetched =
            download::fetch(&scene.options(), &scene.path(&format!("other/{name}x"))).await;
        assert!(matches!(fetched, Err(StorageError::Name { .. })), "{name}: {fetched:?}");
    }
}

/// A file of this length that takes no room on the disk.
fn sparse(path: &Path, length: u64) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::File::create(path).unwrap().set_len(length).unwrap();
}

#[tokio::test]
async fn a_file_of_a_test_that_is_too_large_is_left_out_and_named() {
    let scene = Scene::new();
    let (name, events) = ("shards/1/attempt-1/out/hole.bin", "shards/1/events.ndjson");
    sparse(&scene.path(&format!("output/{name}")), MOST_OF_A_FILE + 1);
    let uploaded = scene.uploaded().await;
    assert!(uploaded.missing.is_empty() && uploaded.shards.is_empty(), "{uploaded:?}");
    assert_eq!(uploaded.left_out[Path::new(name)], "it is larger than 2 GB");
    let fetched = scene.downloaded().await;
    assert!(fetched.partial.is_empty() && fetched.left_out.contains_key(name), "{fetched:?}");
    // Without its events, a shard is none.
    sparse(&scene.path(&format!("output/{events}")), MOST_OF_A_FILE + 1);
    let uploaded = scene.uploaded().await;
    assert_eq!((uploaded.shards.len(), uploaded.missing.len()), (1, 1), "{uploaded:?}");
    assert!(uploaded.missing.contains_key(Path::new(events)), "{uploaded:?}");
}

#[tokio::test]
async fn what_is_too_large_in_a_storage_is_not_downloaded() {
    let scene = Scene::new();
    scene.uploaded().await;
    let start = fs::read_dir(scene.path("storage")).unwrap().next().unwrap().unwrap().path();
    let hole = "shards/1/attempt-1/out/hole.bin";
    sparse(&start.join(hole), MOST_OF_A_FILE + 1);
    let fetched = scene.downloaded().await;
    assert_eq!(fetched.left_out[hole], "it is larger than 2 GB");
    assert!(fetched.partial.is_empty() && !fetched.folder.join(hole).exists());
    fs::remove_dir_all(&fetched.folder).unwrap();
    sparse(&start.join("shards/1/events.ndjson"), MOST_OF_A_FILE + 1);
    let fetched = scene.downloaded().await;
    assert!(fetched.partial[&1].contains("events.ndjson"), "{fetched:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_looked_at_makes_its_shard_not_whole() {
    let scene = Scene::new();
    // For root every folder is open, but no path is longer than the system allows.
    let below = |first: &str| format!("{first}/{}", vec!["a".repeat(200); 12].join("/"));
    let (deep, other) = (below("output/shards/1/attempt-1/out"), below("other"));
    scene.write(&format!("{deep}/a.txt"), "a");
    scene.write(&format!("{other}/b.txt"), "b");
    fs::rename(scene.path("other"), scene.path(&format!("{deep}/other"))).unwrap();
    let uploaded = scene.uploaded().await;
    assert_eq!(uploaded.shards, [shard()], "{uploaded:?}");
    let (path, why) = uploaded.missing.first_key_value().unwrap();
    assert!(path.starts_with("shards/1/attempt-1/out") && why.contains("too long"), "{why}");
    // All else is there.
    assert!(uploaded.files >= 3, "{uploaded:?}");
    let fetched = scene.downloaded().await;
    assert_eq!(fetched.partial[&1], "its upload did not come to its end");
}

#[tokio::test]
async fn names_that_are_no_text_do_not_write_over_each_other() {
    use std::os::unix::ffi::OsStrExt;
    let scene = Scene::new();
    let out = scene.path("output/shards/1/attempt-1/out");
    fs::create_dir_all(&out).unwrap();
    for name in [&b"a\xff.txt"[..], b"a\xfe.txt"] {
        fs::write(out.join(std::ffi::OsStr::from_bytes(name)), name).unwrap();
    }
    let uploaded = scene.uploaded().await;
    assert!(uploaded.missing.is_empty() && uploaded.shards.is_empty(), "{uploaded:?}");
    let fetched = scene.downloaded().await;
    let files = fs::read_dir(fetched.folder.join("shards/1/attempt-1/out")).unwrap();
    let mut texts: Vec<_> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    texts.sort();
    assert_eq!(texts, [b"a\xfe.txt", b"a\xff.txt"]);
}

/// S3 on a server of this machine.
fn served(port: u16) -> Options {
    let variables = [
        ("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
        ("AWS_ACCESS_KEY_ID", "key".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).to_vec();
    Options { place: "s3://bucket/x".parse().unwrap(), variables }
}

/// A server that takes connections and never says anything.
fn silent() -> (TcpListener, Options) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, served(port))
}

/// Time goes as fast as there is nothing to do.
#[tokio::test(start_paused = true)]
async fn who_has_not_begun_waits_for_half_a_minute() {
    let (_listener, options) = silent();
    let began = Instant::now();
    let refused = Start::begin(&options, None, "2026-11-22T07:49:15Z").await.unwrap_err();
    let StorageError::Unusable { source, .. } = refused else { panic!("{refused:?}") };
    assert_eq!(source.0, "nobody answered within 30 s");
    let folder = tempfile::tempdir().unwrap();
    download::fetch(&options, folder.path()).await.unwrap_err();
    assert_eq!(began.elapsed().as_secs(), 60);
}

/// What is left when a run has ended, three shards of which have a file.
async fn left_over(options: &Options) -> (Uploaded, Duration) {
    let scene = Scene::new();
    scene.write("output/shards/2/events.ndjson", "{}");
    scene.write("output/shards/3/events.ndjson", "{}");
    scene.write("output/index.html", "");
    let store = options.open(Access::Work).unwrap();
    let start = Start { store, folder: Key::from("x/all"), name: "s3://bucket/x/all".to_owned() };
    let upload = Upload::begin(start, &scene.path("output"));
    let began = Instant::now();
    let shards: Vec<ShardNumber> = (1..=3).map(|n| NonZeroU32::new(n).unwrap().into()).collect();
    let uploaded = upload.finish(&shards, &["index.html"]).await;
    assert_eq!(uploaded.shards, shards);
    (uploaded, began.elapsed())
}

#[tokio::test(start_paused = true)]
async fn an_upload_to_who_never_answers_ends_at_its_deadline() {
    let (_listener, options) = silent();
    let (uploaded, took) = left_over(&options).await;
    assert_eq!(took.as_secs(), 30 * 60);
    assert_eq!(uploaded.missing.len(), 5, "{uploaded:?}");
}

#[tokio::test(start_paused = true)]
async fn after_the_first_that_nobody_answers_nothing_is_tried() {
    // Nobody listens there any more.
    let (listener, options) = silent();
    drop(listener);
    let (uploaded, _) = left_over(&options).await;
    for name in ["shards/2/events.ndjson", "shards/3/events.ndjson", "index.html"] {
        let why = &uploaded.missing[Path::new(name)];
        assert_eq!(why, "not tried after nobody answered", "{name}: {uploaded:?}");
    }
}
