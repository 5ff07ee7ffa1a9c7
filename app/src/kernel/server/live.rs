//! Live events: what open pages hear without reloading. In this process over a channel; between machines over
//! PostgreSQL's LISTEN/NOTIFY.
mod past;
#[cfg(test)]
mod tests;
mod told;

pub use past::Listening;
pub use told::{Told, Whole};

use crate::kernel::{Uid, live::Change};
use past::Past;
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    runtime::Handle,
    sync::{broadcast, watch},
};

/// Within this time pages hear of one thing once: at once, and afterwards the last that there is to say.
const PAUSE: Duration = Duration::from_millis(250);

/// One event, for the pages of one organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveEvent {
    /// Only its pages hear it.
    pub organisation_id: i64,
    /// Only who sees this identity hears it; none: everybody.
    pub identity_id: Option<i64>,
    /// What the page gets, as JSON: see [`crate::kernel::live::Change`].
    pub change: Change,
}

/// What an event is about: the organisation, the kind, and the thing.
type Topic = (i64, &'static str, Uid);

impl LiveEvent {
    /// None: never waits.
    fn topic(&self) -> Option<Topic> {
        match &self.change {
            Change::Message { uid, .. } => Some((self.organisation_id, "message", uid.clone())),
            Change::Identity { uid } => Some((self.organisation_id, "identity", uid.clone())),
            Change::Bot { uid } => Some((self.organisation_id, "bot", uid.clone())),
            Change::Conversation { identity, uid } => {
                let uid = uid.as_ref().unwrap_or(identity);
                Some((self.organisation_id, "conversation", uid.clone()))
            }
            // a chat is live, and who loses a right loses it at once
            Change::Group { .. } | Change::Presence { .. } | Change::Access { .. } | Change::Missed => None,
        }
    }

    /// What pages hear of without a pause when it changes.
    fn state(&self) -> &str {
        match &self.change {
            Change::Message { state, .. } => state,
            Change::Identity { .. }
            | Change::Bot { .. }
            | Change::Conversation { .. }
            | Change::Group { .. }
            | Change::Presence { .. }
            | Change::Access { .. }
            | Change::Missed => "",
        }
    }
}

/// A topic that pages have just heard of.
#[derive(Debug)]
struct Pause {
    state: String,
    /// The newest of what has been told since.
    waiting: Option<LiveEvent>,
}

/// The bus of this process. A page that lags behind misses events and loads its state again.
#[derive(Clone, Debug)]
pub struct LiveBus {
    local: broadcast::Sender<Arc<Told>>,
    /// Events that this process made, for the other machines.
    remote: broadcast::Sender<LiveEvent>,
    closed: watch::Sender<bool>,
    pauses: Arc<Mutex<HashMap<Topic, Pause>>>,
    past: Arc<Mutex<Past>>,
}

impl Pause {
    fn after(event: &LiveEvent) -> Self {
        Self {
            state: event.state().to_owned(),
            waiting: None,
        }
    }
}

impl Default for LiveBus {
    fn default() -> Self {
        Self {
            local: broadcast::channel(256).0,
            remote: broadcast::channel(256).0,
            closed: watch::Sender::new(false),
            pauses: Arc::default(),
            past: Arc::new(Mutex::new(Past::new())),
        }
    }
}

impl LiveBus {
    /// Tells every open page of the organisation, here and on other machines. Call it after the commit. However often one
    /// thing changes (ten thousand receipts of one message), pages hear of it a few times a second, and of the last change.
    pub fn tell(&self, event: LiveEvent) {
        let (Ok(runtime), Some(topic)) = (Handle::try_current(), event.topic()) else {
            return self.pass(event);
        };
        let is_new = match self.pauses().entry(topic.clone()) {
            Entry::Occupied(mut pause) if pause.get().state == event.state() => {
                pause.get_mut().waiting = Some(event);
                return;
            }
            Entry::Occupied(mut pause) => {
                pause.insert(Pause::after(&event));
                false
            }
            Entry::Vacant(place) => {
                place.insert(Pause::after(&event));
                true
            }
        };
        self.pass(event);
        if is_new {
            runtime.spawn(self.clone().follow(topic));
        }
    }

    /// Tells what was told meanwhile, until a pause passes in which nothing was.
    async fn follow(self, topic: Topic) {
        loop {
            tokio::time::sleep(PAUSE).await;
            let waiting = {
                let mut pauses = self.pauses();
                let waiting = pauses.get_mut(&topic).and_then(|pause| pause.waiting.take());
                if waiting.is_none() {
                    pauses.remove(&topic);
                }
                waiting
            };
            match waiting {
                Some(event) => self.pass(event),
                None => return,
            }
        }
    }

    /// Answers once nothing waits to be told.
    #[cfg(test)]
    pub async fn at_rest(&self) {
        while !self.pauses().is_empty() {
            tokio::time::sleep(PAUSE / 10).await;
        }
    }

    fn pauses(&self) -> MutexGuard<'_, HashMap<Topic, Pause>> {
        self.pauses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pass(&self, event: LiveEvent) {
        // nobody listening is fine
        let _ = self.remote.send(event.clone());
        self.heard(event);
    }

    /// Passes on what another machine told.
    pub fn heard(&self, event: LiveEvent) {
        // under the lock, so that who begins to listen has each event either behind or before itself
        let mut past = self.past();
        let mark = past.keep(&event);
        let _ = self.local.send(Told::new(event, mark));
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the events of this process stand: a page that is drawn from now on listens from here.
    pub fn mark(&self) -> String {
        let past = self.past();
        past.mark(past.newest)
    }

    /// What came behind a mark, and everything from now on, without a gap.
    pub fn listen_since(&self, mark: Option<&str>) -> Listening {
        let past = self.past();
        let before = mark.map_or_else(|| Some(VecDeque::new()), |mark| past.behind(mark));
        Listening {
            missed: before.is_none(),
            before: before.unwrap_or_default(),
            events: self.listen(),
        }
    }

    /// Some of what other machines told was not heard: every page loads anew what it shows.
    pub fn missed(&self) {
        self.heard(LiveEvent {
            organisation_id: 0,
            identity_id: None,
            change: Change::Missed,
        });
    }

    /// Everything from now on, for pages.
    pub fn listen(&self) -> broadcast::Receiver<Arc<Told>> {
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
