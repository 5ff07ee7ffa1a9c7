//! The phone's own ID, its settings, and what it has counted.
use super::super::{device::Device, text};
use super::{
    address::{Screen, link},
    phones::Phones,
};
use crate::kernel::{ThreemaId, i18n::number};
use crate::ui::{Button, ButtonLink, Confirm, Copy, Icon, QrCode, Switch, Tid, Variant, use_lang};
use leptos::prelude::*;

/// ID with its code, settings, counters, the way out.
#[component]
pub(super) fn DetailsScreen(device: Device) -> impl IntoView {
    let lang = use_lang();
    let back = device.name.with_value(|name| link(name, Screen::Chats));
    let receipts = Signal::derive(move || device.read(|p| p.read_receipts).unwrap_or_default());
    let switch = move |on: bool| {
        device.change(|p, _| p.read_receipts = on);
    };
    view! {
        <div class="phone-head pt-2.5!">
            <a class="btn btn-quiet btn-icon btn-sm" href=back aria-label=text::back(lang)>
                <Icon name="chevron-left" />
            </a>
            <h2 class="text-sm font-medium flex-1">{text::my_id(lang)}</h2>
        </div>
        <div
            class="flex-1 min-h-0 overflow-y-auto bg-raised p-4 grid gap-4 content-start"
            tabindex="0"
            role="region"
            aria-label=text::details(lang)
        >
            <Identity device />
            <Switch label=text::read_receipts(lang) on=receipts change=Callback::new(switch) />
            <Counters device />
            <Blocked device />
            <div class="lg:hidden grid gap-3 border-t border-line pt-4">
                <Phones device />
                <span>
                    <ButtonLink href="/" icon="arrow-left" attr:rel="external">
                        {text::cockpit(lang)}
                    </ButtonLink>
                </span>
            </div>
            <StartOver device />
        </div>
    }
}

#[component]
fn Identity(device: Device) -> impl IntoView {
    let lang = use_lang();
    let id = Signal::derive(move || device.id().map(|id| id.to_string()).unwrap_or_default());
    let code = Memo::new(move |_| device.read(|p| p.code()).unwrap_or_default());
    let key = Signal::derive(move || code.with(|c| c.rsplit(',').next().unwrap_or_default().to_owned()));
    view! {
        <div class="grid gap-2 justify-items-center text-center">
            <QrCode text=code label=Signal::derive(move || text::qr_of(lang, &id.get())) />
            <p class="flex items-center gap-1 text-md">
                <span class="tid">{id}</span>
                <Copy text=id label=text::copy_id(lang) />
            </p>
            <p class="meta">{text::scan(lang)}</p>
        </div>
        <div>
            <h3>{text::public_key(lang)}</h3>
            <p class="wire">{key}</p>
        </div>
    }
}

#[component]
fn Counters(device: Device) -> impl IntoView {
    let lang = use_lang();
    let count = move |words: &'static str, name: &'static str, value: Signal<u64>| {
        view! {
            <div>
                <dt>{words}</dt>
                <dd class="num" data-count=name>
                    {move || number(value.get())}
                </dd>
            </div>
        }
    };
    let dropped = Signal::derive(move || device.read(|p| p.dropped).unwrap_or_default());
    let nonces = Signal::derive(move || device.read(|p| p.nonces.len() as u64).unwrap_or_default());
    let waiting = Signal::derive(move || device.read(|p| p.outbox.len() as u64).unwrap_or_default());
    view! {
        <dl class="facts facts-tight">
            {count(text::dropped_copies(lang), "dropped", dropped)}
            {count(text::known_nonces(lang), "nonces", nonces)} {count(text::waiting(lang), "waiting", waiting)}
        </dl>
    }
}

#[component]
fn Blocked(device: Device) -> impl IntoView {
    let lang = use_lang();
    let blocked = Memo::new(move |_| device.read(|p| p.blocked.clone()).unwrap_or_default());
    let row = move |id: ThreemaId| {
        view! {
            <li class="flex items-center gap-2 text-sm">
                <span class="flex-1">
                    <Tid id />
                </span>
                <Button
                    small=true
                    attr:aria-label=text::unblock_id(lang, id.as_str())
                    on:click=move |_| {
                        device.change(|p, _| p.block(&id, false));
                    }
                >
                    {text::unblock(lang)}
                </Button>
            </li>
        }
    };
    view! {
        <div class="grid gap-1">
            <h3>{text::blocked_ids(lang)}</h3>
            <ul class="grid gap-1">{move || blocked.get().into_iter().map(row).collect_view()}</ul>
            {move || {
                blocked.with(Vec::is_empty).then(|| view! { <p class="meta">{text::none_blocked(lang)}</p> })
            }}
        </div>
    }
}

#[component]
fn StartOver(device: Device) -> impl IntoView {
    let lang = use_lang();
    let asking = RwSignal::new(false);
    let title =
        move || text::start_over_question(lang, &device.id().map(|id| id.to_string()).unwrap_or_default());
    let body = move || {
        let count = |p: &super::super::model::Profile| p.chats.iter().map(|c| c.entries.len()).sum::<usize>();
        let messages = match device.read(count).unwrap_or_default() {
            1 => text::one_message(lang).to_owned(),
            n => text::messages(lang, &number(n as u64)),
        };
        text::start_over_text(lang, &messages)
    };
    let confirm = move |()| {
        asking.set(false);
        device.begin_anew();
    };
    view! {
        <div class="border-t border-line pt-4">
            <Button variant=Variant::Danger icon="trash-2" on:click=move |_| asking.set(true)>
                {text::start_over(lang)}
            </Button>
            <Confirm
                open=asking
                name="start-over"
                title=Signal::derive(title)
                body=Signal::derive(body)
                verb=text::delete_phone(lang).to_owned()
                danger=true
                confirm=Callback::new(confirm)
            />
        </div>
    }
}
