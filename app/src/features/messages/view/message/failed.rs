//! Who was not reached, why, and the way to send it to them once more.
use super::super::words::{delivery_look, reason_word};
use super::Followed;
use crate::features::messages::{
    api::send_to_failed,
    model::{DeliveryState, MessageState},
    text,
};
use crate::kernel::{Uid, i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{Button, Icon, use_lang};
use leptos::prelude::*;
use leptos_router::{NavigateOptions, hooks::use_navigate};

/// Sends to those who were not reached, once more after a confirmation if it needs a fresh sign-in.
fn send_again(followed: Followed, open: Callback<Uid>) {
    let (identity, uid) = (followed.identity.get_value(), followed.uid.get_value());
    followed.busy.set(true);
    followed.error.set(None);
    leptos::task::spawn_local(async move {
        let sent = send_to_failed(identity, uid).await;
        if followed.busy.try_set(false).is_some() {
            return;
        }
        match sent {
            Ok(new) => {
                open.try_run(new);
            }
            Err(problem) => {
                crate::ui::to_sign_in(&problem);
                let again = move || send_again(followed, open);
                if !followed.step_up.asked_by(&problem, again) {
                    followed.error.set(Some(problem));
                }
                // somebody else may have been quicker
                followed.reload();
            }
        }
    });
}

/// The card; nothing while nobody is concerned.
#[component]
pub fn FailedCard(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let Followed {
        view, standing, busy, ..
    } = followed;
    let reasons = Memo::new(move |_| view.with(|v| v.reasons.clone()));
    let failed = Memo::new(move |_| standing.counts.with(|c| c.failed));
    let over =
        Memo::new(move |_| matches!(standing.state.get(), MessageState::Sent | MessageState::Cancelled));
    let erased = move || view.with(|v| v.texts.is_empty());
    let left = Memo::new(move |_| view.with(|v| v.failed_left));
    let sends = use_right(Right::Send);
    let navigate = use_navigate();
    let open = Callback::new(move |new: Uid| {
        let identity = followed.identity.get_value();
        navigate(
            &format!("/i/{identity}/messages/{new}"),
            NavigateOptions::default(),
        );
    });
    let again = move || send_again(followed, open);
    let title = move || match failed.get() {
        0 => {
            let n = reasons.with(|r| r.iter().map(|(_, _, n)| n).sum::<u64>());
            text::n_not_reached(lang, &number(n))
        }
        n => text::n_failed(lang, &number(n)),
    };
    let send = move || {
        (left.get() > 0 && over.get() && !erased() && sends.get()).then(|| {
            view! {
                <Button small=true icon="rotate-cw" busy on:click=move |_| again()>
                    {move || text::send_to_the(lang, &number(left.get()))}
                </Button>
            }
        })
    };
    let line = move |(state, reason, n)| {
        let (icon, _) = delivery_look(state);
        let class = match state {
            DeliveryState::Failed => "mt-0.5 text-fail-ink",
            DeliveryState::Pending => "mt-0.5 text-warn-ink",
            _ => "mt-0.5 text-ink-3",
        };
        let icon = if state == DeliveryState::Pending {
            "triangle-alert"
        } else {
            icon
        };
        view! {
            <li>
                <Icon name=icon class />
                <span class="flex-1">{reason_word(lang, state, reason)}</span>
                <span class="num">{number(n)}</span>
            </li>
        }
    };
    move || {
        (!reasons.with(Vec::is_empty) || failed.get() > 0).then(|| {
            view! {
                <section class="card" aria-labelledby="failed">
                    <div class="card-head">
                        <h2 id="failed">{title}</h2>
                        {send}
                    </div>
                    <ul class="rows text-sm">{reasons.get().into_iter().map(line).collect_view()}</ul>
                    {move || {
                        (failed.get() > 0 && !over.get())
                            .then(|| view! { <p class="card-foot meta">{text::after_sent(lang)}</p> })
                    }}
                </section>
            }
        })
    }
}
