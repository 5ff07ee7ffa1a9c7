//! What people asked for: numbers by day and by command, nothing about who or what.
use super::{state::Builder, words::name_of};
use crate::features::bots::{
    model::{Count, DayCount},
    text,
};
use crate::kernel::{Lang, Uid, i18n::number};
use crate::ui::{Empty, Figure, use_lang};
use leptos::prelude::*;

/// Width of a day in the chart.
const STEP: usize = 10;
/// Height of the chart.
const HIGH: u64 = 60;

/// The pane.
#[component]
pub fn StatisticsPane(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let some = Memo::new(move |_| {
        builder.frame.with(|f| {
            f.statistics
                .commands
                .values()
                .any(|c| c.asked + c.unanswered + c.missed > 0)
        })
    });
    view! {
        <Show
            when=move || some.get()
            fallback=move || {
                view! { <Empty icon="chart-bar" title=text::nothing_asked(lang) text=text::nothing_asked_text(lang) /> }
            }
        >
            <div class="px-(--gutter) py-5 grid gap-5">
                <Figures builder />
                <Chart builder />
                <Table builder />
                <p class="meta">{text::privacy(lang)}</p>
            </div>
        </Show>
    }
}

#[component]
fn Figures(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let sum = move |of: fn(&DayCount) -> u64| {
        Signal::derive(move || {
            let n: u64 = builder.frame.with(|f| f.statistics.by_day.iter().map(of).sum());
            number(n)
        })
    };
    view! {
        <div class="card strip">
            <Figure label=text::column_asked(lang) value=sum(|d| d.asked) />
            <Figure label=text::unanswered(lang) value=sum(|d| d.unanswered) />
        </div>
    }
}

/// One bar a day.
#[component]
fn Chart(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    move || {
        let days = builder.frame.with(|f| f.statistics.by_day.clone());
        let most = days.iter().map(|d| d.asked).max().unwrap_or_default().max(1);
        let bars = days
            .iter()
            .enumerate()
            .map(|(i, day)| {
                let height = day.asked * HIGH / most;
                let words = text::day_of(lang, day_words(day).as_str(), &number(day.asked));
                view! {
                    <rect
                        class="fill-delivered"
                        x=(i * STEP).to_string()
                        y=(HIGH - height).to_string()
                        width=(STEP - 2).to_string()
                        height=height.to_string()
                    >
                        <title>{words}</title>
                    </rect>
                }
            })
            .collect_view();
        let size = format!("0 0 {} {HIGH}", days.len().max(1) * STEP);
        view! {
            <figure class="grid gap-2">
                <figcaption class="meta">{text::per_day(lang)}</figcaption>
                <svg class="chart" viewBox=size role="img" aria-label=chart_words(lang, &days)>
                    {bars}
                </svg>
            </figure>
        }
    }
}

/// `2026-11-21`
fn day_words(day: &DayCount) -> String {
    day.at.rfc3339().chars().take(10).collect()
}

fn chart_words(lang: Lang, days: &[DayCount]) -> String {
    let asked: u64 = days.iter().map(|d| d.asked).sum();
    text::day_of(lang, text::per_day(lang), &number(asked))
}

#[component]
fn Table(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let rows = Memo::new(move |_| {
        let mut rows: Vec<(Uid, String, Count)> = builder.tree.with(|t| {
            let counted = |uid: &Uid| (uid.clone(), name_of(lang, t, uid), builder.count(uid));
            t.start.all().into_iter().map(|n| counted(&n.uid)).collect()
        });
        rows.retain(|(_, _, c)| c.asked + c.unanswered + c.missed > 0);
        rows.sort_by_key(|(_, _, c)| std::cmp::Reverse((c.asked, c.unanswered, c.missed)));
        rows
    });
    let row = move |(uid, name, count): (Uid, String, Count)| {
        view! {
            <tr>
                <th scope="row" class="wide">
                    <button type="button" class="link-plain" on:click=move |_| builder.open(&uid)>
                        {name}
                    </button>
                </th>
                <td class="end num" data-label=text::asked(lang)>
                    {number(count.asked)}
                </td>
                <td class="end num" data-label=text::unanswered(lang)>
                    {number(count.unanswered)}
                </td>
                <td class="end num" data-label=text::missed(lang)>
                    {number(count.missed)}
                </td>
            </tr>
        }
    };
    view! {
        <section class="card" aria-label=text::pane_statistics(lang)>
            <table class="data data-tight data-stack">
                <thead>
                    <tr>
                        <th scope="col">{text::command(lang)}</th>
                        <th scope="col" class="end">
                            {text::asked(lang)}
                        </th>
                        <th scope="col" class="end" title=text::unanswered_help(lang)>
                            {text::unanswered(lang)}
                        </th>
                        <th scope="col" class="end" title=text::missed_help(lang)>
                            {text::missed(lang)}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || rows.get() key=|r| (r.0.clone(), r.1.clone()) children=row />
                </tbody>
            </table>
        </section>
        <dl class="facts facts-tight">
            <div>
                <dt>{text::unanswered(lang)}</dt>
                <dd>{text::unanswered_help(lang)}</dd>
            </div>
            <div>
                <dt>{text::missed(lang)}</dt>
                <dd>{text::missed_help(lang)}</dd>
            </div>
        </dl>
    }
}
