//! What the user wishes for some tests: those of a project, or those with a tag.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::model::suite::TestCase;

/// Wishes by what they are for. A tag's beats a project's; of several tags the greatest holds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PerTest {
    /// By the name of the project.
    pub(crate) projects: BTreeMap<String, Wish>,
    /// By tag, without its `@`.
    pub(crate) tags: BTreeMap<String, Wish>,
}

/// What is wished; none where nothing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Wish {
    /// So often a failed test is run again in a fresh sandbox.
    pub(crate) retries: Option<u32>,
    /// What a test of which nothing is known is taken to need, on the machine of the history.
    pub(crate) estimate: Option<Duration>,
}

impl PerTest {
    /// As in [`Wish::retries`].
    pub(crate) fn retries(&self, test: &TestCase) -> Option<u32> {
        self.of(test, |wish| wish.retries)
    }

    /// As in [`Wish::estimate`].
    pub(crate) fn estimate(&self, test: &TestCase) -> Option<Duration> {
        self.of(test, |wish| wish.estimate)
    }

    fn of<T: Ord>(&self, test: &TestCase, wished: impl Fn(&Wish) -> Option<T>) -> Option<T> {
        let tags = test.tags.iter().map(|tag| tag.trim_start_matches('@'));
        let by_tag = tags.filter_map(|tag| wished(self.tags.get(tag)?)).max();
        by_tag.or_else(|| wished(self.projects.get(&test.key.project)?))
    }
}

#[cfg(test)]
mod tests {
    use crate::model::id::TestKey;
    use crate::model::per_test::{PerTest, Wish};
    use crate::model::suite::TestCase;

    #[test]
    fn a_tag_beats_a_project_and_of_several_the_greatest_holds() {
        let retries = |retries| Wish { retries: Some(retries), estimate: None };
        let wishes = PerTest {
            projects: [("webkit".to_owned(), retries(9))].into(),
            tags: [("slow".to_owned(), retries(1)), ("flaky".to_owned(), retries(2))].into(),
        };
        let of = |project: &str, tags: &[&str]| {
            let titles = vec!["one".to_owned()];
            let (file, project) = ("a.spec.ts".to_owned(), project.to_owned());
            let key = TestKey { file, project, titles, repeat: 0 };
            let tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
            wishes.retries(&TestCase { key, runner_id: None, tags, line: 1, column: 1 })
        };
        assert_eq!(of("chromium", &[]), None);
        assert_eq!(of("webkit", &["@other"]), Some(9));
        assert_eq!(of("webkit", &["@slow"]), Some(1));
        assert_eq!(of("webkit", &["@slow", "@flaky"]), Some(2));
        assert_eq!(of("chromium", &["@flaky"]), Some(2));
    }
}
