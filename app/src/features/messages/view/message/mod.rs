//! `/i/:identity/messages/:message`: how far a message got, live, down to every recipient.
mod actions;
mod afterwards;
mod approval;
mod deliveries;
mod failed;
mod progress;
mod text_card;
mod undo;
mod waiting;

use super::{
    live::{Standing, use_slow_version, use_standing},
    table::title_of,
    words::MessageChip,
};
use crate::features::messages::{
    api::load_message,
    model::{MessageState, MessageView},
    text,
};
use crate::kernel::{AppError, ErrorCode, Uid, live::Change, permission::Right};
use crate::shell::{Can, Page, use_identity_uid, use_right};
use crate::ui::{
    Failure, Load, StepUp, Time, TimeStyle,
    live::{use_live, use_missed},
    loading, use_lang, use_step_up,
};
use actions::Actions;
use afterwards::Afterwards;
use approval::ApprovalCard;
use deliveries::{Deliveries, use_deliveries};
use failed::FailedCard;
use leptos::prelude::*;
use leptos_router::{components::Redirect, hooks::use_params_map};
use progress::ProgressCard;
use std::time::Duration;
use text_card::TextCard;
use undo::UndoCard;
use waiting::Waiting;

/// A message as its page follows it.
#[derive(Clone, Copy)]
pub(super) struct Followed {
    /// Whose
    identity: StoredValue<Uid>,
    /// Which
    uid: StoredValue<Uid>,
    /// What was loaded last
    view: RwSignal<MessageView>,
    /// Counts and state from the live stream
    standing: Standing,
    /// This computer's clock when `view` was loaded first, for countdowns
    loaded_at: StoredValue<i64>,
    /// A step that was taken here failed
    error: RwSignal<Option<AppError>>,
    /// A step is being taken
    busy: RwSignal<bool>,
    /// Asks who is there
    step_up: StepUp,
}

impl Followed {
    fn new(identity: Uid, view: MessageView) -> Self {
        Self {
            identity: StoredValue::new(identity),
            uid: StoredValue::new(view.row.uid.clone()),
            standing: use_standing(&view.row),
            view: RwSignal::new(view),
            loaded_at: StoredValue::new(super::live::clock()),
            error: RwSignal::new(None),
            busy: RwSignal::new(false),
            step_up: use_step_up(),
        }
    }

    /// Loads what the live stream does not bring: reasons, times, why it waits.
    fn reload(self) {
        let (Some(identity), Some(uid)) = (self.identity.try_get_value(), self.uid.try_get_value()) else {
            return;
        };
        leptos::task::spawn_local(async move {
            if let Ok(view) = load_message(identity, uid).await {
                if self.view.try_get_untracked().is_none() {
                    return;
                }
                self.loaded_at.set_value(super::live::clock());
                self.standing.set(view.row.counts, Some(view.row.state));
                self.view.set(view);
            }
        });
    }

    /// Takes a step, once more after a confirmation if it needs a fresh sign-in; afterwards the page shows the newest state,
    /// even when somebody else was quicker.
    fn step<F, C>(self, call: C, then: Callback<()>)
    where
        F: Future<Output = Result<(), AppError>> + 'static,
        C: Fn() -> F + Clone + Send + Sync + 'static,
    {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        leptos::task::spawn_local(async move {
            let done = call().await;
            if self.busy.try_set(false).is_some() {
                return;
            }
            match done {
                // what asked may be gone: the live stream can be quicker than the answer
                Ok(()) => {
                    then.try_run(());
                }
                Err(error) => {
                    crate::ui::to_sign_in(&error);
                    if !self
                        .step_up
                        .asked_by(&error, move || self.step(call.clone(), then))
                    {
                        self.error.set(Some(error));
                    }
                }
            }
            self.reload();
        });
    }

    /// Loads again when the state changes, when more fail, and when the stream was away.
    fn keep_fresh(self) {
        let state = self.standing.state;
        let missed = use_missed();
        Effect::new(move |before: Option<(MessageState, u32)>| {
            let now = (state.get(), missed.get());
            if before.is_some_and(|b| b != now) {
                self.reload();
            }
            now
        });
        let bad = Memo::new(move |_| self.standing.counts.with(|c| (c.failed, c.skipped)));
        let waiting = StoredValue::new(false);
        Effect::new(move |before: Option<(u64, u64)>| {
            let now = bad.get();
            if before.is_some_and(|b| b != now) && !waiting.get_value() {
                waiting.set_value(true);
                let later = move || {
                    if waiting.try_update_value(|w| *w = false).is_some() {
                        self.reload();
                    }
                };
                set_timeout(later, Duration::from_millis(1_000));
            }
            now
        });
        self.watch_waiting();
    }

    /// Why a message waits for the gateway can change while its state stays.
    fn watch_waiting(self) {
        let own = self.uid.get_value();
        let moved = StoredValue::new((0_u64, 0_i64));
        use_live(move |change| {
            let Change::Message { uid, counts, .. } = change else {
                return;
            };
            if uid != own || self.standing.state.get_untracked() != MessageState::Sending {
                return;
            }
            let ((pending, at), now) = (moved.get_value(), super::live::clock());
            let waits = self.view.with_untracked(|v| v.row.pause_reason.is_some());
            // it stands still, or it goes on again
            if (pending == counts.pending || waits) && now - at > 1_000 {
                moved.set_value((counts.pending, now));
                self.reload();
            } else if pending != counts.pending {
                moved.set_value((counts.pending, if waits { at } else { now }));
            }
        });
    }
}

/// The page of one message.
#[component]
pub fn MessagePage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let params = use_params_map();
    let message =
        Memo::new(move |_| params.with(|p| p.get_str("message").and_then(|m| m.parse::<Uid>().ok())));
    let view = loading(
        move || (identity.get(), message.get()),
        |(identity, message)| async move {
            let (identity, message) = (
                identity.ok_or(ErrorCode::NotFound)?,
                message.ok_or(ErrorCode::NotFound)?,
            );
            load_message(identity, message).await
        },
    );
    let version = use_slow_version(move || message.get_untracked(), Duration::from_millis(1_500));
    let deliveries = use_deliveries(identity, message, version);
    let title = RwSignal::new(text::message(lang).to_owned());
    let sends = use_right(Right::Send);
    let base = identity.get_untracked().map(|i| format!("/i/{i}/messages"));
    let trail = base.map(|href| (text::messages(lang).to_owned(), href));
    view! {
        <Page title trail=trail.into_iter().collect()>
            <Load resource=view rows=6 let:view>
                {match identity.get_untracked() {
                    Some(identity) if view.row.state == MessageState::Draft && sends.get_untracked() => {
                        let path = format!("/i/{identity}/messages/new?draft={}", view.row.uid);
                        view! { <Redirect path /> }.into_any()
                    }
                    Some(identity) => {
                        view! { <Body followed=Followed::new(identity, view) title deliveries /> }.into_any()
                    }
                    None => ().into_any(),
                }}
            </Load>
        </Page>
    }
}

#[component]
fn Body(followed: Followed, title: RwSignal<String>, deliveries: deliveries::Rows) -> impl IntoView {
    let lang = use_lang();
    let Followed {
        view,
        standing,
        error,
        ..
    } = followed;
    followed.keep_fresh();
    let heading = Memo::new(move |_| view.with(|v| title_of(lang, &v.row)));
    Effect::new(move |_| title.set(heading.get()));
    let state = standing.state;
    let sends = use_right(Right::Send);
    // whoever cannot write on it stays here and reads it
    let taken_back = move || {
        (state.try_get() == Some(MessageState::Draft) && sends.try_get().unwrap_or_default()).then(|| {
            let path = format!(
                "/i/{}/messages/new?draft={}",
                followed.identity.get_value(),
                followed.uid.get_value()
            );
            view! { <Redirect path /> }
        })
    };
    let unsent = Memo::new(move |_| matches!(state.get(), MessageState::NeedsApproval | MessageState::Draft));
    let queued = Memo::new(move |_| state.get() == MessageState::Queued);
    view! {
        {taken_back}
        <div class="page-head">
            <div class="min-w-0">
                <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <h1 class="min-w-0">{heading}</h1>
                    <MessageChip state chip=true />
                </div>
                <Facts followed />
            </div>
            <Can right=Right::Send>
                <Actions followed />
            </Can>
        </div>
        <div class="grid gap-4">
            {move || error.get().map(|error| view! { <Failure error /> })}
            <ApprovalCard followed />
            <Waiting followed />
            {move || (queued.try_get().unwrap_or_default() && sends.try_get().unwrap_or_default()).then(|| view! { <UndoCard followed /> })}
            <div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem]">
                <div class="grid gap-4 content-start min-w-0">
                    // hidden, not taken away: what is still loading there must not wake up in a page that is gone
                    <div hidden=unsent>
                        <div class="grid gap-4">
                            <ProgressCard followed />
                            <Deliveries followed rows=deliveries />
                        </div>
                    </div>
                </div>
                <div class="grid gap-4 content-start min-w-0">
                    <FailedCard followed />
                    <TextCard followed />
                    <Afterwards followed />
                </div>
            </div>
        </div>
    }
}

/// Who, when, to whom.
#[component]
fn Facts(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let view = followed.view;
    // somebody may approve while the page is open
    let approved = move || {
        let by = view.try_with(|v| v.approved_by.clone()).flatten();
        by.map(|name| format!(" · {}", text::approved_by(lang, &name)))
    };
    let (at, author, lists, retry) = view.with_untracked(|v| {
        (
            v.row.at,
            v.author.clone(),
            v.row.lists.join(", "),
            v.retry_of.clone(),
        )
    });
    let base = format!("/i/{}/messages", followed.identity.get_value());
    view! {
        <p class="text-sm text-ink-3 mt-0.5">
            {author.map(|author| format!("{author}, "))} <Time at style=TimeStyle::Full />
            {(!lists.is_empty()).then(|| format!(" · {}", text::by_lists(lang, &lists)))}
            {approved}
        </p>
        {retry
            .map(|first| {
                view! {
                    <p class="text-sm text-ink-3">
                        {text::retry_note(lang)} " "
                        <a class="link" href=format!("{base}/{first}")>
                            {text::first_message(lang)}
                        </a>
                    </p>
                }
            })}
    }
}
