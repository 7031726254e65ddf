//! Uploads of what tests left, whatever that is; in goes a folder, out comes what arrived.

use std::fs;
use std::num::NonZeroU32;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use object_store::path::Path as Key;
use tempfile::TempDir;

use super::put::{self, Failed};
use super::store::Access;
use super::upload::{Upload, Uploaded};
use super::{Options, Start};
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
