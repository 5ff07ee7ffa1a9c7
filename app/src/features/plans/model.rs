//! Plans as browser and server know them.
use super::text;
use crate::kernel::{Lang, Timestamp, i18n::number};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// The code of a plan (reference/broadcast-api.md section 2: identity `type`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PlanCode {
    /// 15 recipients
    O15,
    /// 50 recipients
    O50,
    /// 100 recipients
    O100,
    /// 500 recipients
    #[default]
    O500,
    /// 1 000 recipients
    O1000,
    /// No limit
    Unlimited,
    /// A limit of its own
    Custom,
}

impl PlanCode {
    /// All, from small to large.
    pub const ALL: [Self; 7] = [
        Self::O15,
        Self::O50,
        Self::O100,
        Self::O500,
        Self::O1000,
        Self::Unlimited,
        Self::Custom,
    ];

    /// The name in tables, REST and command line.
    pub const fn code(self) -> &'static str {
        match self {
            Self::O15 => "o15",
            Self::O50 => "o50",
            Self::O100 => "o100",
            Self::O500 => "o500",
            Self::O1000 => "o1000",
            Self::Unlimited => "unlimited",
            Self::Custom => "custom",
        }
    }

    /// The limit that the code itself says; none for `unlimited` and `custom`.
    pub const fn fixed_limit(self) -> Option<u64> {
        match self {
            Self::O15 => Some(15),
            Self::O50 => Some(50),
            Self::O100 => Some(100),
            Self::O500 => Some(500),
            Self::O1000 => Some(1_000),
            Self::Unlimited | Self::Custom => None,
        }
    }

    /// The name for people.
    pub fn name(self, lang: Lang) -> String {
        match (self.fixed_limit(), self) {
            (Some(limit), _) => text::up_to(lang, number(limit)),
            (None, Self::Custom) => text::custom(lang).to_owned(),
            (None, _) => text::unlimited(lang).to_owned(),
        }
    }
}

/// The text names no plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotAPlan;

impl FromStr for PlanCode {
    type Err = NotAPlan;

    fn from_str(s: &str) -> Result<Self, NotAPlan> {
        Self::ALL.into_iter().find(|p| p.code() == s).ok_or(NotAPlan)
    }
}

/// A plan that somebody chooses: the code, and the limit of a custom one.
///
/// As text `o500`, `unlimited`, or `custom:750`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanChoice {
    code: PlanCode,
    custom_limit: u64,
}

impl PlanChoice {
    /// Most recipients a custom plan may name; more is `unlimited`.
    pub const MAX_CUSTOM: u64 = 10_000_000;

    /// The code.
    pub const fn code(&self) -> PlanCode {
        self.code
    }

    /// The recipient limit; none: no limit.
    pub const fn limit(&self) -> Option<u64> {
        match self.code {
            PlanCode::Custom => Some(self.custom_limit),
            code => code.fixed_limit(),
        }
    }
}

impl FromStr for PlanChoice {
    type Err = NotAPlan;

    fn from_str(s: &str) -> Result<Self, NotAPlan> {
        if let Some(limit) = s.strip_prefix("custom:") {
            let limit: u64 = limit.parse().map_err(|_| NotAPlan)?;
            return (1..=Self::MAX_CUSTOM)
                .contains(&limit)
                .then_some(Self {
                    code: PlanCode::Custom,
                    custom_limit: limit,
                })
                .ok_or(NotAPlan);
        }
        match s.parse()? {
            PlanCode::Custom => Err(NotAPlan),
            code => Ok(Self {
                code,
                custom_limit: 0,
            }),
        }
    }
}

impl fmt::Display for PlanChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.code {
            PlanCode::Custom => write!(f, "custom:{}", self.custom_limit),
            code => f.write_str(code.code()),
        }
    }
}

/// An identity's plan, as the cockpit shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanView {
    /// Which plan.
    pub code: PlanCode,
    /// Most recipients; none: no limit.
    pub recipient_limit: Option<u64>,
    /// When it began.
    pub valid_from: Timestamp,
    /// Nothing can be sent from this time on.
    pub valid_until: Timestamp,
    /// Days that have begun and are not over yet; 0: the plan has ended.
    pub days_left: u32,
}

impl PlanView {
    /// Days of the whole term, at least one.
    pub fn term_days(&self) -> u64 {
        u64::try_from(self.valid_until.since(self.valid_from) / Timestamp::DAY)
            .unwrap_or_default()
            .max(1)
    }

    /// Whether nothing can be sent any more.
    pub const fn has_ended(&self) -> bool {
        self.days_left == 0
    }

    /// The name for people: of a custom plan with its limit.
    pub fn name(&self, lang: Lang) -> String {
        match (self.code, self.recipient_limit) {
            (PlanCode::Custom, Some(limit)) => text::up_to(lang, number(limit)),
            (code, _) => code.name(lang),
        }
    }
}

/// Longest term in months.
pub const MAX_MONTHS: u32 = 60;

/// The same time of day, `months` calendar months later; a day that the month does not have becomes its last.
pub fn add_months(at: Timestamp, months: u32) -> Timestamp {
    let (year, month, day, ..) = at.civil();
    let index = year * 12 + i64::from(month) - 1 + i64::from(months);
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let first = days_to(year, month);
    let (next_year, next_month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    let length = days_to(next_year, next_month) - first;
    let days = first + i64::from(day).min(length) - 1;
    Timestamp(days * Timestamp::DAY + at.0.rem_euclid(Timestamp::DAY))
}

/// Days from 1970-01-01 to the first of a month (the inverse of [`Timestamp::civil`]).
const fn days_to(year: i64, month: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let yoe = year.rem_euclid(400);
    let shifted = if month > 2 { month - 3 } else { month + 9 };
    let doy = (153 * shifted + 2) / 5;
    let doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    era * 146_097 + doe - 719_468
}

#[cfg(test)]
mod unit {
    use super::*;

    #[test]
    fn months_are_calendar_months() {
        let later = |at: i64, months| add_months(Timestamp(at), months).rfc3339();
        // 2026-11-21T12:00:00Z
        assert_eq!(later(1_795_262_400_000, 12), "2027-11-21T12:00:00Z");
        assert_eq!(later(1_795_262_400_000, 1), "2026-12-21T12:00:00Z");
        assert_eq!(later(1_795_262_400_000, 2), "2027-01-21T12:00:00Z");
        // 2028-01-31T00:00:00Z: February of a leap year
        assert_eq!(later(1_832_889_600_000, 1), "2028-02-29T00:00:00Z");
        assert_eq!(later(1_832_889_600_000, 13), "2029-02-28T00:00:00Z");
    }

    #[test]
    fn plans_are_read_and_written() {
        for good in ["o15", "o50", "o100", "o500", "o1000", "unlimited", "custom:750"] {
            assert_eq!(
                good.parse::<PlanChoice>().map(|p| p.to_string()),
                Ok(good.to_owned())
            );
        }
        for bad in [
            "",
            "o16",
            "O15",
            "custom",
            "custom:",
            "custom:0",
            "custom:-1",
            "custom:10000001",
        ] {
            assert_eq!(bad.parse::<PlanChoice>(), Err(NotAPlan), "{bad}");
        }
        assert_eq!(
            "custom:750".parse::<PlanChoice>().map(|p| p.limit()),
            Ok(Some(750))
        );
        assert_eq!("unlimited".parse::<PlanChoice>().map(|p| p.limit()), Ok(None));
    }
}
