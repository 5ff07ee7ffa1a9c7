//! What a message still does once it is sent: its replies are kept, and whoever is new gets it, if there is room.
use super::Followed;
use crate::features::messages::{api::stop_newcomers, model::MessageState, text};
use crate::kernel::{Lang, i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{Button, Icon, Time, TimeStyle, use_lang};
use leptos::prelude::*;

/// What there is of it.
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
                v.left_out,
            )
        })
    });
    move || match what.get() {
        (false, false, 0) => ().into_any(),
        (replies, newcomers, left_out) => view! { <Card followed replies newcomers left_out /> }.into_any(),
    }
}

/// Newcomers whom the plan has no room for, in words.
fn no_room(lang: Lang, n: u64) -> String {
    match n {
        1 => text::one_without_room(lang).to_owned(),
        n => text::without_room(lang, &number(n)),
    }
}

#[component]
fn Card(followed: Followed, replies: bool, newcomers: bool, left_out: u64) -> impl IntoView {
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
                {(left_out > 0)
                    .then(|| {
                        view! {
                            <p class="flex items-start gap-2">
                                <Icon name="circle-alert" />
                                {no_room(lang, left_out)}
                            </p>
                        }
                    })}
            </div>
        </section>
    }
}
