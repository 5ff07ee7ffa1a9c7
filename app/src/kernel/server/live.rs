//! Live events: what open pages hear without reloading. In this process over a channel; between machines over
//! PostgreSQL's LISTEN/NOTIFY.
use crate::kernel::{Uid, live::Change};
use serde::{Deserialize, Serialize};
use std::{
    collections::{HashMap, hash_map::Entry},
    future::Future,
    ops::Deref,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
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
            Change::Group { .. } | Change::Presence { .. } | Change::Access { .. } => None,
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
            | Change::Access { .. } => "",
        }
    }
}

/// An event as the pages of this process hear it: all of them hold the same one.
#[derive(Debug)]
pub struct Told {
    event: LiveEvent,
    json: OnceLock<String>,
}

impl Told {
    fn new(event: LiveEvent) -> Arc<Self> {
        let json = OnceLock::new();
        Arc::new(Self { event, json })
    }

    /// The change as pages get it, written once for all of them.
    pub fn json(&self) -> &str {
        // numbers and texts always become JSON
        self.json
            .get_or_init(|| serde_json::to_string(&self.event.change).unwrap_or_default())
    }
}

impl Deref for Told {
    type Target = LiveEvent;

    fn deref(&self) -> &LiveEvent {
        &self.event
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
        let _ = self.local.send(Told::new(event));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::live::Counts;

    fn event(uid: &str, state: &str, read: u64) -> LiveEvent {
        LiveEvent {
            organisation_id: 1,
            identity_id: None,
            change: Change::Message {
                uid: uid.parse().unwrap(),
                counts: Counts {
                    total: 10_000,
                    read,
                    ..Counts::default()
                },
                state: state.to_owned(),
            },
        }
    }

    #[tokio::test]
    async fn a_burst_of_receipts_is_told_twice_and_the_last_of_it_is_heard() {
        let bus = LiveBus::default();
        let (mut here, mut elsewhere) = (bus.listen(), bus.outgoing());
        // nothing yields in between: the whole burst falls into one pause
        for read in 1..=10_000 {
            bus.tell(event("aaaaaaaaaa", "sending", read));
        }
        for read in [1, 10_000] {
            assert_eq!(**here.recv().await.unwrap(), event("aaaaaaaaaa", "sending", read));
            assert_eq!(elsewhere.recv().await, Ok(event("aaaaaaaaaa", "sending", read)));
        }
        assert!(here.is_empty() && elsewhere.is_empty());
    }

    #[tokio::test]
    async fn who_loses_access_hears_of_it_each_time_and_at_once() {
        let bus = LiveBus::default();
        let mut here = bus.listen();
        let access = LiveEvent {
            organisation_id: 1,
            identity_id: None,
            change: Change::Access { administrator_id: 7 },
        };
        for _ in 0..2 {
            bus.tell(access.clone());
            assert_eq!(**here.try_recv().unwrap(), access);
        }
    }

    #[tokio::test]
    async fn another_state_and_another_message_do_not_wait() {
        let bus = LiveBus::default();
        let mut here = bus.listen();
        bus.tell(event("aaaaaaaaaa", "sending", 1));
        bus.tell(event("aaaaaaaaaa", "sending", 2));
        bus.tell(event("bbbbbbbbbb", "sending", 3));
        bus.tell(event("aaaaaaaaaa", "sent", 4));
        // what waited is outdated by then
        for (uid, state, read) in [
            ("aaaaaaaaaa", "sending", 1),
            ("bbbbbbbbbb", "sending", 3),
            ("aaaaaaaaaa", "sent", 4),
        ] {
            assert_eq!(**here.try_recv().unwrap(), event(uid, state, read));
        }
        bus.tell(event("aaaaaaaaaa", "sent", 5));
        assert_eq!(**here.recv().await.unwrap(), event("aaaaaaaaaa", "sent", 5));
    }

    #[tokio::test]
    async fn what_pages_get_is_written_once_for_all() {
        let bus = LiveBus::default();
        let (mut one, mut other) = (bus.listen(), bus.listen());
        bus.tell(event("aaaaaaaaaa", "sent", 5));
        let (one, other) = (one.recv().await.unwrap(), other.recv().await.unwrap());
        let change: Change = serde_json::from_str(one.json()).unwrap();
        assert_eq!(change, one.change);
        assert!(std::ptr::eq(one.json(), other.json()));
    }
}
