//! Messages on open pages: counts and states follow the live stream without loading anything again.
use crate::features::messages::model::{MessageRow, MessageState};
use crate::kernel::{
    Uid,
    live::{Change, Counts},
};
pub use crate::ui::focus_on;
use crate::ui::live::{use_live, use_reload_on};
use leptos::prelude::*;
use std::time::Duration;

/// How one message stands.
#[derive(Clone, Copy)]
pub struct Standing {
    /// Its deliveries
    pub counts: RwSignal<Counts>,
    /// Its state
    pub state: RwSignal<MessageState>,
}

/// Follows one message from what was loaded.
pub fn use_standing(row: &MessageRow) -> Standing {
    let standing = Standing {
        counts: RwSignal::new(row.counts),
        state: RwSignal::new(row.state),
    };
    let own = row.uid.clone();
    use_live(move |change| {
        if let Change::Message { uid, counts, state } = change
            && uid == own
        {
            standing.set(counts, MessageState::from_code(&state));
        }
    });
    standing
}

impl Standing {
    /// Takes over what is new; what is the same wakes nobody.
    pub fn set(&self, counts: Counts, state: Option<MessageState>) {
        if self.counts.get_untracked() != counts {
            self.counts.set(counts);
        }
        if let Some(state) = state
            && self.state.get_untracked() != state
        {
            self.state.set(state);
        }
    }
}

/// Rows of a table as they were loaded: the table is loaded again only for a message or a state that it does not know.
#[derive(Clone, Copy)]
pub struct Known(StoredValue<Vec<(Uid, MessageState)>>);

impl Known {
    /// Nothing known yet.
    pub fn new() -> Self {
        Self(StoredValue::default())
    }

    /// Notes what was loaded.
    pub fn note(&self, rows: &[MessageRow]) {
        self.0
            .set_value(rows.iter().map(|r| (r.uid.clone(), r.state)).collect());
    }

    /// Goes up when the table should be loaded again.
    pub fn version(self) -> Signal<u32> {
        use_reload_on(move |change| match change {
            Change::Message { uid, state, .. } => self.is_news(uid, state),
            Change::Identity { .. }
            | Change::Bot { .. }
            | Change::Conversation { .. }
            | Change::Group { .. }
            | Change::Presence { .. }
            | Change::Access { .. }
            | Change::Missed => false,
        })
    }

    /// Whether this is new; it is not the next time, even when the table shows another page.
    fn is_news(self, uid: &Uid, state: &str) -> bool {
        let Some(state) = MessageState::from_code(state) else {
            return false;
        };
        let same = |(u, s): &(Uid, MessageState)| u == uid && *s == state;
        if self.0.with_value(|known| known.iter().any(same)) {
            return false;
        }
        self.0.update_value(|known| {
            known.retain(|(u, _)| u != uid);
            known.push((uid.clone(), state));
        });
        true
    }
}

/// A number that goes up when this message changes, at most once in `pause`, and once more after the last change.
pub fn use_slow_version(
    message: impl Fn() -> Option<Uid> + Send + Sync + 'static,
    pause: Duration,
) -> RwSignal<u32> {
    let version = RwSignal::new(0_u32);
    let waiting = StoredValue::new(false);
    use_live(move |change| {
        let Change::Message { uid, .. } = change else {
            return;
        };
        if message() != Some(uid) || waiting.get_value() {
            return;
        }
        waiting.set_value(true);
        set_timeout(
            move || {
                let _ = waiting.try_update_value(|w| *w = false);
                let _ = version.try_update(|n| *n += 1);
            },
            pause,
        );
    });
    version
}

/// Milliseconds since 1970 on this computer; 0 on the server, where nothing counts down.
pub fn clock() -> i64 {
    #[cfg(feature = "hydrate")]
    {
        js_sys::Date::now() as i64
    }
    #[cfg(not(feature = "hydrate"))]
    0
}
