//! Messages as a table: on their page and on the overview.
use super::{
    live::use_standing,
    words::{MessageChip, pause_words, reached},
};
use crate::features::messages::{
    model::{MessageRow, MessageState},
    text,
};
use crate::kernel::{Uid, i18n::number, permission::Right};
use crate::shell::may_in;
use crate::ui::{DeliveryBar, Time, changing, use_lang};
use leptos::prelude::*;

/// Where a message leads: a draft to the composer, any other to its page.
pub fn href_of(identity: &Uid, row: &MessageRow) -> String {
    match row.state {
        MessageState::Draft => format!("/i/{identity}/messages/new?draft={}", row.uid),
        _ => format!("/i/{identity}/messages/{}", row.uid),
    }
}

/// The title, or why there is none.
pub fn title_of(lang: crate::kernel::Lang, row: &MessageRow) -> String {
    match row.title.as_deref().map(str::trim) {
        Some(title) if !title.is_empty() => title.to_owned(),
        _ if row.state == MessageState::Draft => text::no_title(lang).to_owned(),
        _ => text::erased_title(lang).to_owned(),
    }
}

/// Messages, newest first.
#[component]
pub fn MessageTable(
    /// Whose
    identity: Uid,
    /// Rows
    rows: Vec<MessageRow>,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <th scope="col">{text::message(lang)}</th>
                    <th scope="col">{text::state(lang)}</th>
                    <th scope="col" class="w-56">
                        {text::deliveries(lang)}
                    </th>
                    <th scope="col" class="end">
                        {text::reached(lang)}
                    </th>
                    <th scope="col" class="end">
                        {text::when(lang)}
                    </th>
                </tr>
            </thead>
            <tbody>
                {rows
                    .into_iter()
                    .map(|row| view! { <MessageLine identity=identity.clone() row /> })
                    .collect_view()}
            </tbody>
        </table>
    }
}

#[component]
fn MessageLine(identity: Uid, row: MessageRow) -> impl IntoView {
    let lang = use_lang();
    let standing = use_standing(&row);
    let counts = standing.counts;
    let lists = match row.lists.is_empty() {
        true => text::no_lists(lang).to_owned(),
        false => row.lists.join(", "),
    };
    let why = row.pause_reason.map(|reason| pause_words(lang, reason).0);
    let going = move || {
        matches!(
            standing.state.get(),
            MessageState::Queued | MessageState::Sending | MessageState::Paused
        )
    };
    let draft = matches!(row.state, MessageState::Draft | MessageState::NeedsApproval);
    let closed = row.state == MessageState::Draft && !may_in(&identity, Right::Send);
    let title = title_of(lang, &row);
    let below = changing(move || {
        let c = counts.get();
        view! {
            <span class="flex flex-wrap gap-x-3 meta mt-1.5">
                <span class="num">{number(c.total)}</span>
                {(c.failed > 0)
                    .then(|| {
                        view! { <span class="text-fail-ink font-medium num">{text::n_failed(lang, &number(c.failed))}</span> }
                            .into_any()
                    })}
                {(going() && c.pending > 0)
                    .then(|| view! { <span class="num">{text::to_go(lang, &number(c.pending))}</span> }.into_any())}
            </span>
        }
    });
    view! {
        <tr>
            <th scope="row" class="wide max-w-0 w-full max-md:max-w-none">
                {match closed {
                    true => view! { <span class="block clip">{title}</span> }.into_any(),
                    false => {
                        view! {
                            <a class="link-plain block clip" href=href_of(&identity, &row)>
                                {title}
                            </a>
                        }
                            .into_any()
                    }
                }}
                <span class="block meta font-normal clip">{lists}</span>
            </th>
            <td>
                <MessageChip state=standing.state />
                {why.map(|why| view! { <span class="block meta">{why}</span> }.into_any())}
            </td>
            <td class="wide">
                {(!draft)
                    .then(|| {
                        view! {
                            <div class="md:min-w-44">
                                <DeliveryBar counts />
                                {below}
                            </div>
                        }
                            .into_any()
                    })}
            </td>
            <td class="end num max-md:order-1">{changing(move || if draft { String::new() } else { reached(lang, &counts.get()) })}</td>
            <td class="end text-ink-3 whitespace-nowrap">
                <Time at=row.at />
            </td>
        </tr>
    }
}
