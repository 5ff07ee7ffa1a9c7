//! A table of recipients.
use crate::features::recipients::{
    model::{Recipient, RecipientState},
    text,
};
use crate::kernel::{ThreemaId, i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{Button, IconButton, Look, SortHeader, StateChip, Tid, use_lang};
use leptos::prelude::*;

/// Whether somebody can be reached: icon and word.
#[component]
pub fn StateWord(
    /// The state
    state: RecipientState,
) -> impl IntoView {
    let (icon, look) = match state {
        RecipientState::NotFetched => ("hourglass", Look::Plain),
        RecipientState::Reachable => ("check", Look::Ok),
        RecipientState::Unknown => ("circle-alert", Look::Warn),
        RecipientState::KeyChanged => ("triangle-alert", Look::Warn),
        RecipientState::Revoked => ("circle-minus", Look::Plain),
    };
    view! { <StateChip icon word=text::state_word(use_lang(), state) look /> }
}

/// Recipients with name, ID, category, language and state; with ticks when there is a choice.
#[component]
pub fn RecipientTable(
    /// The rows
    rows: Vec<Recipient>,
    /// Who is chosen; none: nobody can be
    #[prop(optional)]
    chosen: Option<RwSignal<Vec<ThreemaId>>>,
    /// Shows in how many lists they are
    #[prop(optional)]
    places: bool,
    /// Edits somebody
    edit: Callback<Recipient>,
    /// Compares the keys of somebody who is held
    compare: Callback<Recipient>,
) -> impl IntoView {
    let lang = use_lang();
    let all: Vec<_> = rows.iter().map(|r| r.threema_id).collect();
    let rows = rows
        .into_iter()
        .map(|recipient| view! { <Row recipient chosen places edit compare /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    {chosen
                        .map(|chosen| {
                            view! {
                                <th scope="col" class="w-8">
                                    <TickAll all chosen />
                                </th>
                            }
                        })} <SortHeader name="name" label=text::name(lang) />
                    <SortHeader name="id" label=text::threema_id(lang) />
                    <th scope="col">{text::category(lang)}</th>
                    <th scope="col">{text::language(lang)}</th>
                    {places.then(|| view! { <th scope="col" class="end">{text::in_lists(lang)}</th> })}
                    <th scope="col">{text::state(lang)}</th>
                    <th scope="col">
                        <span class="sr">{text::actions(lang)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

/// Chooses the whole page, or nobody of it.
#[component]
fn TickAll(all: Vec<ThreemaId>, chosen: RwSignal<Vec<ThreemaId>>) -> impl IntoView {
    let lang = use_lang();
    let every =
        |chosen: &[ThreemaId], all: &[ThreemaId]| !all.is_empty() && all.iter().all(|id| chosen.contains(id));
    let shown = all.clone();
    let switch = move |_| {
        chosen.update(|chosen| {
            let on = !every(chosen, &all);
            chosen.retain(|id| !all.contains(id));
            if on {
                chosen.extend(&all);
            }
        });
    };
    view! {
        <input
            class="tick"
            type="checkbox"
            aria-label=text::choose_all(lang)
            prop:checked=move || chosen.with(|c| every(c, &shown))
            on:change=switch
        />
    }
}

#[component]
fn Row(
    recipient: Recipient,
    chosen: Option<RwSignal<Vec<ThreemaId>>>,
    places: bool,
    edit: Callback<Recipient>,
    compare: Callback<Recipient>,
) -> impl IntoView {
    let lang = use_lang();
    let (id, name, shown) = (recipient.threema_id, recipient.name(), recipient.shown());
    let selected = move || chosen.map(|c| c.with(|c| c.contains(&id)).to_string());
    let tick = chosen.map(|chosen| {
        let switch = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|c| *c == id) {
                Some(i) => drop(chosen.remove(i)),
                None => chosen.push(id),
            });
        };
        view! {
            <td>
                <input
                    class="tick"
                    type="checkbox"
                    aria-label=text::choose(lang, &shown)
                    prop:checked=move || chosen.with(|c| c.contains(&id))
                    on:change=switch
                />
            </td>
        }
    });
    let name = match name.is_empty() {
        true => view! { <span class="text-ink-3 font-normal">{text::nameless(lang)}</span> }.into_any(),
        false => name.into_any(),
    };
    // rows are still shown while the next ones load: what their buttons need must not end with their owner
    let (to_edit, to_compare) = (recipient.clone(), recipient.clone());
    let may = use_right(Right::Recipients).get_untracked();
    let held = (may && recipient.held.is_some()).then(|| {
        view! {
            <Button small=true on:click=move |_| compare.run(to_compare.clone())>
                {text::compare(lang)}
            </Button>
        }
    });
    view! {
        <tr aria-selected=selected>
            {tick} <th scope="row" class="wide">
                {name}
            </th> <td data-label=text::threema_id(lang)>
                <Tid id />
            </td> <td class="text-ink-2" data-label=text::category(lang)>
                {recipient.category}
            </td> <td class="text-ink-2" data-label=text::language(lang)>
                {recipient.language.map(|l| l.own_name())}
            </td>
            {places
                .then(|| {
                    view! {
                        <td class="end num" data-label=text::in_lists(lang)>
                            {number(recipient.places)}
                        </td>
                    }
                })} <td data-label=text::state(lang)>
                <span class="inline-flex flex-wrap items-center gap-2">
                    <StateWord state=recipient.state />
                    {recipient
                        .external
                        .then(|| {
                            view! {
                                <span title=text::external_why(lang)>
                                    <StateChip icon="user-round" word=text::external(lang) look=Look::Plain chip=true />
                                </span>
                            }
                        })}
                    {held}
                </span>
            </td> <td class="end">
                {may
                    .then(|| {
                        view! {
                            <IconButton
                                icon="pencil"
                                small=true
                                label=text::edit(lang, &shown)
                                on:click=move |_| edit.run(to_edit.clone())
                            />
                        }
                    })}
            </td>
        </tr>
    }
}
