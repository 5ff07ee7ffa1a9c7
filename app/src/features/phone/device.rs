//! A phone while its page is open: signals for the view, and what the view may do with it.
use super::{
    model::{GroupKey, Incoming, Outgoing, Profile},
    rules::{Arrival, Dice},
};
use crate::kernel::{ThreemaId, Timestamp};
use leptos::prelude::*;

/// Events of the wire that are kept while the page is open.
const MAX_WIRE: usize = 40;

/// Where a phone stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Not looked into the storage yet.
    Starting,
    /// Its key is made; the gateway is asked for an ID.
    Registering,
    /// In use.
    Ready,
    /// What is stored cannot be read.
    Unreadable,
    /// The gateway does not know it any more.
    Forgotten,
    /// Another window has taken it over.
    Elsewhere,
    /// The browser stores nothing.
    NoStorage,
}

/// What came in or went out since the page was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct WireEvent {
    /// Unique, growing.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// What it was.
    pub what: WireWhat,
}

/// See [`WireEvent`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum WireWhat {
    /// Came in.
    In {
        /// The sender, as the mailbox says.
        from: String,
        /// The message's ID.
        message_id: String,
        /// Hexadecimal.
        nonce: String,
        /// The first bytes of the box, hexadecimal.
        sealed: String,
        /// Bytes of the box.
        bytes: usize,
        /// What became of it.
        arrival: Arrival,
    },
    /// Was taken by the gateway: a text, or a receipt.
    Out {
        /// For whom.
        to: ThreemaId,
        /// Whether it is a text.
        text: bool,
    },
}

/// Why no chat can be opened with an ID.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoContact {
    /// Not a Threema ID.
    NotAnId,
    /// The phone's own.
    Own,
    /// The gateway does not know it.
    Unknown,
    /// The gateway does not answer.
    Away,
}

/// A phone while its page is open.
#[derive(Clone, Copy)]
pub(super) struct Device {
    /// The name in the address; empty for the nameless phone.
    pub name: StoredValue<String>,
    /// Where it stands.
    pub phase: RwSignal<Phase>,
    /// What it keeps, once it is ready.
    pub profile: RwSignal<Option<Profile>>,
    /// The gateway does not answer.
    pub away: RwSignal<bool>,
    /// The browser has no room left.
    pub full: RwSignal<bool>,
    /// The chat that is open.
    pub open: Memo<Option<ThreemaId>>,
    /// The group that is open.
    pub open_group: Memo<Option<GroupKey>>,
    /// The newest last.
    pub wire: RwSignal<Vec<WireEvent>>,
    /// The number of the present run: a loop of an earlier one ends when it sees another number.
    pub(super) run: StoredValue<u32>,
    /// The run whose outbox is being sent.
    pub(super) sending: StoredValue<Option<u32>>,
    /// What this window has written to show that the phone is its own.
    pub(super) claim: StoredValue<String>,
}

impl Device {
    /// A phone that has not started yet.
    pub fn new(name: String, open: Memo<Option<ThreemaId>>, open_group: Memo<Option<GroupKey>>) -> Self {
        Self {
            name: StoredValue::new(name),
            phase: RwSignal::new(Phase::Starting),
            profile: RwSignal::new(None),
            away: RwSignal::new(false),
            full: RwSignal::new(false),
            open,
            open_group,
            wire: RwSignal::new(Vec::new()),
            run: StoredValue::new(0),
            sending: StoredValue::new(None),
            claim: StoredValue::new(String::new()),
        }
    }

    /// Starts it in the browser, or takes it over from another window; on the server nothing happens.
    pub fn begin(self) {
        #[cfg(feature = "hydrate")]
        self.start();
    }

    /// Deletes it and makes a new one in its place.
    pub fn begin_anew(self) {
        #[cfg(feature = "hydrate")]
        self.start_over();
    }

    /// Its Threema ID, once it has one.
    pub fn id(self) -> Option<ThreemaId> {
        self.profile.with(|p| p.as_ref().map(|p| p.id))
    }

    /// Reads something of what it keeps.
    pub fn read<T>(self, look: impl FnOnce(&Profile) -> T) -> Option<T> {
        self.profile.with(|p| p.as_ref().map(look))
    }

    /// Changes what it keeps, stores it, and sends what waits to be sent. On the server, where a phone is only drawn,
    /// nothing happens.
    pub fn change<T>(self, act: impl FnOnce(&mut Profile, &mut Dice<'_>) -> T) -> Option<T> {
        #[cfg(feature = "hydrate")]
        return self.change_and_store(act);
        #[cfg(not(feature = "hydrate"))]
        {
            drop(act);
            None
        }
    }

    /// Everything in the open chat has been seen, if somebody looks.
    pub fn look(self) {
        #[cfg(feature = "hydrate")]
        if let Some(with) = self.watched()
            && self
                .profile
                .with_untracked(|p| p.as_ref().is_some_and(|p| p.has_unread(&with)))
        {
            self.change(|p, dice| p.mark_read(&with, dice));
        }
        #[cfg(feature = "hydrate")]
        if let Some(key) = self.watched_group()
            && self.profile.with_untracked(|p| {
                p.as_ref()
                    .and_then(|p| p.group(&key))
                    .is_some_and(|g| g.unread() > 0)
            })
        {
            self.change(|p, _| p.mark_group_read(&key));
        }
    }

    pub(super) fn note_in(self, incoming: &Incoming, arrival: Arrival, at: Timestamp) {
        let excerpt = incoming
            .sealed
            .char_indices()
            .nth(64)
            .map_or(incoming.sealed.len(), |(i, _)| i);
        self.note(
            at,
            WireWhat::In {
                from: incoming.from.clone(),
                message_id: incoming.message_id.clone(),
                nonce: incoming.nonce.clone(),
                sealed: incoming.sealed[..excerpt].to_owned(),
                bytes: incoming.sealed.len() / 2,
                arrival,
            },
        );
    }

    pub(super) fn note_out(self, outgoing: &Outgoing, at: Timestamp) {
        let (to, text) = (outgoing.to, outgoing.entry.is_some());
        self.note(at, WireWhat::Out { to, text });
    }

    fn note(self, at: Timestamp, what: WireWhat) {
        self.wire.update(|events| {
            let number = events.last().map_or(0, |e| e.number + 1);
            events.push(WireEvent { number, at, what });
            let too_many = events.len().saturating_sub(MAX_WIRE);
            events.drain(..too_many);
        });
    }
}
