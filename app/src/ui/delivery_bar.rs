//! How the deliveries of a message stand, as a bar and in words.
use super::{text, use_lang};
use crate::kernel::{Lang, i18n::number, live::Counts};
use leptos::prelude::*;

/// "3 012 read, 871 delivered, 2 failed": what the bar shows.
pub fn delivery_words(lang: Lang, counts: &Counts) -> String {
    type Words = fn(Lang, &str) -> String;
    let parts: [(u64, Words); 7] = [
        (counts.read, text::n_read),
        (counts.delivered, text::n_delivered),
        (counts.accepted, text::n_accepted),
        (counts.pending, text::n_pending),
        (counts.failed, text::n_failed),
        (counts.skipped, text::n_skipped),
        (counts.cancelled, text::n_cancelled),
    ];
    let words: Vec<String> = parts
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, words)| words(lang, &number(n)))
        .collect();
    if words.is_empty() {
        return text::nobody_yet(lang).to_owned();
    }
    words.join(", ")
}

/// Start and width of read, delivered, accepted, failed; the unit is one delivery. Failed is at least 2 % wide.
fn spans(c: &Counts) -> [(u64, u64); 4] {
    let failed = if c.failed == 0 {
        0
    } else {
        c.failed.max(c.total.div_ceil(50))
    };
    let good = c.read + c.delivered + c.accepted;
    let at = good.min(c.total.saturating_sub(failed));
    [
        (0, c.read),
        (c.read, c.delivered),
        (c.read + c.delivered, c.accepted),
        (at, failed),
    ]
}

/// The bar: read, delivered, accepted, failed; what is pending is the hatched rest.
#[component]
pub fn DeliveryBar(
    /// How the deliveries stand
    #[prop(into)]
    counts: Signal<Counts>,
    /// Higher, for the head of a message
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let lang = use_lang();
    let classes = ["fill-read", "fill-delivered", "fill-accepted", "fill-failed"];
    let rect = move |i: usize| {
        let span = Memo::new(move |_| spans(&counts.get())[i]);
        view! {
            <rect
                class=classes[i]
                x=move || span.get().0.to_string()
                width=move || span.get().1.to_string()
                height="1"
            ></rect>
        }
    };
    view! {
        <svg
            class=if large { "bar bar-lg" } else { "bar" }
            viewBox=move || format!("0 0 {} 1", counts.get().total.max(1))
            preserveAspectRatio="none"
            role="img"
            aria-label=move || delivery_words(lang, &counts.get())
        >
            {rect(0)}
            {rect(1)}
            {rect(2)}
            {rect(3)}
        </svg>
    }
}

/// What the colours of the bar mean.
#[component]
pub fn DeliveryKey() -> impl IntoView {
    let lang = use_lang();
    let keys = [
        ("key key-read", text::read(lang)),
        ("key key-delivered", text::delivered(lang)),
        ("key key-accepted", text::accepted(lang)),
        ("key key-pending", text::pending(lang)),
        ("key key-failed", text::failed(lang)),
    ];
    let item = |(class, word)| {
        view! {
            <span class="flex items-center gap-1.5">
                <span class=class></span>
                {word}
            </span>
        }
    };
    view! { <span class="flex flex-wrap gap-3 meta">{keys.into_iter().map(item).collect_view()}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_is_at_least_two_per_cent_wide_and_stays_inside() {
        let counts = Counts {
            total: 3902,
            read: 3012,
            delivered: 871,
            accepted: 17,
            failed: 2,
            ..Counts::default()
        };
        assert_eq!(spans(&counts), [(0, 3012), (3012, 871), (3883, 17), (3823, 79)]);
        let early = Counts {
            total: 100,
            pending: 89,
            read: 10,
            failed: 1,
            ..Counts::default()
        };
        assert_eq!(spans(&early)[3], (10, 2));
    }

    #[test]
    fn words_name_only_what_there_is() {
        let counts = Counts {
            total: 8412,
            read: 8410,
            failed: 2,
            ..Counts::default()
        };
        assert_eq!(delivery_words(Lang::En, &counts), "8\u{a0}410 read, 2 failed");
        assert_eq!(delivery_words(Lang::De, &Counts::default()), "keine Zustellungen");
    }
}
