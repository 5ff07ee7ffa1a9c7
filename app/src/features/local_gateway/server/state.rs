//! All that the gateway knows, in memory.
use super::{
    faults::Dice,
    identity::{Identities, Kind},
    ledger::Ledger,
    recipients::{Recipients, public_key},
};
use crate::{features::gateway::wire::PublicKey, kernel::ThreemaId};

/// The state.
#[derive(Debug, Default)]
pub struct State {
    /// Accounts and apps.
    pub identities: Identities,
    /// Recipients that only count.
    pub recipients: Recipients,
    /// What was accepted.
    pub ledger: Ledger,
    /// What goes wrong on demand.
    pub faults: Dice,
    /// Number of the next callback.
    pub next_callback: i64,
}

/// What a box to an ID ends in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target {
    /// A mailbox that only counts, with the recipient's number.
    Counter(usize),
    /// The mailbox of an app.
    Mailbox,
    /// The callback address of a gateway account.
    Callback,
}

/// A public key, or what it follows from.
#[derive(Clone, Debug)]
pub enum Key {
    /// The key.
    Known(PublicKey),
    /// It follows from this seed; deriving it is too slow for the lock.
    Derived(std::sync::Arc<str>),
}

impl Key {
    /// The key of that ID.
    pub fn resolve(&self, id: &ThreemaId) -> PublicKey {
        match self {
            Self::Known(key) => *key,
            Self::Derived(seed) => public_key(seed, id),
        }
    }
}

impl State {
    /// Where boxes to an ID go; none when there is no such ID (any more).
    pub fn target(&self, id: &ThreemaId) -> Option<Target> {
        let identity = self.identities.get(id);
        if identity.is_some_and(|i| i.record.revoked) {
            return None;
        }
        match identity.map(|i| i.record.kind) {
            Some(Kind::User) => Some(Target::Mailbox),
            Some(Kind::Gateway) => Some(Target::Callback),
            Some(Kind::Counted) | None => self
                .recipients
                .find(id)
                .map(|(number, _)| Target::Counter(number)),
        }
    }

    /// The key of an ID; none when there is no such ID (any more).
    pub fn key(&self, id: &ThreemaId) -> Option<Key> {
        match self.identities.get(id) {
            Some(identity) => (!identity.record.revoked).then_some(Key::Known(identity.record.public_key)),
            None => {
                let (_, batch) = self.recipients.find(id)?;
                Some(Key::Derived(batch.seed.clone()))
            }
        }
    }
}
