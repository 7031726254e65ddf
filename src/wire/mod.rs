//! The JSON that we promise to others: own types, the version in each file, `From` and `TryFrom`
//! to the model. A newer version than this tool knows is an error; an older one is always read.
//! And what several stages read of others: [`junit`], [`blob`].

pub(crate) mod artifacts_v1;
pub(crate) mod assignment_v1;
pub(crate) mod blob;
pub(crate) mod comparison_v1;
pub(crate) mod configuration_v1;
pub(crate) mod ctrf;
pub(crate) mod diagnosis_v1;
pub(crate) mod envelope;
pub(crate) mod event_v1;
pub(crate) mod findings_v1;
pub(crate) mod forecast_v1;
pub(crate) mod input;
pub(crate) mod junit;
pub(crate) mod lobby_v1;
pub(crate) mod log_v1;
pub(crate) mod plan_v1;
pub(crate) mod queue_state_v1;
pub(crate) mod queue_v1;
pub(crate) mod review_v1;
pub(crate) mod settings_schema;
pub(crate) mod skew_v1;
pub(crate) mod suite_v1;
pub(crate) mod timings_v1;
pub(crate) mod trace;
