//! What a message still does once it is sent: its replies are kept, and whoever is new gets it.
use super::Followed;
use crate::features::messages::{api::stop_newcomers, model::MessageState, text};
use crate::kernel::permission::Right;
use crate::shell::use_right;
use crate::ui::{Button, Time, TimeStyle, use_lang};
use leptos::prelude::*;

/// Both, when there is one of them.
#[component]
pub fn Afterwards(followed: Followed) -> impl IntoView {
    let view = followed.view;
    let what = Memo::new(move |_| {
        let state = followed.standing.state.get();
        let over = matches!(state, MessageState::Draft | MessageState::Cancelled);
        view.with(|v| {
            let kept = !v.texts.is_empty();
            (
                v.settings.takes_replies && kept,
                v.settings.newcomers && kept && !over,
            )
        })
    });
    move || match what.get() {
        (false, false) => ().into_any(),
        (replies, newcomers) => view! { <Card followed replies newcomers /> }.into_any(),
    }
}

#[component]
fn Card(followed: Followed, replies: bool, newcomers: bool) -> impl IntoView {
    let lang = use_lang();
    let erase_at = followed.view.with_untracked(|v| v.erase_at);
    let sends = use_right(Right::Send);
    let reads = use_right(Right::Conversations);
    let sent = Memo::new(move |_| {
        let state = followed.standing.state.get();
        !matches!(state, MessageState::Draft | MessageState::NeedsApproval)
    });
    let to_talks = format!("/i/{}/conversations", followed.identity.get_value());
    let stop = move |_| {
        let (identity, uid) = (followed.identity.get_value(), followed.uid.get_value());
        followed.step(
            move || stop_newcomers(identity.clone(), uid.clone()),
            Callback::new(|()| ()),
        );
    };
    view! {
        <section class="card" aria-labelledby="afterwards">
            <div class="card-head">
                <h2 id="afterwards">{text::afterwards(lang)}</h2>
            </div>
            <div class="card-body grid gap-3">
                {replies
                    .then(|| {
                        view! {
                            <p>
                                {text::replies_are_kept(lang)} " "
                                <Show when=move || reads.try_get().unwrap_or_default()>
                                    <a class="link" href=to_talks.clone()>
                                        {text::to_conversations(lang)}
                                    </a>
                                </Show>
                            </p>
                        }
                    })}
                {newcomers
                    .then(|| {
                        view! {
                            <p>
                                {text::newcomers_until(lang)} " " <Time at=erase_at style=TimeStyle::Date /> "."
                            </p>
                            <Show when=move || {
                                sends.try_get().unwrap_or_default() && sent.try_get().unwrap_or_default()
                            }>
                                <div>
                                    <Button small=true icon="ban" busy=followed.busy on:click=stop>
                                        {text::stop_newcomers(lang)}
                                    </Button>
                                </div>
                            </Show>
                        }
                    })}
            </div>
        </section>
    }
}
