//! Why a message does not go on, and what to do.
use super::super::words::pause_words;
use super::Followed;
use crate::features::messages::{
    model::{MessageState, PauseReason},
    text,
};
use crate::ui::{Icon, use_lang};
use leptos::prelude::*;

/// While it is paused, or waits for the gateway.
#[component]
pub fn Waiting(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let state = followed.standing.state;
    let reason = Memo::new(move |_| {
        let going = matches!(state.get(), MessageState::Paused | MessageState::Sending);
        followed.view.with(|v| v.row.pause_reason.filter(|_| going))
    });
    view! {
        <div role="status" class="empty:hidden">
            {move || {
                reason
                    .get()
                    .map(|reason| {
                        let (why, next) = pause_words(lang, reason);
                        let plan = format!("/i/{}", followed.identity.get_value());
                        view! {
                            <div class="banner banner-warn">
                                <Icon name="triangle-alert" />
                                <div>
                                    <b class="font-medium">{why}</b>
                                    " "
                                    {next}
                                </div>
                                {(reason == PauseReason::PlanEnded)
                                    .then(|| {
                                        view! {
                                            <a class="btn btn-sm" href=plan>
                                                <span>{text::to_plan(lang)}</span>
                                            </a>
                                        }
                                    })}
                            </div>
                        }
                    })
            }}
        </div>
    }
}
