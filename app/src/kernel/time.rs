//! Points in time on the wire.
use serde::{Deserialize, Serialize};

/// A point in time: milliseconds since 1970-01-01 UTC, the same number in tables and on the wire.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// One second in milliseconds.
    pub const SECOND: i64 = 1_000;
    /// One minute in milliseconds.
    pub const MINUTE: i64 = 60 * Self::SECOND;
    /// One hour in milliseconds.
    pub const HOUR: i64 = 60 * Self::MINUTE;
    /// One day in milliseconds.
    pub const DAY: i64 = 24 * Self::HOUR;

    /// This many milliseconds later (or earlier, when negative).
    pub const fn plus(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Calendar date and time of day in UTC: year, month 1..=12, day 1..=31, hour, minute, second.
    pub const fn civil(self) -> (i64, u8, u8, u8, u8, u8) {
        let seconds = self.0.div_euclid(1_000);
        let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        // days to calendar date: the well-known era arithmetic of the proleptic Gregorian calendar
        let z = days + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let day = doy - (153 * mp + 2) / 5 + 1;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + if month <= 2 { 1 } else { 0 };
        (
            year,
            month as u8,
            day as u8,
            (rest / 3_600) as u8,
            (rest % 3_600 / 60) as u8,
            (rest % 60) as u8,
        )
    }

    /// The start of a day in UTC: `2026-12-31`, as a date field gives it.
    pub fn from_date(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        if text.len() != 10 || !(1970..=9999).contains(&year) {
            return None;
        }
        // the inverse of the arithmetic in `civil`
        let (year, shifted) = (
            i64::from(year) - i64::from(month <= 2),
            (i64::from(month) + 9) % 12,
        );
        let (era, yoe) = (year.div_euclid(400), year.rem_euclid(400));
        let doe = yoe * 365 + yoe / 4 - yoe / 100 + (153 * shifted + 2) / 5 + i64::from(day) - 1;
        let at = Self((era * 146_097 + doe - 719_468) * Self::DAY);
        // the 30th of February is none
        (at.rfc3339().get(..10) == Some(text)).then_some(at)
    }

    /// `2018-02-28T22:20:04+0000`, the form of the REST API: a numeric zone without colon (reference/broadcast-api.md
    /// section 1.2).
    pub fn rest(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}+0000")
    }

    /// `2018-02-28T22:20:04Z`, for `<time datetime>` and exports.
    pub fn rfc3339(self) -> String {
        let (y, mo, d, h, mi, s) = self.civil();
        format!("{y:04}-{mo:02}-{d:02}T{h:02}:{mi:02}:{s:02}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_the_api_has_them() {
        assert_eq!(Timestamp(1_519_856_404_000).rest(), "2018-02-28T22:20:04+0000");
        assert_eq!(Timestamp(1_709_164_800_999).rfc3339(), "2024-02-29T00:00:00Z");
        assert_eq!(Timestamp(-1).rfc3339(), "1969-12-31T23:59:59Z");
    }

    #[test]
    fn dates_are_read_when_they_exist() {
        for day in [
            "1970-01-01",
            "2000-02-29",
            "2024-02-29",
            "2026-12-31",
            "9999-12-31",
        ] {
            let at = Timestamp::from_date(day).unwrap();
            assert_eq!((&at.rfc3339()[..10], at.0 % Timestamp::DAY), (day, 0));
        }
        for bad in [
            "",
            "2026",
            "2025-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-1-01",
            "1969-12-31",
            "2026-12-3x",
            "2026-12-00",
        ] {
            assert_eq!(Timestamp::from_date(bad), None, "{bad}");
        }
    }
}
