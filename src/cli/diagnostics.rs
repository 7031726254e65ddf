//! What the rooms below trace goes in, entries of the log come out.

use std::collections::BTreeMap;
use std::fmt::Debug;

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use crate::cli::log::Log;
use crate::config::flags::log::TARGETS;
use crate::wire::log_v1::{Entry, Level, Scalar};

/// From now on the log gets what is traced, as far as it is wanted. Once in a process.
pub(crate) fn listen(log: &Log) {
    let levels = log.levels().clone();
    let subscriber = tracing_subscriber::registry().with(levels).with(ToLog(log.clone()));
    // Only a second call can fail, and then the first one's log is as good.
    tracing::subscriber::set_global_default(subscriber).ok();
}

struct ToLog(Log);

impl<S: Subscriber> Layer<S> for ToLog {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        // What libraries trace may hold all that they know, credentials included.
        if !TARGETS.contains(&event.metadata().target()) {
            return;
        }
        let mut fields = Fields { event: String::new(), others: BTreeMap::new() };
        event.record(&mut fields);
        let metadata = event.metadata();
        let level = match *metadata.level() {
            tracing::Level::ERROR => Level::Error,
            tracing::Level::WARN => Level::Warn,
            tracing::Level::INFO => Level::Info,
            tracing::Level::DEBUG => Level::Debug,
            tracing::Level::TRACE => Level::Trace,
        };
        let entry = Entry::Diagnostic { event: fields.event, fields: fields.others };
        self.0.tell(metadata.target(), level, &entry);
    }
}

/// Collects the fields of an event; `event` is its name.
struct Fields {
    event: String,
    others: BTreeMap<&'static str, Scalar>,
}

impl Visit for Fields {
    fn record_i64(&mut self, field: &Field, value: i64) {
        self.others.insert(field.name(), Scalar::Number(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.record_i64(field, i64::try_from(value).unwrap_or(i64::MAX));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.others.insert(field.name(), Scalar::Truth(value));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "event" {
            value.clone_into(&mut self.event);
        } else {
            self.others.insert(field.name(), Scalar::Text(value.to_owned()));
        }
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.record_str(field, &format!("{value:?}"));
    }
}
