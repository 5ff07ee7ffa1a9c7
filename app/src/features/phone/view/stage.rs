//! What stands on the screen of the phone.
use super::super::{
    device::{Device, Phase},
    text,
};
use super::{
    address::Screen, chat::ChatScreen, chats::ChatsScreen, details::DetailsScreen, group::GroupScreen,
};
use crate::ui::{Button, Empty, use_lang};
use leptos::{html, prelude::*};

/// The screen: how the phone starts, or what the address asks for.
#[component]
pub(super) fn Stage(device: Device, screen: Memo<Screen>) -> impl IntoView {
    let node = NodeRef::<html::Div>::new();
    // what had the focus is gone with the last screen
    Effect::new(move |before: Option<Screen>| {
        let now = screen.get();
        if before.is_some_and(|before| before != now)
            && let Some(node) = node.get_untracked()
        {
            let _ = node.focus();
        }
        now
    });
    let shown = move || match device.phase.get() {
        Phase::Ready => match screen.get() {
            Screen::Chats => view! { <ChatsScreen device /> }.into_any(),
            Screen::Chat(with) => view! { <ChatScreen device with /> }.into_any(),
            Screen::Group(key) => view! { <GroupScreen device key_of=key /> }.into_any(),
            Screen::Details => view! { <DetailsScreen device /> }.into_any(),
        },
        phase => view! { <NotReady device phase /> }.into_any(),
    };
    view! {
        <div class="phone-screen outline-none!" node_ref=node tabindex="-1">
            <Notices device />
            {shown}
        </div>
    }
}

/// What is wrong with the phone as a whole.
#[component]
fn Notices(device: Device) -> impl IntoView {
    let lang = use_lang();
    let notice = move |shown: Signal<bool>, words: &'static str| {
        move || {
            shown
                .get()
                .then(|| view! { <p class="bg-warn-wash text-warn-ink text-xs px-4 py-1.5">{words}</p> })
        }
    };
    view! {
        <div role="status">
            {notice(device.away.into(), text::gateway_away(lang))} {notice(device.full.into(), text::storage_full(lang))}
        </div>
    }
}

/// The phone cannot be used yet, or not here.
#[component]
fn NotReady(device: Device, phase: Phase) -> impl IntoView {
    let lang = use_lang();
    let start_over =
        move || view! { <Button on:click=move |_| device.begin_anew()>{text::start_over(lang)}</Button> };
    let inner = match phase {
        Phase::Ready | Phase::Starting | Phase::Registering => {
            let words = if phase == Phase::Registering {
                text::registering(lang)
            } else {
                text::starting(lang)
            };
            view! { <p class="chat-note m-auto">{words}</p> }.into_any()
        }
        Phase::Unreadable => view! {
            <Empty icon="triangle-alert" title=text::unreadable(lang) text=text::unreadable_text(lang)>
                {start_over()}
            </Empty>
        }
        .into_any(),
        Phase::Forgotten => view! {
            <Empty icon="unplug" title=text::forgotten(lang) text=text::forgotten_text(lang)>
                {start_over()}
            </Empty>
        }
        .into_any(),
        Phase::Elsewhere => view! {
            <Empty icon="monitor-smartphone" title=text::elsewhere(lang) text=text::elsewhere_text(lang)>
                <Button on:click=move |_| device.begin()>{text::use_here(lang)}</Button>
            </Empty>
        }
        .into_any(),
        Phase::NoStorage => view! {
            <Empty icon="triangle-alert" title=text::no_storage(lang) text=text::no_storage_text(lang) />
        }
        .into_any(),
    };
    view! { <div class="flex-1 min-h-0 grid content-center overflow-y-auto bg-raised">{inner}</div> }
}
