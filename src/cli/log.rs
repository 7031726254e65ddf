//! What the tool says beside its results: entries go in, lines on standard error come out, as JSON
//! or, where somebody looks for a mistake, as text.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tracing_subscriber::filter::{LevelFilter, Targets};

use crate::config::flags::log::{LogFlags, LogFormat};
use crate::model::event::UnixMillis;
use crate::report::console::Above;
use crate::report::facts;
use crate::report::text;
use crate::wire::log_v1::{self, Entry, Level};

/// Writes the log. Clones write the same one.
#[derive(Clone)]
pub(crate) struct Log(Arc<Inner>);

struct Inner {
    format: LogFormat,
    levels: Targets,
    /// What has to be taken away while a line is written. Lines do not mix, too.
    above: Mutex<Option<Above>>,
}

impl Log {
    /// As the user wishes. As text nothing is logged unless somebody asks: what a person wants to
    /// know is said in other words.
    pub(crate) fn new(flags: &LogFlags, is_quiet: bool) -> Self {
        let usual = match flags.log_format {
            LogFormat::Text => LevelFilter::OFF,
            LogFormat::Json if is_quiet => LevelFilter::WARN,
            LogFormat::Json => LevelFilter::INFO,
        };
        let levels = flags.log_level.clone().unwrap_or_default();
        let usual = levels.default_level().unwrap_or(usual);
        Self::with(flags.log_format, levels.with_default(usual))
    }

    /// Before it is known how much the user wants to know.
    pub(crate) fn early(format: LogFormat) -> Self {
        let usual = if format == LogFormat::Json { LevelFilter::INFO } else { LevelFilter::OFF };
        Self::with(format, Targets::new().with_default(usual))
    }

    fn with(format: LogFormat, levels: Targets) -> Self {
        Self(Arc::new(Inner { format, levels, above: Mutex::new(None) }))
    }

    /// Whether standard error is JSON.
    pub(crate) fn is_json(&self) -> bool {
        self.0.format == LogFormat::Json
    }

    /// What is logged of which part.
    pub(crate) fn levels(&self) -> &Targets {
        &self.0.levels
    }

    /// Lines are written above this from now on.
    pub(crate) fn keep_above(&self, view: Option<Above>) {
        *self.0.above.lock().unwrap_or_else(PoisonError::into_inner) = view;
    }

    /// Logs what is wanted of a part of the tool. As text that is only what is said in no other way.
    pub(crate) fn tell(&self, target: &str, level: Level, entry: &Entry) {
        if !self.0.levels.would_enable(target, &tracing_level(level)) {
            return;
        }
        if self.is_json() {
            self.always(level, entry);
        } else if matches!(level, Level::Debug | Level::Trace) {
            let words = text::terminal(&log_v1::words(entry));
            let level = if level == Level::Debug { "debug" } else { "trace" };
            self.write(&text::disarmed(&format!("{level} {target}: {words}\n")));
        }
    }

    /// Logs what is always wanted, where standard error is JSON.
    pub(crate) fn always(&self, level: Level, entry: &Entry) {
        if self.is_json() {
            self.write(&text::disarmed_json(&log_v1::line(&now(), level, entry)));
        }
    }

    // A log that cannot be written to must not end the run.
    fn write(&self, line: &str) {
        let above = self.0.above.lock().unwrap_or_else(PoisonError::into_inner);
        let write = || io::stderr().write_all(line.as_bytes()).ok();
        match &*above {
            Some(view) => view.while_away(write),
            None => write(),
        };
    }
}

fn tracing_level(level: Level) -> tracing::Level {
    match level {
        Level::Error => tracing::Level::ERROR,
        Level::Warn => tracing::Level::WARN,
        Level::Info => tracing::Level::INFO,
        Level::Debug => tracing::Level::DEBUG,
        Level::Trace => tracing::Level::TRACE,
    }
}

fn now() -> String {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let at = UnixMillis(u64::try_from(since.as_millis()).unwrap_or(u64::MAX));
    facts::timestamp(at).unwrap_or_default()
}
