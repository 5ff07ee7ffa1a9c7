//! How far it got: per cent, bar, rate, counts.
use super::super::{
    live::clock,
    words::{delivery_word, span, through},
};
use super::Followed;
use crate::features::messages::{
    model::{DeliveryState as D, MessageState},
    text,
};
use crate::kernel::{Lang, Timestamp, i18n::number};
use crate::ui::{DeliveryBar, use_lang};
use leptos::prelude::*;
use std::collections::VecDeque;

/// Seconds over which the rate is measured.
const WINDOW: i64 = 6 * Timestamp::SECOND;

/// The card with the bar.
#[component]
pub fn ProgressCard(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let counts = followed.standing.counts;
    let through_all = Memo::new(move |_| counts.with(|c| (through(c), c.total)));
    let percent = Memo::new(move |_| {
        let (n, total) = through_all.get();
        n.saturating_mul(100).checked_div(total).unwrap_or_default()
    });
    let speed = use_rate(followed);
    // spoken at 0, 25, 50, 75 and 100 % only
    let spoken = Memo::new(move |_| percent.get() / 25 * 25);
    let cells = [
        D::Read,
        D::Delivered,
        D::Accepted,
        D::Pending,
        D::Failed,
        D::Skipped,
        D::Cancelled,
    ];
    view! {
        <section class="card" aria-labelledby="progress">
            <div class="p-4 md:p-5 grid gap-4">
                <div class="flex flex-wrap items-baseline gap-x-3">
                    <h2 class="sr" id="progress">
                        {text::progress(lang)}
                    </h2>
                    <span class="figure figure-lg num">{move || format!("{}\u{a0}%", percent.get())}</span>
                    <span class="text-ink-2 num">
                        {move || {
                            let (n, total) = through_all.get();
                            text::through(lang, &number(n), &number(total))
                        }}
                    </span>
                    <span class="ml-auto text-ink-2 num">{move || speed.get()}</span>
                </div>
                <DeliveryBar counts large=true />
                <dl class="grid grid-cols-[repeat(auto-fit,minmax(6.25rem,1fr))] gap-x-2 gap-y-3">
                    {cells.map(|state| view! { <Cell followed state /> }).into_iter().collect_view()}
                </dl>
                <p class="sr" role="status">
                    {move || text::percent_sent(lang, spoken.get())}
                </p>
            </div>
        </section>
    }
}

/// What a state means, below its number.
const fn meaning(lang: Lang, state: D) -> &'static str {
    match state {
        D::Pending => text::waiting_here(lang),
        D::Accepted => text::by_the_gateway(lang),
        D::Delivered => text::on_the_phone(lang),
        D::Read => text::of_those_who_tell(lang),
        D::Failed => text::will_not_arrive(lang),
        D::Skipped => text::left_out(lang),
        D::Cancelled => text::stopped_before(lang),
    }
}

/// One number; those for skipped and cancelled only when there are some.
#[component]
fn Cell(followed: Followed, state: D) -> impl IntoView {
    let lang = use_lang();
    let n = Memo::new(move |_| followed.standing.counts.with(|c| state.count_in(c)));
    let rare = matches!(state, D::Skipped | D::Cancelled);
    let key = match state {
        D::Read => "key key-read",
        D::Delivered => "key key-delivered",
        D::Accepted => "key key-accepted",
        D::Failed => "key key-failed",
        D::Pending | D::Skipped | D::Cancelled => "key key-pending",
    };
    view! {
        <div class:hidden=move || rare && n.get() == 0>
            <dt class="flex items-center gap-2 text-sm text-ink-2">
                <span class=key></span>
                {delivery_word(lang, state)}
            </dt>
            <dd>
                <span class="text-lg font-medium num" class:text-fail-ink=move || state == D::Failed && n.get() != 0>
                    {move || number(n.get())}
                </span>
                <span class="block meta">{meaning(lang, state)}</span>
            </dd>
        </div>
    }
}

/// "344 a second · 8 s left", measured over the last seconds; nothing while it does not move.
fn use_rate(followed: Followed) -> RwSignal<String> {
    let lang = use_lang();
    let words = RwSignal::new(String::new());
    let samples = StoredValue::new(VecDeque::<(i64, u64)>::new());
    Effect::new(move |_| {
        let counts = followed.standing.counts.get();
        if followed.standing.state.get() != MessageState::Sending || counts.pending == 0 {
            samples.set_value(VecDeque::new());
            words.set(String::new());
            return;
        }
        let now = clock();
        let rate = samples.try_update_value(|s| {
            s.push_back((now, through(&counts)));
            while s.len() > 2 && s.front().is_some_and(|(at, _)| now - at > WINDOW) {
                s.pop_front();
            }
            per_second(s)
        });
        let said = match rate.flatten() {
            None => String::new(),
            Some(rate) => {
                let left = span(counts.pending.div_ceil(rate));
                format!(
                    "{} · {}",
                    text::rate(lang, &number(rate)),
                    text::time_left(lang, &left)
                )
            }
        };
        words.set(said);
    });
    words
}

/// Deliveries a second between the first and the last sample; none below one a second or within half a second.
fn per_second(samples: &VecDeque<(i64, u64)>) -> Option<u64> {
    let (first, last) = (samples.front()?, samples.back()?);
    let ms = u64::try_from(last.0 - first.0).ok().filter(|ms| *ms >= 500)?;
    Some(last.1.saturating_sub(first.1).saturating_mul(1_000) / ms).filter(|rate| *rate > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_needs_some_time_and_some_movement() {
        let of = |s: &[(i64, u64)]| per_second(&s.iter().copied().collect());
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[(0, 0), (100, 900)]), None);
        assert_eq!(of(&[(0, 5), (2_000, 5)]), None);
        assert_eq!(of(&[(0, 1_000), (1_000, 1_200), (2_000, 1_688)]), Some(344));
    }
}
