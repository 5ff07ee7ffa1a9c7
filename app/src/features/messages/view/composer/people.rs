//! Choosing single people by search. A tick is kept at once, so that there is no limit on how many.
use super::state::Composer;
use crate::features::{
    messages::{
        api::{change_broadcast_people, load_broadcast_people},
        model::{PeopleChange, Person},
        text,
    },
    recipients::view::StateWord,
};
use crate::kernel::{AppError, Page, PageRequest, i18n::number};
use crate::ui::{Button, Dialog, Empty, Failure, Icon, Seg, Skeleton, Tid, Variant, use_lang};
use leptos::{leptos_dom::helpers::debounce, prelude::*};
use std::time::Duration;

/// How many are shown at once; the search finds the others.
const SHOWN: u32 = 50;

/// The dialog.
#[component]
pub fn PeopleDialog(composer: Composer, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let error = RwSignal::new(None::<AppError>);
    let (q, which) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let anew = RwSignal::new(0_u32);
    let found = RwSignal::new(None::<Page<Person>>);
    let turn = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let (open, draft) = (open.get(), composer.draft.get());
        let (q, filter, _) = (q.get(), which.get(), anew.get());
        let (true, Some(draft)) = (open, draft) else {
            return;
        };
        let now = turn.try_update_value(|t| {
            *t += 1;
            *t
        });
        let request = PageRequest {
            q,
            filter,
            size: SHOWN,
            ..PageRequest::default()
        };
        leptos::task::spawn_local(async move {
            let page = load_broadcast_people(composer.uid(), draft, request).await;
            if turn.try_get_value() != now {
                return;
            }
            match page {
                Ok(page) => drop(found.try_set(Some(page))),
                Err(problem) => drop(error.try_set(Some(problem))),
            }
        });
    });
    let change = Callback::new(move |change: PeopleChange| {
        let Some(draft) = composer.draft.get_untracked() else {
            return;
        };
        // a tick stands where it was set: the list stays, and the focus with it
        let single = matches!(change, PeopleChange::Add(_) | PeopleChange::Remove(_));
        error.set(None);
        leptos::task::spawn_local(async move {
            let done = change_broadcast_people(composer.uid(), draft, change).await;
            if !single || done.is_err() {
                let _ = anew.try_update(|n| *n += 1);
            }
            if let Err(problem) = done {
                error.try_set(Some(problem));
            }
            let _ = composer.people.try_update(|n| *n += 1);
        });
    });
    view! {
        <Dialog open name="people" title=text::choose_people(lang).to_owned() wide=true>
            <div class="dialog-body grid gap-3">
                <Seg
                    label=text::show_people(lang)
                    options=vec![
                        (String::new(), text::show_known(lang).to_owned()),
                        ("chosen".to_owned(), text::show_chosen(lang).to_owned()),
                    ]
                    bind=which
                />
                <Search q />
                {move || error.get().map(|error| view! { <Failure error /> })}
                {move || match found.get() {
                    Some(page) => view! { <Found page q which change /> }.into_any(),
                    None => view! { <Skeleton rows=4 /> }.into_any(),
                }}
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet icon="x" on:click=move |_| change.run(PeopleChange::Clear)>
                    {text::choose_nobody(lang)}
                </Button>
                <Button variant=Variant::Primary on:click=move |_| open.set(false)>
                    {text::people_done(lang)}
                </Button>
            </div>
        </Dialog>
    }
}

#[component]
fn Search(q: RwSignal<String>) -> impl IntoView {
    let lang = use_lang();
    let mut search = debounce(Duration::from_millis(250), move |text: String| q.set(text));
    view! {
        <span class="input-group">
            <Icon name="search" />
            <input
                class="input"
                type="search"
                aria-label=text::search_people(lang)
                placeholder=text::search_people(lang)
                value=q.get_untracked()
                on:input:target=move |event| search(event.target().value())
            />
        </span>
    }
}

#[component]
fn Found(
    page: Page<Person>,
    q: RwSignal<String>,
    which: RwSignal<String>,
    change: Callback<PeopleChange>,
) -> impl IntoView {
    let lang = use_lang();
    if page.items.is_empty() {
        return view! { <Empty title=text::nobody_found(lang) /> }.into_any();
    }
    let more = page.total.saturating_sub(page.items.len() as u64);
    let all = which.with_untracked(String::is_empty).then(|| {
        let words = text::choose_found(lang, &number(page.total));
        view! {
            <div>
                <Button
                    small=true
                    icon="check-check"
                    on:click=move |_| change.run(PeopleChange::AddFound(q.get_untracked()))
                >
                    {words}
                </Button>
            </div>
        }
    });
    let one = move |person: Person| {
        let (recipient, chosen) = (person.recipient, person.chosen);
        let id = recipient.threema_id;
        let switch = move |on: bool| {
            change.run(match on {
                true => PeopleChange::Add(vec![id]),
                false => PeopleChange::Remove(vec![id]),
            });
        };
        view! {
            <li>
                <label class="check">
                    <input
                        type="checkbox"
                        checked=chosen
                        on:change:target=move |event| switch(event.target().checked())
                    />
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
        {all}
        <ul class="grid gap-1 overflow-y-auto max-h-96">{page.items.into_iter().map(one).collect_view()}</ul>
        {(more > 0).then(|| view! { <p class="meta">{text::more_people(lang, &number(more))}</p> })}
    }
    .into_any()
}
