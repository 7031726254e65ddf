//! What pytest-split wrote (`.test_durations`) goes in, its tests come out.

use std::collections::BTreeMap;
use std::time::Duration;

use super::source::Content;
use super::{ImportError, Importer, Sample, Source, json};
use crate::model::id::TestKey;
use crate::model::timings::LastResult;

/// `{"tests/test_cart.py::TestCart::test_add[1]": 0.12}`, in seconds; once a list of pairs.
#[derive(Debug)]
pub(super) struct PytestSplit;

impl Importer for PytestSplit {
    fn name(&self) -> &'static str {
        "pytest-split"
    }

    fn about(&self) -> &'static str {
        "the `.test_durations` of pytest-split"
    }

    fn detect(&self, source: &Source) -> bool {
        match &source.content {
            Content::Json { keys, text } if keys.is_empty() => text.trim_start().starts_with('['),
            Content::Json { keys, .. } => keys.iter().all(|key| key.contains("::")),
            Content::Folder | Content::Zip | Content::Xml | Content::JsonLines | Content::Other => {
                false
            }
        }
    }

    fn read(&self, source: &Source) -> Result<Vec<Sample>, ImportError> {
        let text = source.json()?;
        let tests: Vec<(String, f64)> = if text.trim_start().starts_with('[') {
            json::read(&source.path, text, 1)?
        } else {
            let map: BTreeMap<String, f64> = json::read(&source.path, text, 1)?;
            map.into_iter().collect()
        };
        let sample = |(id, seconds): (String, f64)| {
            let duration = Duration::try_from_secs_f64(seconds)
                .map_err(|_| source.broken(format!("the duration of `{id}` is negative")))?;
            let key = key(&id).ok_or_else(|| source.broken(format!("`{id}` names no file")))?;
            Ok(Sample { key, duration: Some(duration), last: LastResult::Passed })
        };
        tests.into_iter().map(sample).collect()
    }
}

/// `file::class::test[parameters]`; what is in the brackets may hold anything.
fn key(id: &str) -> Option<TestKey> {
    let (names, parameters) = id.split_at(id.find('[').unwrap_or(id.len()));
    let mut parts = names.split("::").map(str::to_owned);
    let file = parts.next()?.replace('\\', "/");
    let mut titles: Vec<String> = parts.collect();
    titles.last_mut()?.push_str(parameters);
    Some(TestKey { file, project: String::new(), titles, repeat: 0 })
}
