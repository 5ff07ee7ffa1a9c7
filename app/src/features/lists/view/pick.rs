//! Adding by picking from those whom the identity knows.
use super::list::Place;
use crate::features::{
    lists::{
        api::{AddListMembers, load_pickable},
        text,
    },
    recipients::{model::Recipient, view::StateWord},
};
use crate::kernel::{ErrorCode, Page, PageRequest, ThreemaId, i18n::number};
use crate::ui::{Button, Empty, Form, Icon, Load, Submit, Tid, loading, use_lang};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use std::time::Duration;

/// A search and ticks; who is chosen stays chosen while one searches on.
#[component]
pub fn PickPanel(
    /// Which list
    place: Place,
    /// The dialog
    open: RwSignal<bool>,
    /// Called with how many were added
    added: Callback<u64>,
) -> impl IntoView {
    let lang = use_lang();
    let q = RwSignal::new(String::new());
    let chosen = RwSignal::new(Vec::<ThreemaId>::new());
    let add = ServerAction::<AddListMembers>::new();
    let found = loading(
        move || (place.identity.get(), place.list.get(), q.get()),
        |(identity, list, q)| async move {
            let missing = ErrorCode::NotFound;
            let request = PageRequest {
                q,
                size: 50,
                ..PageRequest::default()
            };
            load_pickable(identity.ok_or(missing.clone())?, list.ok_or(missing)?, request).await
        },
    );
    Effect::new(move || {
        if let Some(Ok(done)) = add.value().get() {
            added.run(done.added);
        }
    });
    let mut search = debounce(Duration::from_millis(250), move |text: String| q.set(text));
    let submit = move || {
        let (identity, list) = place.uids().ok_or(ErrorCode::NotFound)?;
        Ok(AddListMembers {
            identity,
            list,
            ids: chosen.get_untracked(),
        })
    };
    let count = Memo::new(move |_| chosen.with(|c| c.len() as u64));
    let verb = move || match count.get() {
        0 => text::nobody_to_add(lang).to_owned(),
        n => text::add_n(lang, n),
    };
    view! {
        <Form action=add submit class="contents">
            <div class="dialog-body grid gap-3">
                <span class="input-group">
                    <Icon name="search" />
                    <input
                        class="input"
                        type="search"
                        aria-label=text::known_search(lang)
                        placeholder=text::known_search(lang)
                        on:input:target=move |event| search(event.target().value())
                    />
                </span>
                <Load resource=found let:page>
                    <Found page chosen />
                </Load>
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit disabled=Signal::derive(move || count.get() == 0)>{verb}</Submit>
            </div>
        </Form>
    }
}

#[component]
fn Found(page: Page<Recipient>, chosen: RwSignal<Vec<ThreemaId>>) -> impl IntoView {
    let lang = use_lang();
    if page.items.is_empty() {
        return view! { <Empty title=text::known_none(lang) /> }.into_any();
    }
    let more = page.total.saturating_sub(page.items.len() as u64);
    let one = move |recipient: Recipient| {
        let id = recipient.threema_id;
        let switch = move |_| {
            chosen.update(|chosen| match chosen.iter().position(|c| *c == id) {
                Some(i) => drop(chosen.remove(i)),
                None => chosen.push(id),
            });
        };
        view! {
            <li>
                <label class="check">
                    <input type="checkbox" prop:checked=move || chosen.with(|c| c.contains(&id)) on:change=switch />
                    <span class="flex flex-wrap gap-x-3">
                        <Tid id />
                        <span>{recipient.name()}</span>
                        <span class="text-ink-3">{recipient.category}</span>
                        <StateWord state=recipient.state />
                    </span>
                </label>
            </li>
        }
    };
    view! {
        <ul class="grid gap-1 overflow-y-auto max-h-96">{page.items.into_iter().map(one).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="meta">{text::known_more(lang, number(more))}</p> })}
    }
    .into_any()
}
