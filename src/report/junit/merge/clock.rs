//! The stamps and times of a file's suites go in one by one, when its tests ran comes out.
//!
//! A stamp on a suite is when the suite began (jest, pytest) or when the whole run did (Playwright,
//! nextest). So suites in a row with the same stamp are taken to have run one after another, each as
//! long as it says. Where all have the same one the `time` of the root holds: with Playwright that is
//! the time on the wall, while that of a suite is a sum over workers. Where a file leaves it open it
//! is taken to have ended later rather than earlier: then it is less likely that another one counts
//! as its re-run.

use std::time::Duration;

/// Clocks whose times cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Without a time zone: some clock on some wall.
    Local,
    Universal,
}

/// When a suite says that it began, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    clock: Clock,
    at: i64,
}

impl Stamp {
    /// ISO 8601, with or without a time zone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            return Some(Self { clock: Clock::Universal, at: stamp.as_microsecond() });
        }
        let local = text.parse::<jiff::civil::DateTime>().ok()?;
        let local = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        Some(Self { clock: Clock::Local, at: local.timestamp().as_microsecond() })
    }
}

/// When the tests of a file ran, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) clock: Clock,
    pub(super) begin: i64,
    pub(super) end: i64,
}

/// Takes the times of a file.
#[derive(Debug, Default)]
pub(super) struct Watch {
    span: Option<Span>,
    /// Something ran without a stamp, or with one of another clock.
    is_unclear: bool,
    /// Not all stamps are the same.
    is_mixed: bool,
    /// The stamp of the last suites, and how long those in a row took that have it.
    row: (i64, i64),
    /// Of a test case.
    longest: i64,
}

impl Watch {
    /// Something began then and took so long; others with the same stamp may have run before it.
    pub(super) fn alone(&mut self, stamp: Option<Stamp>, took: Duration) {
        let Some(Stamp { clock, at }) = stamp else {
            self.is_unclear = true;
            return;
        };
        let end = at.saturating_add(micros(took));
        let span = self.span.get_or_insert(Span { clock, begin: at, end });
        self.is_unclear |= span.clock != clock;
        self.is_mixed |= span.begin != at;
        span.begin = span.begin.min(at);
        span.end = span.end.max(end);
    }

    /// A test case; the stamp is that of its suite.
    pub(super) fn case(&mut self, stamp: Option<Stamp>, took: Duration) {
        self.longest = self.longest.max(micros(took));
        self.alone(stamp, took);
    }

    /// A suite that stands in no other one with a stamp.
    pub(super) fn suite(&mut self, stamp: Option<Stamp>, took: Duration) {
        let Some(Stamp { at, .. }) = stamp else { return };
        if self.row.0 != at {
            self.row = (at, 0);
        }
        self.row.1 = self.row.1.saturating_add(micros(took));
        let took = Duration::from_micros(self.row.1.unsigned_abs());
        self.alone(stamp, took);
    }

    /// From when to when, if the file says so; `told` is the time of its root.
    pub(super) fn finish(self, told: Duration) -> Option<Span> {
        let mut span = self.span.filter(|_| !self.is_unclear)?;
        if !self.is_mixed && !told.is_zero() {
            span.end = span.begin.saturating_add(micros(told).max(self.longest));
        }
        Some(span)
    }
}

fn micros(time: Duration) -> i64 {
    i64::try_from(time.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Clock, Span, Stamp, Watch};

    fn stamp(seconds: i64) -> Stamp {
        Stamp { clock: Clock::Universal, at: seconds * 1_000_000 }
    }

    /// Begin and end in seconds of suites with a stamp and a time each.
    fn span(suites: &[(i64, u64)], told: u64) -> Option<(i64, i64)> {
        let mut watch = Watch::default();
        for (at, seconds) in suites {
            watch.case(Some(stamp(*at)), Duration::from_secs(1));
            watch.suite(Some(stamp(*at)), Duration::from_secs(*seconds));
        }
        let span = watch.finish(Duration::from_secs(told))?;
        Some((span.begin / 1_000_000, span.end / 1_000_000))
    }

    #[test]
    fn stamps_are_compared_with_their_like() {
        let parsed = |text| Stamp::parse(text).unwrap();
        let at = parsed("2026-01-01T02:00:00.5+02:00");
        assert_eq!(at, parsed("2026-01-01T00:00:00.500Z"));
        assert!(at.at < parsed("2026-01-01T00:00:00.500001Z").at);
        assert_eq!(at.clock, Clock::Universal);
        assert_eq!(parsed("2026-01-01T00:00:00").clock, Clock::Local);
        assert_eq!(parsed("2026-01-01 00:00:00.123456").clock, Clock::Local);
        assert_eq!(Stamp::parse("Thu, 1 Jan"), None);
    }

    #[test]
    fn a_file_ends_when_its_last_suite_does() {
        assert_eq!(span(&[(10, 5), (20, 5), (12, 30)], 0), Some((10, 42)));
        // Where the suites say when they ran, nobody asks the root: with jest it is a sum.
        assert_eq!(span(&[(10, 5), (20, 5)], 900), Some((10, 25)));
    }

    #[test]
    fn suites_with_the_same_stamp_ran_one_after_another_unless_the_root_knows() {
        assert_eq!(span(&[(10, 5), (10, 6)], 0), Some((10, 21)));
        assert_eq!(span(&[(10, 5), (10, 6), (11, 2)], 0), Some((10, 21)));
        assert_eq!(span(&[(10, 50), (10, 60)], 30), Some((10, 40)));
        assert_eq!(span(&[(10, 50), (10, 60)], 500), Some((10, 510)));
    }

    #[test]
    fn a_file_with_a_test_case_of_no_time_says_none() {
        assert_eq!(span(&[], 5), None);
        let mut watch = Watch::default();
        watch.case(Some(stamp(1)), Duration::ZERO);
        watch.case(None, Duration::ZERO);
        assert_eq!(watch.finish(Duration::ZERO), None);
        let mut watch = Watch::default();
        watch.case(Some(stamp(1)), Duration::MAX);
        watch.case(Some(Stamp { clock: Clock::Local, at: 1 }), Duration::ZERO);
        assert_eq!(watch.finish(Duration::ZERO), None);
        let mut watch = Watch::default();
        watch.case(Some(stamp(1)), Duration::MAX);
        let end = i64::MAX;
        let expected = Span { clock: Clock::Universal, begin: 1_000_000, end };
        assert_eq!(watch.finish(Duration::ZERO), Some(expected));
    }
}
