//! The page of a phone: the phones of this browser, the phone itself, what travels on the wire.
use super::super::{device::Device, text};
use super::{
    address::{Screen, use_name, use_screen},
    phones::Phones,
    stage::Stage,
    wire::WirePanel,
};
use crate::shell::{Logo, NotFound, use_site};
use crate::ui::{ButtonLink, use_lang};
use leptos::prelude::*;
use leptos_meta::Title;

/// `/phone?as=NAME`: exists only with a local gateway.
#[component]
pub fn PhonePage() -> impl IntoView {
    if use_site().local_gateway {
        view! { <Desk /> }.into_any()
    } else {
        view! { <NotFound /> }.into_any()
    }
}

#[component]
fn Desk() -> impl IntoView {
    let lang = use_lang();
    let name = use_name();
    let screen = use_screen();
    let open = Memo::new(move |_| match screen.get() {
        Screen::Chat(id) => Some(id),
        _ => None,
    });
    let open_group = Memo::new(move |_| match screen.get() {
        Screen::Group(key) => Some(key),
        _ => None,
    });
    let device = Device::new(name.clone(), open, open_group);
    keep_going(device);
    let title = if name.is_empty() {
        text::phone(lang).to_owned()
    } else {
        text::phone_of(lang, &name)
    };
    view! {
        <Title text=title.clone() />
        <a class="btn skip" href="#main">
            {text::skip(lang)}
        </a>
        <div class="h-dvh flex flex-col">
            <div class="test-edge shrink-0" aria-hidden="true"></div>
            <header class="topbar static! max-lg:hidden shrink-0">
                <a href="/" rel="external">
                    <Logo />
                </a>
                <span class="tag">{text::local_gateway(lang)}</span>
                <p class="text-sm text-ink-3 flex-1">{text::stays_here(lang)}</p>
                <ButtonLink href="/" icon="arrow-left" attr:rel="external">
                    {text::cockpit(lang)}
                </ButtonLink>
            </header>
            <main id="main" class="flex-1 min-h-0 grid grid-cols-[minmax(0,1fr)] lg:grid-cols-[17rem_minmax(0,1fr)_23rem]" tabindex="-1">
                <h1 class="sr">{title.clone()}</h1>
                <section
                    class="border-r border-line p-4 overflow-y-auto max-lg:hidden"
                    aria-label=text::phones(lang)
                >
                    <Phones device level_two=true />
                </section>
                <section class="min-w-0 min-h-0 grid grid-cols-[minmax(0,1fr)] place-items-center bg-sunken lg:p-4" aria-label=title.clone()>
                    <div
                        class="phone phone-live"
                        role="group"
                        aria-label=title.clone()
                        data-threema-id=move || device.id().map(|id| id.to_string())
                    >
                        <Stage device screen />
                    </div>
                </section>
                <WirePanel device />
            </main>
        </div>
    }
}

/// Starts the phone in the browser, and has it notice when somebody looks and when another window takes it over.
fn keep_going(device: Device) {
    #[cfg(feature = "hydrate")]
    {
        Effect::new(move || device.begin());
        Effect::new(move || {
            device.open.track();
            device.open_group.track();
            device.look();
        });
        let visible = window_event_listener_untyped("visibilitychange", move |_| device.look());
        let storage = window_event_listener_untyped("storage", move |_| device.heed_other_windows());
        on_cleanup(move || {
            visible.remove();
            storage.remove();
        });
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = device;
}
