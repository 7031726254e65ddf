//! GitHub Actions: one line of JSON for `matrix: ${{ fromJSON(...) }}`.
//!
//! <https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstrategymatrixinclude>

use serde_json::json;

use crate::model::plan::Plan;
use crate::report::matrix::{Matrix, busy};

/// A job for each shard: `matrix.shard`, `matrix.shards`, and both in `matrix.name`.
pub(super) struct Github;

impl Matrix for Github {
    fn name(&self) -> &'static str {
        "github"
    }

    fn about(&self) -> &'static str {
        "For GitHub Actions: the matrix of a job, as JSON"
    }

    fn write(&self, plan: &Plan) -> String {
        let shards = plan.shards.len();
        let job = |number: u32| json!({"shard": number, "shards": shards, "name": format!("{number}/{shards}")});
        let jobs: Vec<_> = busy(plan).map(|shard| job(shard.number.get())).collect();
        format!("{}\n", json!({"include": jobs}))
    }
}
