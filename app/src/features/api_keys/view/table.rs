//! Keys as a table.
use crate::features::api_keys::{
    model::{ApiKeyView, DAILY_LIMIT, KeyState},
    text,
};
use crate::kernel::{Timestamp, i18n::number};
use crate::ui::{Button, Look, StateChip, Time, TimeStyle, Variant, use_lang};
use leptos::prelude::*;

/// Keys, those that work first.
#[component]
pub fn KeyTable(
    /// The keys
    keys: Vec<ApiKeyView>,
    /// Asks whether to revoke one
    revoke: Callback<ApiKeyView>,
    /// Says whose they are
    owners: bool,
) -> impl IntoView {
    let lang = use_lang();
    let rows = keys
        .into_iter()
        .map(|key| view! { <Row key_view=key revoke owners /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <th scope="col">{text::key(lang)}</th>
                    {owners.then(|| view! { <th scope="col">{text::owner(lang)}</th> })}
                    <th scope="col">{text::state(lang)}</th>
                    <th scope="col">{text::networks(lang)}</th>
                    <th scope="col">{text::created(lang)}</th>
                    <th scope="col">{text::last_used(lang)}</th>
                    <th scope="col">{text::ends(lang)}</th>
                    <th scope="col" class="end">{text::today(lang)}</th>
                    <th scope="col">
                        <span class="sr">{text::actions(lang)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

#[component]
fn Row(key_view: ApiKeyView, revoke: Callback<ApiKeyView>, owners: bool) -> impl IntoView {
    let lang = use_lang();
    let key = key_view;
    let (icon, word, look) = match key.state {
        KeyState::Active => ("check", text::active(lang), Look::Ok),
        KeyState::Expired => ("calendar-clock", text::expired(lang), Look::Plain),
        KeyState::Revoked => ("ban", text::revoked(lang), Look::Plain),
    };
    let works = key.state == KeyState::Active;
    let today = number(key.requests_today);
    let limit = number(u64::try_from(DAILY_LIMIT).unwrap_or_default());
    let networks = match key.networks.is_empty() {
        true => text::anywhere(lang).to_owned(),
        false => key.networks.join(", "),
    };
    let date = |at: Timestamp| view! { <Time at style=TimeStyle::Date /> };
    let label = text::revoke_which(lang, &key.name);
    let only = key.rights.map(|rights| {
        let names: Vec<_> = rights.iter().map(|right| right.name(lang)).collect();
        text::only(lang, &names.join(", "))
    });
    let own = key.clone();
    view! {
        <tr>
            <th scope="row" class="wide">
                <span class="block clip">{key.name.clone()}</span>
                <span class="meta font-normal tid">{format!("{}…", key.prefix)}</span>
                {only.map(|only| view! { <span class="block meta font-normal">{only}</span> })}
            </th>
            {owners.then(|| view! { <td data-label=text::owner(lang)>{key.owner.clone()}</td> })}
            <td data-label=text::state(lang)>
                <StateChip icon word=word.to_owned() look />
            </td>
            <td class="text-ink-2 num" data-label=text::networks(lang)>
                {networks}
            </td>
            <td class="text-ink-2" data-label=text::created(lang)>
                {date(key.created_at)}
            </td>
            <td class="text-ink-2" data-label=text::last_used(lang)>
                {match key.last_used_at {
                    Some(at) => view! { <Time at /> }.into_any(),
                    None => text::never_used(lang).into_any(),
                }}
            </td>
            <td class="text-ink-2" data-label=text::ends(lang)>
                {match key.expires_at {
                    // the last day on which it works, as it was chosen
                    Some(at) => date(at.plus(-1)).into_any(),
                    None => text::no_end(lang).into_any(),
                }}
            </td>
            <td class="end num whitespace-nowrap" data-label=text::today(lang)>
                {text::of_limit(lang, &today, &limit)}
            </td>
            <td class="end">
                {works
                    .then(|| {
                        view! {
                            <Button
                                variant=Variant::Danger
                                small=true
                                attr:aria-label=label
                                on:click=move |_| revoke.run(own.clone())
                            >
                                {text::revoke(lang)}
                            </Button>
                        }
                    })}
            </td>
        </tr>
    }
}
