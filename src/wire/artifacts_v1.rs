//! What stands in object storage beside the results as JSON, version 1: who began to upload, and
//! what of a shard is whole.

use serde::{Deserialize, Serialize};

use crate::wire::envelope::{self, EnvelopeError};

const FORMAT: &str = "shardwright.artifacts";
const NEWEST: u64 = 1;

/// The files of a shard that were uploaded, all of them. It is written after them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Complete {
    format: String,
    version: u64,
    pub(crate) shard: u32,
    pub(crate) files: Vec<File>,
    /// Files that were too large to be uploaded, by their names from that folder.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) left_out: Vec<String>,
}

/// A file of a shard, at least so long: what grew since was uploaded again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct File {
    /// The name of its object, from the folder of whoever uploaded it.
    pub(crate) key: String,
    /// In bytes.
    pub(crate) size: u64,
    /// What that name would be without the bounds of storage, where it had to be shortened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
}

#[derive(Serialize)]
struct Begun<'a> {
    format: &'static str,
    version: u64,
    /// As in `2/4`; none where all shards were run.
    shard: Option<&'a str>,
    /// RFC 3339.
    at: &'a str,
}

/// What is written before anything is run.
pub(crate) fn begun(shard: Option<&str>, at: &str) -> String {
    line(&Begun { format: FORMAT, version: NEWEST, shard, at })
}

/// Refuses what a newer version of the tool began.
pub(crate) fn check(text: &str) -> Result<(), EnvelopeError> {
    envelope::version(text, FORMAT, NEWEST).map(drop)
}

/// What is written after all files of a shard.
pub(crate) fn complete(shard: u32, files: Vec<File>, left_out: Vec<String>) -> String {
    line(&Complete { format: FORMAT.to_owned(), version: NEWEST, shard, files, left_out })
}

/// Reads it back.
pub(crate) fn read(text: &str) -> Result<Complete, EnvelopeError> {
    check(text)?;
    serde_json::from_str(text).map_err(|error| envelope::of_json(&error))
}

fn line(value: &impl Serialize) -> String {
    let mut text = serde_json::to_string(value).expect("names and numbers are JSON");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::{File, begun, check, complete, read};

    #[test]
    fn what_is_whole_can_be_read_back() {
        let events = "shards/2/events.ndjson".to_owned();
        let mut files = vec![File { key: events, size: 7, name: None }];
        let text = complete(2, files.clone(), Vec::new());
        assert_eq!(
            text,
            "{\"format\":\"shardwright.artifacts\",\"version\":1,\"shard\":2,\"files\":[{\"key\":\
             \"shards/2/events.ndjson\",\"size\":7}]}\n"
        );
        let whole = read(&text).unwrap();
        assert_eq!((whole.shard, &whole.files), (2, &files));
        files[0].name = Some("shards/2/its whole name".to_owned());
        let left_out = vec!["shards/2/out/large".to_owned()];
        let whole = read(&complete(2, files.clone(), left_out.clone())).unwrap();
        assert_eq!((whole.files, whole.left_out), (files, left_out));
        assert!(check(&begun(Some("2/4"), "2026-11-22T07:00:00Z")).is_ok());
        for wrong in ["", "{}", &text[..20], &text.replace("version\":1", "version\":2")] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
