//! Keeps the work while somebody works: a moment after each change, and when the page is left.
use super::state::{Builder, Saved};
use crate::features::bots::{
    api::save_bot_draft,
    model::{DraftInput, Tree},
};
use crate::kernel::{AppError, AppResult, ErrorCode, Uid};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long after the last change it is saved.
const PAUSE: Duration = Duration::from_millis(800);

/// Saves one after the other.
#[derive(Clone, Copy)]
pub struct Saver {
    builder: Builder,
    /// What the server has
    last: StoredValue<Tree>,
    busy: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Saver {
    /// Begins to watch.
    pub fn start(builder: Builder) -> Self {
        let saver = Self {
            builder,
            last: StoredValue::new(builder.tree.get_untracked()),
            busy: StoredValue::new(false),
            timer: StoredValue::new(None),
        };
        Effect::new(move |_| {
            builder.tree.track();
            if saver.is_dirty() {
                saver.soon();
            }
        });
        Effect::new(move |_| saver.watch_leaving());
        on_cleanup(move || {
            saver.stop_timer();
            if let Some((identity, bot, input)) = saver.unsaved() {
                leptos::task::spawn_local(async move {
                    let _ = save_bot_draft(identity, bot, input).await;
                });
            }
        });
        saver
    }

    /// What the builder shows is what the server has.
    pub fn is_loaded(self) {
        self.stop_timer();
        let tree = self.builder.tree.get_untracked();
        self.last.try_set_value(tree);
    }

    /// Whether something is not saved yet.
    pub fn is_dirty(self) -> bool {
        let same = |tree: &Tree| self.last.try_with_value(|last| last == tree).unwrap_or(true);
        self.builder
            .tree
            .try_with_untracked(|tree| !same(tree))
            .unwrap_or_default()
    }

    /// Whether a call is under way.
    pub fn is_busy(self) -> bool {
        self.busy.try_get_value().unwrap_or_default()
    }

    /// Saves without waiting.
    pub fn now(self) {
        leptos::task::spawn_local(async move {
            let _ = self.flush().await;
        });
    }

    /// Saves until everything is saved.
    pub async fn flush(self) -> AppResult<()> {
        self.stop_timer();
        while self.is_busy() {
            pause().await;
        }
        while self.is_dirty() {
            self.busy.try_set_value(true);
            let done = self.save_once().await;
            self.busy.try_set_value(false);
            done?;
        }
        Ok(())
    }

    fn soon(self) {
        self.stop_timer();
        if self.builder.saved.with_untracked(|s| *s == Saved::Overtaken) {
            // what the server has is newer: nothing is overwritten
            return;
        }
        self.builder.saved.set(Saved::Waiting);
        if let Ok(timer) = set_timeout_with_handle(move || self.now(), PAUSE) {
            self.timer.set_value(Some(timer));
        }
    }

    fn stop_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    fn input(self) -> Option<(Uid, Uid, DraftInput)> {
        let input = DraftInput {
            version: self.builder.version.try_get_untracked()?,
            tree: self.builder.tree.try_get_untracked()?,
        };
        let (identity, bot) = self.builder.of()?;
        Some((identity, bot, input))
    }

    /// What has to be saved when the page goes.
    fn unsaved(self) -> Option<(Uid, Uid, DraftInput)> {
        let overtaken = self.builder.saved.try_with_untracked(|s| *s == Saved::Overtaken);
        if !self.is_dirty() || self.is_busy() || overtaken != Some(false) {
            return None;
        }
        self.input()
    }

    async fn save_once(self) -> AppResult<()> {
        let gone = || AppError::from(ErrorCode::Offline);
        let (identity, bot, input) = self.input().ok_or_else(gone)?;
        let saved = self.builder.saved;
        saved.try_set(Saved::Saving);
        let (tree, own) = (input.tree.clone(), Some((identity.clone(), bot.clone())));
        let done = save_bot_draft(identity, bot, input).await;
        if self.builder.of() != own {
            // another bot stands here by now
            return done.map(|_| ());
        }
        match done {
            Ok(draft) => {
                self.last.try_set_value(tree);
                self.builder.version.try_set(draft.version);
                saved.try_set(Saved::At(draft.at));
                Ok(())
            }
            Err(error) => {
                saved.try_set(match error.code {
                    ErrorCode::Changed => Saved::Overtaken,
                    _ => Saved::Failed(error.clone()),
                });
                Err(error)
            }
        }
    }

    /// A page in the background is saved at once; one that is closed sends what is not saved yet along.
    fn watch_leaving(self) {
        #[cfg(feature = "hydrate")]
        {
            let hidden = window_event_listener_untyped("visibilitychange", move |_| {
                if document().visibility_state() == web_sys::VisibilityState::Hidden && self.is_dirty() {
                    self.now();
                }
            });
            let closed = window_event_listener_untyped("pagehide", move |_| {
                if let Some((identity, bot, input)) = self.unsaved() {
                    send_along(identity, bot, input);
                }
            });
            on_cleanup(move || {
                hidden.remove();
                closed.remove();
            });
        }
    }
}

/// A moment, until another call may have ended.
async fn pause() {
    #[cfg(feature = "hydrate")]
    gloo_timers::future::TimeoutFuture::new(100).await;
}

/// Saves although the page is being closed: the browser finishes the call by itself.
#[cfg(feature = "hydrate")]
fn send_along(identity: Uid, bot: Uid, input: DraftInput) {
    use crate::features::bots::api::SaveBotDraft;
    use leptos::server_fn::ServerFn;
    let Ok(body) = serde_json::to_string(&SaveBotDraft { identity, bot, input }) else {
        return;
    };
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = js_sys::Array::of1(&body.into());
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        let _ = window()
            .navigator()
            .send_beacon_with_opt_blob(SaveBotDraft::url(), Some(&blob));
    }
}
