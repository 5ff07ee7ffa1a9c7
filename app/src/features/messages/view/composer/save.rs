//! Keeps the draft while somebody writes: a moment after each change, and when the page is left.
use super::state::{Composer, Saved};
use crate::features::messages::{api::save_draft, model::DraftInput};
use crate::kernel::{AppResult, ErrorCode, Uid};
use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use std::time::Duration;

/// How long after the last change the draft is saved.
const PAUSE: Duration = Duration::from_millis(800);

/// Saves one after the other, so that a new draft is made once only.
#[derive(Clone, Copy)]
pub struct Saver {
    composer: Composer,
    /// Called with the draft's uid after the first save
    opened: Callback<Uid>,
    /// What was saved last
    last: StoredValue<DraftInput>,
    busy: StoredValue<bool>,
    again: StoredValue<bool>,
    ended: StoredValue<bool>,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Waits for the next save that holds everything
    then: StoredValue<Option<Callback<AppResult<Uid>>>>,
}

impl Saver {
    /// Begins to watch the composer.
    pub fn start(composer: Composer, opened: Callback<Uid>) -> Self {
        let saver = Self {
            composer,
            opened,
            last: StoredValue::new(untrack(|| composer.input(false))),
            busy: StoredValue::new(false),
            again: StoredValue::new(false),
            ended: StoredValue::new(false),
            timer: StoredValue::new(None),
            then: StoredValue::new(None),
        };
        Effect::new(move |_| {
            composer.input(false);
            if saver.is_dirty() {
                saver.soon();
            }
        });
        Effect::new(move |_| saver.watch_leaving());
        on_cleanup(move || {
            saver.stop_timer();
            if saver.is_dirty() {
                let (identity, input) = (composer.uid(), untrack(|| composer.input(false)));
                leptos::task::spawn_local(async move {
                    let _ = save_draft(identity, input).await;
                });
            }
        });
        saver
    }

    /// Nothing is saved any more: the draft was sent or discarded.
    pub fn end(self) {
        self.ended.set_value(true);
        self.stop_timer();
    }

    /// Saves without waiting.
    pub fn now(self) {
        self.stop_timer();
        self.run();
    }

    /// Saves what can be sent, and calls back with the draft's uid.
    pub fn then(self, done: Callback<AppResult<Uid>>) {
        self.then.set_value(Some(done));
        self.now();
    }

    fn is_dirty(self) -> bool {
        let input = untrack(|| self.composer.input(false));
        if self.ended.get_value() {
            return false;
        }
        let empty = input.uid.is_none()
            && input.lists.is_empty()
            && input.settings.name.trim().is_empty()
            && input.texts.values().all(|t| t.trim().is_empty());
        !empty
            && self.last.with_value(|last| {
                last.lists != input.lists || last.texts != input.texts || last.settings != input.settings
            })
    }

    fn soon(self) {
        self.stop_timer();
        self.composer.saved.set(Saved::Waiting);
        if let Ok(timer) = set_timeout_with_handle(move || self.run(), PAUSE) {
            self.timer.set_value(Some(timer));
        }
    }

    fn stop_timer(self) {
        if let Some(timer) = self.timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    }

    fn run(self) {
        if self.busy.try_get_value() != Some(false) {
            self.again.try_update_value(|again| *again = true);
            return;
        }
        self.busy.set_value(true);
        leptos::task::spawn_local(async move {
            loop {
                let done = self.then.try_update_value(Option::take).flatten();
                let result = self.save_once(done.is_some()).await;
                if let Some(done) = done {
                    done.run(result);
                }
                if self.again.try_update_value(std::mem::take) != Some(true) {
                    break;
                }
            }
            let _ = self.busy.try_update_value(|busy| *busy = false);
        });
    }

    async fn save_once(self, filled: bool) -> AppResult<Uid> {
        let composer = self.composer;
        let (whole, input) = untrack(|| (composer.input(false), composer.input(filled)));
        if composer.saved.try_set(Saved::Saving).is_some() {
            // the page is gone; what was dirty has been saved on leaving
            return Err(ErrorCode::Offline.into());
        }
        let first = input.uid.is_none();
        match save_draft(composer.uid(), input).await {
            Ok(draft) => {
                let _ = self.last.try_update_value(|last| *last = whole);
                composer.draft.try_set(Some(draft.uid.clone()));
                composer.saved.try_set(Saved::At(draft.saved_at));
                if first {
                    self.opened.try_run(draft.uid.clone());
                }
                Ok(draft.uid)
            }
            Err(error) => {
                composer.saved.try_set(Saved::Failed(error.clone()));
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
                let busy = self.busy.get_value();
                if self.is_dirty() && !(busy && self.composer.draft.get_untracked().is_none()) {
                    let input = untrack(|| self.composer.input(false));
                    send_along(self.composer.uid(), input);
                }
            });
            on_cleanup(move || {
                hidden.remove();
                closed.remove();
            });
        }
    }
}

/// Saves although the page is being closed: the browser finishes the call by itself.
#[cfg(feature = "hydrate")]
fn send_along(identity: Uid, input: DraftInput) {
    use crate::features::messages::api::SaveDraft;
    use leptos::server_fn::ServerFn;
    let Ok(body) = serde_json::to_string(&SaveDraft { identity, input }) else {
        return;
    };
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("application/json");
    let parts = js_sys::Array::of1(&body.into());
    if let Ok(blob) = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options) {
        let _ = window()
            .navigator()
            .send_beacon_with_opt_blob(SaveDraft::url(), Some(&blob));
    }
}
