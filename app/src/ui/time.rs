//! Points in time.
use super::{changing, use_lang};
use crate::kernel::{Lang, Timestamp};
use leptos::prelude::*;

/// How much of a point in time is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimeStyle {
    /// Wed 25 Nov, 14:05
    #[default]
    Short,
    /// 25 Nov 2026, 14:05
    Full,
    /// 25 Nov 2026
    Date,
    /// 14:05
    Clock,
    /// 14:05:07
    Seconds,
}

/// Whether the whole page has been hydrated: until then it shows what the server wrote, and does not react everywhere.
#[derive(Clone, Debug)]
pub struct Hydrated(pub ArcRwSignal<bool>);

const MONTHS: [(&str, &str); 12] = [
    ("Jan", "Jan."),
    ("Feb", "Feb."),
    ("Mar", "März"),
    ("Apr", "Apr."),
    ("May", "Mai"),
    ("Jun", "Juni"),
    ("Jul", "Juli"),
    ("Aug", "Aug."),
    ("Sep", "Sept."),
    ("Oct", "Okt."),
    ("Nov", "Nov."),
    ("Dec", "Dez."),
];
const DAYS: [(&str, &str); 7] = [
    ("Thu", "Do"),
    ("Fri", "Fr"),
    ("Sat", "Sa"),
    ("Sun", "So"),
    ("Mon", "Mo"),
    ("Tue", "Di"),
    ("Wed", "Mi"),
];

/// A point in time in words; `at` is shifted to the zone already.
fn words(at: Timestamp, style: TimeStyle, lang: Lang) -> String {
    let (year, month, day, hour, minute, second) = at.civil();
    let pick = |(en, de): (&'static str, &'static str)| if lang == Lang::De { de } else { en };
    let dot = if lang == Lang::De { "." } else { "" };
    let month = pick(MONTHS[usize::from(month.clamp(1, 12) - 1)]);
    // 1970-01-01 was a Thursday
    let weekday = at.0.div_euclid(Timestamp::DAY).rem_euclid(7);
    let weekday = pick(DAYS[usize::try_from(weekday).unwrap_or_default()]);
    match style {
        TimeStyle::Short => format!("{weekday} {day}{dot} {month}, {hour:02}:{minute:02}"),
        TimeStyle::Full => format!("{day}{dot} {month} {year}, {hour:02}:{minute:02}"),
        TimeStyle::Date => format!("{day}{dot} {month} {year}"),
        TimeStyle::Clock => format!("{hour:02}:{minute:02}"),
        TimeStyle::Seconds => format!("{hour:02}:{minute:02}:{second:02}"),
    }
}

/// Shifts a point in time into the browser's zone.
fn local(at: Timestamp) -> Timestamp {
    #[cfg(feature = "hydrate")]
    {
        let date = js_sys::Date::new(&(at.0 as f64).into());
        at.plus(-(date.get_timezone_offset() as i64) * Timestamp::MINUTE)
    }
    #[cfg(not(feature = "hydrate"))]
    at
}

/// A point in time: the server writes UTC and says so, the browser shows its own zone once the page is hydrated.
#[component]
pub fn Time(
    /// When
    #[prop(into)]
    at: Signal<Timestamp>,
    /// How much is said
    #[prop(optional)]
    style: TimeStyle,
) -> impl IntoView {
    let lang = use_lang();
    let hydrated = use_context::<Hydrated>();
    let shown = move || {
        if hydrated.as_ref().is_some_and(|h| h.0.get()) {
            return words(local(at.get()), style, lang);
        }
        let zone = if style == TimeStyle::Date { "" } else { " UTC" };
        words(at.get(), style, lang) + zone
    };
    view! {
        <time class="whitespace-nowrap" datetime=move || at.get().rfc3339()>
            {changing(shown)}
        </time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_said_in_both_languages() {
        let at = Timestamp(1_795_262_400_000 + 5 * Timestamp::MINUTE);
        assert_eq!(words(at, TimeStyle::Short, Lang::En), "Sat 21 Nov, 12:05");
        assert_eq!(words(at, TimeStyle::Full, Lang::De), "21. Nov. 2026, 12:05");
        assert_eq!(words(at, TimeStyle::Date, Lang::En), "21 Nov 2026");
        assert_eq!(
            words(Timestamp(0), TimeStyle::Short, Lang::De),
            "Do 1. Jan., 00:00"
        );
        assert_eq!(
            words(Timestamp(-1), TimeStyle::Short, Lang::En),
            "Wed 31 Dec, 23:59"
        );
    }
}
