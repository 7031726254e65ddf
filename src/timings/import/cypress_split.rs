//! What cypress-split wrote (`timings.json`) goes in, the time of each spec file comes out.

use serde::Deserialize;

use super::executions::millis;
use super::{ImportError, Importer, Sample, Source, json};
use crate::model::id::TestKey;
use crate::model::timings::LastResult;

/// `{"durations":[{"spec":"cypress/e2e/a.cy.js","duration":10123}]}`, in milliseconds.
#[derive(Debug)]
pub(super) struct CypressSplit;

#[derive(Deserialize)]
struct File {
    durations: Vec<Spec>,
}

#[derive(Deserialize)]
struct Spec {
    spec: String,
    duration: f64,
}

impl Importer for CypressSplit {
    fn name(&self) -> &'static str {
        "cypress-split"
    }

    fn about(&self) -> &'static str {
        "the timings of cypress-split: whole spec files"
    }

    fn detect(&self, source: &Source) -> bool {
        source.has_key("durations")
    }

    fn read(&self, source: &Source) -> Result<Vec<Sample>, ImportError> {
        let file: File = json::read(&source.path, source.json()?, 1)?;
        let sample = |Spec { spec, duration }: Spec| {
            if duration < 0.0 {
                return Err(source.broken(format!("the duration of `{spec}` is negative")));
            }
            let file = spec.replace('\\', "/");
            Ok(Sample {
                key: TestKey { file, project: String::new(), titles: Vec::new(), repeat: 0 },
                duration: Some(millis(duration)),
                last: LastResult::Passed,
            })
        };
        file.durations.into_iter().map(sample).collect()
    }
}
