//! One start of a run goes in, its own folder in the storage comes out. Nobody else writes there.

use object_store::ObjectStoreExt;
use object_store::path::Path as Key;

use super::error::StorageError;
use super::store::{Access, Options, Store};
use crate::wire::artifacts_v1;

/// What is written first, and so shows whether anything can be.
pub(super) const BEGUN: &str = "begun.json";
/// The folder of what says which shards are whole.
pub(super) const COMPLETE: &str = "complete";

/// The folder of this start.
#[derive(Debug, Clone)]
pub(crate) struct Start {
    pub(super) store: Store,
    pub(super) folder: Key,
    /// As in `s3://ci/run-1/all-...`.
    pub(super) name: String,
}

impl Start {
    /// Makes the folder. `shard` is the part that is run, as in `2/4`; `at` is now, as RFC 3339.
    ///
    /// # Errors
    ///
    /// Nothing can be written there.
    pub(crate) async fn begin(
        options: &Options,
        shard: Option<&str>,
        at: &str,
    ) -> Result<Self, StorageError> {
        let place = &options.place;
        if place.scheme.is_folder() {
            let path = &place.folder;
            std::fs::create_dir_all(path)
                .map_err(|source| StorageError::Write { path: path.clone(), source })?;
        }
        let own = own_name(shard, at);
        let folder = place.prefix.clone().join(own.as_str());
        let begun = folder.clone().join(BEGUN);
        let probe = options.open(Access::Probe)?;
        let written = probe.objects.put(&begun, artifacts_v1::begun(shard, at).into());
        let written = probe.probe(written).await?;
        written.map_err(|error| probe.unusable(&error))?;
        let store = options.open(Access::Work)?;
        Ok(Self { store, folder, name: format!("{place}/{own}") })
    }
}

/// As in `shard-2-of-4-20261122T074915Z-93c1f00d5ca1ab1e`: for people, and never the same twice.
fn own_name(shard: Option<&str>, at: &str) -> String {
    let whose = shard.map_or("all".to_owned(), |s| format!("shard-{}", s.replace('/', "-of-")));
    let second = at.split(['.', 'Z']).next().unwrap_or_default();
    let at: String = second.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{whose}-{at}Z-{:016x}", fastrand::u64(..))
}

#[cfg(test)]
mod tests {
    use super::own_name;

    #[test]
    fn every_start_has_a_name_of_its_own_that_people_can_read() {
        let name = || own_name(Some("2/4"), "2026-11-22T07:49:15.123Z");
        assert!(name().starts_with("shard-2-of-4-20261122T074915Z-"), "{}", name());
        assert_ne!(name(), name());
        assert!(own_name(None, "2026-11-22T07:49:15.123Z").starts_with("all-20261122T074915Z-"));
    }
}
