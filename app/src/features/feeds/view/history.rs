//! `/i/:identity/feeds/:feed/history`: comings and goings by the day, as a picture and as a table.
use super::frame::Frame;
use crate::features::{
    feeds::{
        api::load_feed_history,
        model::{Day, HISTORY_DAYS},
        text,
    },
    lists::view::Place,
};
use crate::kernel::{ErrorCode, Timestamp, i18n::number};
use crate::ui::{Card, Empty, Load, Time, TimeStyle, loading, use_lang};
use leptos::prelude::*;

/// The history of a feed.
#[component]
pub fn FeedHistoryPage() -> impl IntoView {
    view! { <Frame body=|place, _, _| view! { <History place /> } /> }
}

#[component]
fn History(place: Place) -> impl IntoView {
    let lang = use_lang();
    let days = loading(
        move || (place.identity.get(), place.list.get(), place.version.get()),
        |(identity, feed, _)| async move {
            let missing = ErrorCode::NotFound;
            load_feed_history(identity.ok_or(missing.clone())?, feed.ok_or(missing)?).await
        },
    );
    view! {
        <Card title=text::tab_history(lang) name="history">
            <Load resource=days let:days>
                <Shown days />
            </Load>
        </Card>
    }
}

const fn came(day: &Day) -> u64 {
    day.joined + day.added
}

const fn went(day: &Day) -> u64 {
    day.gone + day.removed
}

#[component]
fn Shown(days: Vec<Day>) -> impl IntoView {
    let lang = use_lang();
    if days.is_empty() {
        return view! {
            <Empty icon="chart-bar" title=text::history_none(lang) text=text::history_none_text(lang) />
        }
        .into_any();
    }
    let rows = days
        .iter()
        .rev()
        .map(|day| view! { <Row day=*day /> })
        .collect_view();
    view! {
        <div class="card-body grid gap-3">
            <p class="text-sm text-ink-2">{text::history_lede(lang)}</p>
            <Picture days />
            <p class="meta">{text::refused_help(lang)}</p>
        </div>
        <table class="data data-stack">
            <thead>
                <tr>
                    <th scope="col">{text::day(lang)}</th>
                    <th scope="col" class="end">{text::joined(lang)}</th>
                    <th scope="col" class="end">{text::gone(lang)}</th>
                    <th scope="col" class="end">{text::added(lang)}</th>
                    <th scope="col" class="end">{text::removed(lang)}</th>
                    <th scope="col" class="end">{text::refused(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
    .into_any()
}

/// A bar up for who came and one down for who went, a day each.
#[component]
fn Picture(days: Vec<Day>) -> impl IntoView {
    let lang = use_lang();
    let last = days.last().map_or(0, |d| d.day);
    let most = days
        .iter()
        .map(|d| came(d).max(went(d)))
        .max()
        .unwrap_or(1)
        .max(1);
    let said = text::history_said(lang, days.iter().map(came).sum(), days.iter().map(went).sum());
    let bar = |day: &Day| {
        // half of 40 units each way; a single person is seen too
        let high = |n: u64| if n == 0 { 0 } else { (n * 20).div_ceil(most) };
        let x = (HISTORY_DAYS - 1 - (last - day.day)).max(0) * 4;
        let (up, down) = (high(came(day)), high(went(day)));
        view! {
            <rect class="fill-ink" x=x.to_string() y=(20 - up).to_string() width="3" height=up.to_string()></rect>
            <rect class="fill-ink-3" x=x.to_string() y="21" width="3" height=down.to_string()></rect>
        }
    };
    view! {
        <svg
            class="w-full h-32"
            viewBox=format!("0 0 {} 42", HISTORY_DAYS * 4)
            preserveAspectRatio="none"
            role="img"
            aria-label=said
        >
            <rect class="fill-line" x="0" y="20" width=(HISTORY_DAYS * 4).to_string() height="0.5"></rect>
            {days.iter().map(bar).collect_view()}
        </svg>
    }
}

#[component]
fn Row(day: Day) -> impl IntoView {
    let lang = use_lang();
    // noon: the same day in every zone of Europe
    let at = Timestamp(day.day * Timestamp::DAY + 12 * Timestamp::HOUR);
    let cell = |label: &'static str, n: u64| {
        view! {
            <td class="end num" data-label=label>
                {number(n)}
            </td>
        }
    };
    view! {
        <tr>
            <th scope="row">
                <Time at style=TimeStyle::Date />
            </th>
            {cell(text::joined(lang), day.joined)} {cell(text::gone(lang), day.gone)}
            {cell(text::added(lang), day.added)} {cell(text::removed(lang), day.removed)}
            {cell(text::refused(lang), day.refused)}
        </tr>
    }
}
