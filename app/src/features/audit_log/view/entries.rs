//! Entries as a table; what each tells opens below it.
use super::place::address;
use crate::features::{
    audit::model::Action,
    audit_log::{
        model::{Line, LogEntry, LogFilter, Place},
        text,
    },
};
use crate::kernel::{Lang, i18n::number};
use crate::ui::{Icon, Time, TimeStyle, use_lang};
use leptos::prelude::*;

/// The entries of a page.
#[component]
pub fn Entries(
    /// Newest first
    entries: Vec<LogEntry>,
    /// What is shown now
    filter: LogFilter,
) -> impl IntoView {
    let lang = use_lang();
    let rows = entries
        .into_iter()
        .map(|entry| view! { <Row entry filter=filter.clone() /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <th scope="col">{text::what(lang)}</th>
                    <th scope="col">{text::who(lang)}</th>
                    <th scope="col">{text::from_where(lang)}</th>
                    <th scope="col" class="end">{text::when(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Who it was, in words.
pub fn who(lang: Lang, kind: &str, name: &str) -> String {
    match (kind, name) {
        ("operator", _) => text::operator(lang).to_owned(),
        ("job", _) => text::server(lang).to_owned(),
        (_, "") => text::set_up(lang).to_owned(),
        (_, name) => name.to_owned(),
    }
}

#[component]
fn Row(entry: LogEntry, filter: LogFilter) -> impl IntoView {
    let lang = use_lang();
    let words = Action::find(&entry.action).map_or(entry.action.clone(), |a| a.words(lang).to_owned());
    let key = (!entry.api_key.is_empty()).then(|| {
        view! { <span class="block meta clip">{text::by_key(lang, &entry.api_key)}</span> }
    });
    let address = match (&entry.address, entry.address_erased) {
        (Some(address), _) => view! { <span class="num">{address.clone()}</span> }.into_any(),
        (None, true) => view! { <span class="text-ink-3">{text::erased(lang)}</span> }.into_any(),
        (None, false) => view! { <span class="text-ink-3" aria-hidden="true">"–"</span> }.into_any(),
    };
    let (name, at, title) = (who(lang, &entry.kind, &entry.name), entry.at, entry.title.clone());
    view! {
        <tr class="align-top">
            <th scope="row" class="wide font-normal">
                <details class="group">
                    <summary class="flex items-start gap-2">
                        <Icon name="chevron-right" class="icon-sm mt-0.5 text-ink-3 group-open:rotate-90" />
                        <span class="min-w-0">
                            <span class="font-medium">{words}</span>
                            {(!title.is_empty()).then(|| view! { <span class="text-ink-2">" " {title}</span> })}
                        </span>
                    </summary>
                    <Details entry filter />
                </details>
            </th>
            <td data-label=text::who(lang)>
                <span class="block clip">{name}</span>
                {key}
            </td>
            <td class="text-ink-2" data-label=text::from_where(lang)>
                {address}
            </td>
            <td class="end text-ink-2" data-label=text::when(lang)>
                <Time at style=TimeStyle::Full />
            </td>
        </tr>
    }
}

#[component]
fn Details(entry: LogEntry, filter: LogFilter) -> impl IntoView {
    let lang = use_lang();
    let about = (!entry.subject.is_empty() && filter.subject != entry.subject).then(|| {
        let filter = LogFilter {
            subject: entry.subject.clone(),
            ..LogFilter::default()
        };
        let href = address(&filter, Place::Newest);
        view! {
            <a class="link" href=href>
                {text::more_about_it(lang)}
            </a>
        }
    });
    let nothing = entry.lines.is_empty();
    let lines = entry
        .lines
        .into_iter()
        .map(|line| view! { <Told line /> })
        .collect_view();
    view! {
        <div class="pl-5.5 pt-2 grid gap-2 text-sm">
            {nothing.then(|| view! { <p class="text-ink-3">{text::nothing_told(lang)}</p> })}
            <dl class="facts facts-tight">
                {lines}
                <div>
                    <dt>{text::entry(lang)}</dt>
                    <dd class="num">
                        {number(entry.seq)} " · " {entry.at.rfc3339()}
                    </dd>
                </div>
                <div>
                    <dt>{text::hash(lang)}</dt>
                    <dd class="wire">{entry.hash}</dd>
                </div>
            </dl>
            {about}
        </div>
    }
}

/// One thing that the entry tells: `was → is`, or only what is.
#[component]
fn Told(line: Line) -> impl IntoView {
    let lang = use_lang();
    let value = move |value: String| match value.as_str() {
        "" => view! { <span class="text-ink-3">{text::empty_value(lang)}</span> }.into_any(),
        "true" => text::yes(lang).into_any(),
        "false" => text::no(lang).into_any(),
        _ => view! { <span class="break-words">{value}</span> }.into_any(),
    };
    let is = value(line.after.unwrap_or_default());
    let shown = match line.before {
        Some(was) => view! {
            <span class="sr">{text::before(lang)} ": "</span>
            <s class="text-ink-3 no-underline">{value(was)}</s>
            " → "
            <span class="sr">{text::after(lang)} ": "</span>
            <strong class="font-medium">{is}</strong>
        }
        .into_any(),
        None => is,
    };
    view! {
        <div>
            <dt>{text::field_name(lang, &line.field)}</dt>
            <dd>{shown}</dd>
        </div>
    }
}
