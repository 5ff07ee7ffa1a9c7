//! An event on its way to the pages of this process.
use super::LiveEvent;
use std::{
    future::Future,
    ops::Deref,
    sync::{Arc, OnceLock},
};
use tokio::sync::OnceCell;

/// An event as the pages of this process hear it: all of them hold the same one.
#[derive(Debug)]
pub struct Told {
    pub(super) event: LiveEvent,
    mark: String,
    json: OnceLock<String>,
    whole: OnceCell<Option<Whole>>,
}

/// An event with what it is about in it, as JSON of a [`Change`]: for who may read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whole {
    /// Whose doing it was.
    pub by: Option<i64>,
    /// For that administrator's own pages.
    pub own: String,
    /// For all other pages.
    pub others: String,
}

impl Told {
    pub(super) fn new(event: LiveEvent, mark: String) -> Arc<Self> {
        let (json, whole) = (OnceLock::new(), OnceCell::new());
        Arc::new(Self {
            event,
            mark,
            json,
            whole,
        })
    }

    /// Where to go on behind this event: see [`LiveBus::listen_since`].
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The change as pages get it, written once for all of them.
    pub fn json(&self) -> &str {
        // numbers and texts always become JSON
        self.json
            .get_or_init(|| serde_json::to_string(&self.event.change).unwrap_or_default())
    }

    /// The change with what it is about, for a page of this administrator; what `load` answers for the first page is kept for
    /// all others. None: there is nothing more to tell than [`Told::json`].
    pub async fn whole<F>(&self, administrator_id: Option<i64>, load: impl FnOnce() -> F) -> Option<&str>
    where
        F: Future<Output = Option<Whole>>,
    {
        let whole = self.whole.get_or_init(load).await.as_ref()?;
        let is_own = whole.by.is_some() && whole.by == administrator_id;
        Some(if is_own { &whole.own } else { &whole.others })
    }
}

impl Deref for Told {
    type Target = LiveEvent;

    fn deref(&self) -> &LiveEvent {
        &self.event
    }
}
