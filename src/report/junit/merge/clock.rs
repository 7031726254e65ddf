//! The stamps and times of a file's suites go in one by one, when its tests ran comes out.
//!
//! A stamp on a suite is when the suite began (jest, pytest) or when the whole run did (Playwright,
//! nextest). So suites in a row with the same stamp are taken to have run one after another, each as
//! long as it says. Where all have the same one the `time` of the root holds: with Playwright that is
//! the time on the wall, while that of a suite is a sum over workers. Where a file leaves it open it
//! is taken to have ended later rather than earlier: then it is less likely that another one counts
//! as its re-run. A stamp in whole seconds may be a second late, and a file that does not tell how
//! long it ran says no time at all.

use std::time::Duration;

use crate::wire::junit::time::readable;

/// Clocks whose times cannot be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clock {
    /// Without a time zone: some clock on some wall, and not the same one in every file.
    Local,
    Universal,
}

/// When a suite says that it began, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp {
    clock: Clock,
    at: i64,
    /// By how much it may have been later: what the text leaves out.
    grain: i64,
}

impl Stamp {
    /// ISO 8601, with or without a time zone.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            let at = stamp.as_microsecond();
            return Some(Self { clock: Clock::Universal, at, grain: grain(text) });
        }
        let local = text.parse::<jiff::civil::DateTime>().ok()?;
        let local = local.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
        let at = local.timestamp().as_microsecond();
        Some(Self { clock: Clock::Local, at, grain: grain(text) })
    }
}

/// In microseconds: what the digits after the last one of a time could come to.
fn grain(text: &str) -> i64 {
    const SECOND: i64 = 1_000_000;
    let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
    let time = time.split(['Z', 'z', '+', '-', '[', ' ']).next().unwrap_or(time);
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let unit = match (time.split_once(['.', ',']), digits(time)) {
        (Some((_, fraction)), _) => {
            let digits = u32::try_from(digits(fraction)).unwrap_or(u32::MAX).min(6);
            SECOND / 10_i64.pow(digits)
        }
        (None, 5..) => SECOND,
        (None, 3..=4) => 60 * SECOND,
        (None, 1..=2) => 60 * 60 * SECOND,
        (None, 0) => 24 * 60 * 60 * SECOND,
    };
    unit - 1
}

/// When the tests of a file ran, in microseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) clock: Clock,
    pub(super) begin: i64,
    pub(super) end: i64,
}

impl Span {
    /// Its end as [`Watch::ended`] reads it; none beyond what a calendar holds.
    pub(super) fn end_text(&self) -> Option<String> {
        let end = format!("{:.6}", jiff::Timestamp::from_microsecond(self.end).ok()?);
        Some(match self.clock {
            Clock::Universal => end,
            Clock::Local => end.trim_end_matches('Z').to_owned(),
        })
    }
}

/// Takes the times of a file.
#[derive(Debug, Default)]
pub(super) struct Watch {
    span: Option<Span>,
    /// Something ran without a stamp, with one of another clock, or for nobody knows how long.
    is_unclear: bool,
    /// Something does not tell how long it ran, but for the root.
    is_open: bool,
    /// Of anything.
    most: i64,
    /// The last that a test case says of itself, where files were joined before.
    ended: Option<Stamp>,
    /// Of all stamps, the coarsest.
    grain: i64,
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
        self.most = self.most.max(micros(took));
        let Some(Stamp { clock, at, grain }) = stamp else {
            self.is_unclear = true;
            return;
        };
        self.grain = self.grain.max(grain);
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

    /// Reads a time; after one that cannot be read nobody knows when the file ended.
    pub(super) fn read(&mut self, text: &str) -> Option<Duration> {
        let time = readable(text);
        self.is_unclear |= time.is_none();
        time
    }

    /// Something says itself when it ended.
    pub(super) fn ended(&mut self, text: &str) {
        match Stamp::parse(text) {
            Some(stamp) => {
                let last = *self.ended.get_or_insert(stamp);
                self.is_unclear |= last.clock != stamp.clock;
                self.ended = Some(if last.at < stamp.at { stamp } else { last });
            }
            None => self.is_unclear = true,
        }
    }

    /// Takes in whether a suite does not tell how long it ran, and neither does one around it.
    pub(super) fn open(&mut self, is_open: bool) {
        self.is_open |= is_open;
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
        let by_root = !self.is_mixed && !told.is_zero();
        let is_told = by_root || self.most > 0 && !self.is_open;
        let mut span = self.span.filter(|_| is_told && !self.is_unclear)?;
        if by_root {
            span.end = span.begin.saturating_add(micros(told).max(self.longest));
        }
        span.end = span.end.saturating_add(self.grain);
        if let Some(Stamp { clock, at, grain }) = self.ended {
            span.end = span.end.max(at.saturating_add(grain));
            return Some(span).filter(|span| span.clock == clock);
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
        Stamp { clock: Clock::Universal, at: seconds * 1_000_000, grain: 0 }
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
        assert_eq!(at.at, parsed("2026-01-01T00:00:00.500Z").at);
        assert!(at.at < parsed("2026-01-01T00:00:00.500001Z").at);
        assert_eq!(at.clock, Clock::Universal);
        assert_eq!(parsed("2026-01-01T00:00:00").clock, Clock::Local);
        assert_eq!(parsed("2026-01-01 00:00:00.123456").clock, Clock::Local);
        assert_eq!(Stamp::parse("Thu, 1 Jan"), None);
    }

    #[test]
    fn a_stamp_may_be_as_late_as_the_digits_that_it_leaves_out() {
        for (text, grain) in [
            ("2026-01-01T00:00:00.123456789Z", 0),
            ("2026-01-01 00:00:00.123456", 0),
            ("2026-01-01T00:00:00,123+02:00", 999),
            ("2026-01-01T00:00:00.1-02:30", 99_999),
            ("2026-01-01T00:00:00", 999_999),
            ("2026-01-01t00:00:00z", 999_999),
            ("20260101T000000Z", 999_999),
            ("2026-01-01T00:00+02:00", 59_999_999),
            ("2026-01-01T00", 3_599_999_999),
            ("2026-01-01", 86_399_999_999),
        ] {
            assert_eq!(Stamp::parse(text).unwrap().grain, grain, "{text}");
        }
        let mut watch = Watch::default();
        watch.case(
            Some(Stamp { clock: Clock::Universal, at: 5, grain: 7 }),
            Duration::from_micros(3),
        );
        assert_eq!(watch.finish(Duration::ZERO).map(|span| span.end), Some(15));
        let mut watch = Watch::default();
        watch.case(Some(Stamp { clock: Clock::Universal, at: 5, grain: 7 }), Duration::ZERO);
        assert_eq!(watch.finish(Duration::from_micros(9)).map(|span| span.end), Some(21));
    }

    #[test]
    fn an_end_is_read_back_as_it_was() {
        for clock in [Clock::Universal, Clock::Local] {
            let span = Span { clock, begin: 0, end: 1_700_000_000_000_001 };
            let stamp = Stamp { clock, at: span.end, grain: 0 };
            assert_eq!(Stamp::parse(&span.end_text().unwrap()), Some(stamp));
        }
        let endless = Span { clock: Clock::Local, begin: 0, end: i64::MAX };
        assert_eq!(endless.end_text(), None);
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
        watch.case(Some(Stamp { clock: Clock::Local, at: 1, grain: 0 }), Duration::ZERO);
        assert_eq!(watch.finish(Duration::ZERO), None);
        let mut watch = Watch::default();
        watch.case(Some(stamp(1)), Duration::MAX);
        let end = i64::MAX;
        let expected = Span { clock: Clock::Universal, begin: 1_000_000, end };
        assert_eq!(watch.finish(Duration::ZERO), Some(expected));
    }
}
