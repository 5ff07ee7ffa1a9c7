//! Live events: what open pages hear without reloading. In this process over a channel; between machines over
//! PostgreSQL's LISTEN/NOTIFY.
use serde::{Deserialize, Serialize};
use std::future::Future;
use tokio::sync::{broadcast, watch};

/// One event, for the pages of one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// Only its pages hear it.
    pub organisation_id: i64,
    /// Only who sees this identity hears it; none: everybody.
    pub identity_id: Option<i64>,
    /// What the page gets, as JSON: see [`crate::kernel::live::Change`].
    pub change: crate::kernel::live::Change,
}

/// The bus of this process. A page that lags behind misses events and loads its state again.
#[derive(Clone, Debug)]
pub struct LiveBus {
    local: broadcast::Sender<LiveEvent>,
    /// Events that this process made, for the other machines.
    remote: broadcast::Sender<LiveEvent>,
    closed: watch::Sender<bool>,
}

impl Default for LiveBus {
    fn default() -> Self {
        Self {
            local: broadcast::channel(256).0,
            remote: broadcast::channel(256).0,
            closed: watch::Sender::new(false),
        }
    }
}

impl LiveBus {
    /// Tells every open page of the organisation, here and on other machines. Call it after the commit.
    pub fn tell(&self, event: LiveEvent) {
        // nobody listening is fine
        let _ = self.remote.send(event.clone());
        let _ = self.local.send(event);
    }

    /// Passes on what another machine told.
    pub fn heard(&self, event: LiveEvent) {
        let _ = self.local.send(event);
    }

    /// Everything from now on, for pages.
    pub fn listen(&self) -> broadcast::Receiver<LiveEvent> {
        self.local.subscribe()
    }

    /// What this process told, for the bridge to other machines.
    pub fn outgoing(&self) -> broadcast::Receiver<LiveEvent> {
        self.remote.subscribe()
    }

    /// Ends every stream of events, so that a server that is ending need not wait for open pages.
    pub fn close(&self) {
        self.closed.send_replace(true);
    }

    /// Answers once [`LiveBus::close`] was called.
    pub fn until_closed(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut closed = self.closed.subscribe();
        async move {
            // an error means that the bus is gone: closed too
            let _ = closed.wait_for(|c| *c).await;
        }
    }
}
