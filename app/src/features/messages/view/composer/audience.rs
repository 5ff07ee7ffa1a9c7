//! To whom: lists as tokens, chosen by typing; below them the exact union.
use super::super::{live::focus_on, words::people};
use super::state::Composer;
use crate::features::{
    lists::model::ListView,
    messages::{
        api::count_audience,
        model::{Audience, MAX_LISTS},
        text,
    },
};
use crate::kernel::{AppError, ErrorCode, Uid, i18n::number, live::Change};
use crate::ui::{Icon, live::use_reload_on, use_lang};
use leptos::{ev, html, leptos_dom::helpers::debounce, prelude::*};
use std::time::Duration;

/// What is offered below the field.
#[derive(Clone, Copy)]
struct Offer {
    composer: Composer,
    /// Lists that fit what is typed, without those chosen
    found: RwSignal<Vec<ListView>>,
    /// The list is open
    open: RwSignal<bool>,
    /// The one that Enter takes
    active: RwSignal<usize>,
    typed: RwSignal<String>,
    input: NodeRef<html::Input>,
}

impl Offer {
    /// What is found and not chosen yet. Tracks.
    fn shown(&self) -> Vec<ListView> {
        let chosen: Vec<Uid> = self
            .composer
            .lists
            .with(|l| l.iter().map(|l| l.uid.clone()).collect());
        self.found.with(|found| {
            found
                .iter()
                .filter(|l| !chosen.contains(&l.uid))
                .cloned()
                .collect()
        })
    }

    fn take(&self, list: ListView) {
        let full = self.composer.lists.with_untracked(|l| l.len() >= MAX_LISTS);
        if !full {
            self.composer.lists.update(|lists| lists.push(list));
            self.composer.forgive("lists");
        }
        self.clear();
        self.open.set(false);
    }

    fn clear(&self) {
        if let Some(input) = self.input.get_untracked() {
            input.set_value("");
        }
        self.typed.set(String::new());
        self.active.set(0);
        self.found.set(self.composer.offered.get_value());
    }

    fn drop_list(&self, uid: &Uid) {
        self.composer
            .lists
            .update(|lists| lists.retain(|l| l.uid != *uid));
        self.composer.forgive("lists");
        focus_on("to".to_owned());
    }

    fn step(&self, by: isize) {
        let n = untrack(|| self.shown().len());
        if !self.open.get_untracked() {
            self.open.set(true);
        } else if n > 0 {
            self.active
                .update(|at| *at = (*at % n).checked_add_signed(by).unwrap_or(n - 1) % n);
        }
    }

    fn key(&self, event: &ev::KeyboardEvent) {
        match event.key().as_str() {
            "ArrowDown" => self.step(1),
            "ArrowUp" => self.step(-1),
            "Enter" => {
                let chosen = untrack(|| self.shown().into_iter().nth(self.active.get()));
                if let Some(list) = chosen.filter(|_| self.open.get_untracked()) {
                    self.take(list);
                }
            }
            "Escape" if self.open.get_untracked() => self.open.set(false),
            "Backspace" if self.typed.with_untracked(String::is_empty) => {
                self.composer.lists.update(|lists| {
                    lists.pop();
                });
                return;
            }
            _ => return,
        }
        event.prevent_default();
    }
}

/// The field with its count.
#[component]
pub fn AudienceField(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let offer_of = Offer {
        composer,
        found: RwSignal::new(composer.offered.get_value()),
        open: RwSignal::new(false),
        active: RwSignal::new(0),
        typed: RwSignal::new(String::new()),
        input: NodeRef::new(),
    };
    let gone = use_count(composer);
    let problem = Signal::derive(move || {
        gone.get()
            .map(|error| match error.code {
                ErrorCode::NotFound => text::list_gone(lang).to_owned(),
                _ => error.text(lang),
            })
            .or_else(|| {
                composer
                    .problem("lists", lang)
                    .map(|_| text::choose_a_list(lang).to_owned())
            })
    });
    let described = move || {
        if problem.with(Option::is_some) {
            "union to-error"
        } else {
            "union"
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for="to">
                {text::to(lang)}
                <span class="meta">{text::to_help(lang)}</span>
            </label>
            <div class="relative">
                <div class="tokens">
                    <For each=move || composer.lists.get() key=|l| l.uid.clone() let:list>
                        <Token list offer=offer_of />
                    </For>
                    <ListInput offer=offer_of described=Signal::derive(move || described().to_owned()) invalid=problem />
                </div>
                <Offered offer=offer_of />
            </div>
            {move || {
                problem
                    .get()
                    .map(|problem| {
                        view! {
                            <p class="field-error" id="to-error">
                                <Icon name="circle-alert" />
                                {problem}
                            </p>
                        }
                    })
            }}
            <Union composer />
        </div>
    }
}

/// Counts whenever lists are chosen, or change; answers why it could not.
fn use_count(composer: Composer) -> RwSignal<Option<AppError>> {
    let failed = RwSignal::new(None);
    let turn = StoredValue::new(0_u32);
    let own = composer.uid();
    let version = use_reload_on(move |change| matches!(change, Change::Identity { uid } if *uid == own));
    let uids = Memo::new(move |_| {
        composer
            .lists
            .with(|l| l.iter().map(|l| l.uid.clone()).collect::<Vec<_>>())
    });
    Effect::new(move |seen: Option<()>| {
        version.track();
        let uids = uids.get();
        let now = turn.try_update_value(|t| {
            *t += 1;
            *t
        });
        if seen.is_none() && composer.audience.with_untracked(Option::is_some) {
            return;
        }
        failed.set(None);
        if uids.is_empty() {
            composer.audience.set(None);
            return;
        }
        leptos::task::spawn_local(async move {
            let counted = count_audience(composer.uid(), uids).await;
            if turn.try_get_value() != now {
                return;
            }
            match counted {
                Ok(audience) => {
                    composer.audience.try_set(Some(audience));
                }
                Err(error) => {
                    composer.audience.try_set(None);
                    failed.try_set(Some(error));
                }
            }
        });
    });
    failed
}

#[component]
fn Token(list: ListView, offer: Offer) -> impl IntoView {
    let lang = use_lang();
    let uid = list.uid;
    view! {
        <span class="token">
            <Icon name=list.kind.icon() />
            <span class="clip">{list.name.clone()}</span>
            <span class="num">{number(list.members)}</span>
            <button
                type="button"
                aria-label=text::remove(lang, &list.name)
                on:click=move |_| offer.drop_list(&uid)
            >
                <Icon name="x" class="icon-sm" />
            </button>
        </span>
    }
}

#[component]
fn ListInput(
    offer: Offer,
    #[prop(into)] described: Signal<String>,
    #[prop(into)] invalid: Signal<Option<String>>,
) -> impl IntoView {
    let lang = use_lang();
    let composer = offer.composer;
    let turn = StoredValue::new(0_u32);
    let mut search = debounce(Duration::from_millis(150), move |q: String| {
        let now = turn.try_update_value(|t| {
            *t += 1;
            *t
        });
        leptos::task::spawn_local(async move {
            let found = super::start::offer(composer.uid(), q).await;
            if let Ok(found) = found
                && turn.try_get_value() == now
            {
                offer.found.try_set(found);
                offer.active.try_set(0);
            }
        });
    });
    let mut typed = move |value: String| {
        offer.open.set(true);
        let q = value.trim().to_owned();
        offer.typed.set(value);
        search(q);
    };
    let active = move || {
        let at = offer.active.get();
        (offer.open.get() && offer.shown().len() > at).then(|| format!("offer-{at}"))
    };
    let hint = move || match composer.lists.with(Vec::is_empty) {
        true => text::choose_lists(lang),
        false => text::add_more(lang),
    };
    view! {
        <input
            node_ref=offer.input
            id="to"
            role="combobox"
            autocomplete="off"
            aria-autocomplete="list"
            aria-controls="offer"
            aria-expanded=move || offer.open.get().to_string()
            aria-activedescendant=active
            aria-describedby=described
            aria-invalid=move || invalid.with(Option::is_some).then_some("true")
            placeholder=hint
            on:input:target=move |event| typed(event.target().value())
            on:keydown=move |event| offer.key(&event)
            on:click=move |_| offer.open.set(true)
            on:blur=move |_| offer.open.set(false)
        />
    }
}

#[component]
fn Offered(offer: Offer) -> impl IntoView {
    let lang = use_lang();
    let option = move |at: usize, list: ListView| {
        let chosen = list.clone();
        let press = move |event: ev::MouseEvent| {
            // the focus stays in the field
            event.prevent_default();
            offer.take(chosen.clone());
        };
        view! {
            <li
                class="menu-item"
                role="option"
                id=format!("offer-{at}")
                aria-selected=move || (offer.active.get() == at).to_string()
                on:mousedown=press
            >
                <Icon name=list.kind.icon() />
                <span class="flex-1 min-w-0 clip">{list.name}</span>
                <span class="meta num">{number(list.members)}</span>
            </li>
        }
    };
    let nothing = move || {
        let none_at_all = offer.composer.offered.with_value(Vec::is_empty);
        let lists = format!("/i/{}/lists", offer.composer.uid());
        match none_at_all {
            true => view! {
                <p class="p-2 text-ink-2">
                    {text::no_lists_yet(lang)} " "
                    <a class="link" href=lists on:mousedown=|event| event.prevent_default()>
                        {text::make_a_list(lang)}
                    </a>
                </p>
            }
            .into_any(),
            false => view! { <p class="p-2 text-ink-3">{text::no_list_found(lang)}</p> }.into_any(),
        }
    };
    view! {
        <div
            class="menu absolute inset-x-0 top-full mt-1 z-20 max-h-72 overflow-y-auto"
            class:hidden=move || !offer.open.get()
        >
            <ul id="offer" role="listbox" aria-label=text::to_help(lang)>
                {move || offer.shown().into_iter().enumerate().map(|(at, list)| option(at, list)).collect_view()}
            </ul>
            {move || (offer.open.get() && offer.shown().is_empty()).then(nothing)}
        </div>
    }
}

/// How many people these lists reach, each counted once.
#[component]
pub fn Union(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let how = RwSignal::new(false);
    let named = move || {
        composer
            .lists
            .with(|l| l.iter().map(|l| l.members).sum::<u64>())
            .max(1)
    };
    let part = move |icon: &'static str, n: u64, words: fn(crate::kernel::Lang, &str) -> String| {
        (n > 0).then(|| {
            view! {
                <span class="state font-normal">
                    <Icon name=icon />
                    {words(lang, &number(n))}
                </span>
            }
        })
    };
    let counted = move |a: Audience| {
        view! {
            <svg
                class="bar bar-thin"
                viewBox=format!("0 0 {} 1", named().max(a.people))
                preserveAspectRatio="none"
                aria-hidden="true"
            >
                <rect class="fill-ink" width=a.people.to_string() height="1"></rect>
            </svg>
            <div class="flex flex-wrap items-center gap-x-4 gap-y-1">
                <span class="text-md font-semibold">{people(lang, a.goes_to())}</span>
                {part("copy-minus", a.named_more_than_once, text::named_more)}
                {part("circle-minus", a.revoked, text::left_out_revoked)}
                {part("circle-minus", a.unknown, text::left_out_unknown)}
                {part("key-round", a.key_changed, text::held_keys)}
                <button
                    class="link meta ml-auto"
                    type="button"
                    aria-expanded=move || how.get().to_string()
                    on:click=move |_| how.update(|h| *h = !*h)
                >
                    {text::how_counted(lang)}
                </button>
            </div>
            {move || how.get().then(|| view! { <p class="meta">{text::how_counted_text(lang)}</p> })}
        }
    };
    view! {
        <div class="grid gap-2 pt-1.5 min-h-8.5" id="union" aria-live="polite">
            {move || match composer.audience.get() {
                Some(audience) => counted(audience).into_any(),
                None => ().into_any(),
            }}
        </div>
    }
}
