//! Pause, resume, stop.
use super::super::words::{people, through};
use super::Followed;
use crate::features::messages::{
    api::{pause_message, resume_message, stop_message},
    model::MessageState,
    text,
};
use crate::ui::{Button, Confirm, Variant, use_lang};
use leptos::prelude::*;

/// The buttons of the head, as the state allows them.
#[component]
pub fn Actions(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let Followed { standing, busy, .. } = followed;
    let stopping = RwSignal::new(false);
    let ids = move || (followed.identity.get_value(), followed.uid.get_value());
    let nothing = Callback::new(|()| ());
    let pause = move |_| {
        let (identity, uid) = ids();
        followed.step(move || pause_message(identity.clone(), uid.clone()), nothing);
    };
    let resume = move |_| {
        let (identity, uid) = ids();
        followed.step(move || resume_message(identity.clone(), uid.clone()), nothing);
    };
    let stop = Callback::new(move |()| {
        let (identity, uid) = ids();
        stopping.set(false);
        followed.step(move || stop_message(identity.clone(), uid.clone()), nothing);
    });
    let pending = move || people(lang, standing.counts.get().pending);
    let body = Signal::derive(move || {
        text::stop_text(lang, &pending(), &people(lang, through(&standing.counts.get())))
    });
    let state = Memo::new(move |_| standing.state.get());
    let buttons = move || {
        match state.get() {
        MessageState::Sending => view! {
            <Button icon="pause" busy on:click=pause>
                {text::pause(lang)}
            </Button>
            <Button variant=Variant::Danger icon="octagon-x" disabled=busy on:click=move |_| stopping.set(true)>
                {text::stop(lang)}
            </Button>
        }
        .into_any(),
        MessageState::Paused => view! {
            <Button variant=Variant::Primary icon="play" busy on:click=resume>
                {text::resume(lang)}
            </Button>
            <Button variant=Variant::Danger icon="octagon-x" disabled=busy on:click=move |_| stopping.set(true)>
                {text::stop(lang)}
            </Button>
        }
        .into_any(),
        _ => ().into_any(),
    }
    };
    view! {
        <div class="actions">{buttons}</div>
        <Confirm
            open=stopping
            name="stop"
            title=text::stop_title(lang).to_owned()
            body
            verb=Signal::derive(move || text::stop_verb(lang, &pending()))
            danger=true
            busy
            confirm=stop
        />
    }
}
