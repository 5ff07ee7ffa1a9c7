//! The phones of this browser.
use super::super::{
    device::{Device, Phase},
    model::clean_name,
    text,
};
use super::address::{Screen, link};
use crate::ui::{Avatar, Button, use_lang};
use leptos::{html, prelude::*};

/// A phone of this browser, for the list.
#[derive(Clone, PartialEq)]
struct Known {
    name: String,
    id: String,
    unread: usize,
}

/// What the storage has; for the phone of this window what it has itself. Until the phone has started, only its name:
/// that is what the server has drawn.
fn known(device: Device) -> Vec<Known> {
    let own = Known {
        name: device.name.get_value(),
        id: device.id().map(|id| id.to_string()).unwrap_or_default(),
        unread: device.read(|p| p.unread()).unwrap_or_default(),
    };
    let started = device.phase.get() != Phase::Starting;
    let others = if started { others(&own.name) } else { Vec::new() };
    std::iter::once(own).chain(others).collect()
}

#[cfg(feature = "hydrate")]
fn others(own: &str) -> Vec<Known> {
    let stored = super::super::browser::storage::all().into_iter();
    stored
        .filter(|(name, _)| name != own)
        .map(|(name, profile)| Known {
            name,
            id: profile.as_ref().map(|p| p.id.to_string()).unwrap_or_default(),
            unread: profile.map_or(0, |p| p.unread()),
        })
        .collect()
}

/// Only the browser knows its phones.
#[cfg(not(feature = "hydrate"))]
const fn others(_own: &str) -> Vec<Known> {
    Vec::new()
}

/// All phones of this browser, and the way to another one.
#[component]
pub(super) fn Phones(
    device: Device,
    /// A heading stands above it
    #[prop(optional)]
    level_two: bool,
) -> impl IntoView {
    let lang = use_lang();
    let adding = RwSignal::new(false);
    let field = NodeRef::<html::Input>::new();
    // other windows tell by the storage when something came in
    let elsewhere = RwSignal::new(0_u32);
    #[cfg(feature = "hydrate")]
    {
        let heard = window_event_listener_untyped("storage", move |_| elsewhere.update(|n| *n += 1));
        on_cleanup(move || heard.remove());
    }
    let phones = Memo::new(move |_| {
        elsewhere.track();
        known(device)
    });
    Effect::new(move || {
        if adding.get()
            && let Some(field) = field.get()
        {
            let _ = field.focus();
        }
    });
    let id = if level_two { "new-phone" } else { "new-phone-small" };
    view! {
        <div class="grid gap-3 content-start">
            <div class="flex items-center">
                <h2 class="flex-1">{text::phones(lang)}</h2>
                <Button
                    small=true
                    icon="plus"
                    attr:aria-expanded=move || adding.get().to_string()
                    on:click=move |_| adding.update(|a| *a = !*a)
                >
                    {text::new_phone(lang)}
                </Button>
            </div>
            <Show when=move || adding.get()>
                <form class="field" action="/phone" method="get">
                    <label class="field-label" for=id>
                        {text::name_of_phone(lang)}
                    </label>
                    <span class="flex gap-2">
                        <input
                            node_ref=field
                            class="input"
                            id=id
                            name="as"
                            maxlength="32"
                            required
                            autocomplete="off"
                        />
                        <button class="btn" type="submit">
                            {text::open_phone(lang)}
                        </button>
                    </span>
                </form>
            </Show>
            <ul class="grid gap-1">
                {move || {
                    let own = device.name.get_value();
                    phones.get().into_iter().map(|phone| view! { <Row here=phone.name == own phone /> }).collect_view()
                }}
            </ul>
            <p class="meta">{text::second_window(lang)}</p>
        </div>
    }
}

#[component]
fn Row(phone: Known, here: bool) -> impl IntoView {
    let lang = use_lang();
    let shown = if phone.name.is_empty() {
        text::nameless(lang).to_owned()
    } else {
        clean_name(&phone.name)
    };
    let class = if here {
        "flex items-center gap-3 rounded-lg p-2.5 bg-brass-wash shadow-[inset_0_0_0_1px_var(--brass)]"
    } else {
        "flex items-center gap-3 rounded-lg p-2.5 hover:bg-hover"
    };
    let unread = phone.unread;
    view! {
        <li>
            <a
                class=class
                href=link(&phone.name, Screen::Chats)
                rel="external"
                aria-current=here.then_some("true")
            >
                <Avatar name=shown.clone() />
                <span class="min-w-0 flex-1 text-sm">
                    <span class="block font-medium leading-5 clip">{shown.clone()}</span>
                    <span class="block text-xs leading-4">
                        <span class="tid">{phone.id}</span>
                    </span>
                </span>
                <Unread count=unread />
            </a>
        </li>
    }
}

/// How many texts wait; nothing for none.
#[component]
pub(super) fn Unread(count: usize) -> impl IntoView {
    let lang = use_lang();
    (count > 0).then(|| {
        view! {
            <span class="nav-count nav-count-new">
                <span aria-hidden="true">{count}</span>
                <span class="sr">{text::unread(lang, count)}</span>
            </span>
        }
    })
}
