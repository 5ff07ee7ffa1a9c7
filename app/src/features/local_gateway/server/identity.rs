//! Who there is: gateway accounts and people's apps.
use super::writer::Op;
use crate::{
    features::gateway::{
        server::{email_hash, phone_hash},
        wire::PublicKey,
    },
    kernel::ThreemaId,
};
use serde::{Deserialize, Serialize};
use std::{collections::HashMap, sync::Arc};
use subtle::ConstantTimeEq;
use tokio::sync::watch;

/// What an identity is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A person's app: has a mailbox and a token for it.
    User,
    /// A gateway account: has a secret, credits, and perhaps a callback address.
    Gateway,
    /// A counting recipient (see `recipients`) of which something was changed.
    Counted,
}

/// What is kept about an identity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Record {
    /// What it is.
    pub kind: Kind,
    /// Its key.
    pub public_key: PublicKey,
    /// What it calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nickname: Option<String>,
    /// API secret of a gateway account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
    /// Mailbox token of a user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Where messages to a gateway account go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Does not exist any more.
    #[serde(default)]
    pub revoked: bool,
    /// Phone number under which it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// E-mail address under which it is found.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
}

/// An identity with what changes all the time.
#[derive(Debug)]
pub struct Identity {
    /// What is kept.
    pub record: Record,
    /// Messages that it may still send.
    pub credits: i64,
    /// Number of the last message in its mailbox.
    pub last_seq: i64,
    /// Tells the number of the last message that can be read.
    pub bell: Arc<watch::Sender<i64>>,
}

impl Identity {
    /// With a mailbox that holds `last_seq` messages.
    pub fn new(record: Record, credits: i64, last_seq: i64) -> Self {
        Self {
            record,
            credits,
            last_seq,
            bell: Arc::new(watch::Sender::new(last_seq)),
        }
    }
}

/// Everybody, found by ID, token, phone number and e-mail address.
#[derive(Debug, Default)]
pub struct Identities {
    all: HashMap<ThreemaId, Identity>,
    tokens: HashMap<String, ThreemaId>,
    phones: HashMap<[u8; 32], ThreemaId>,
    emails: HashMap<[u8; 32], ThreemaId>,
}

impl Identities {
    /// By ID, revoked ones too.
    pub fn get(&self, id: &ThreemaId) -> Option<&Identity> {
        self.all.get(id)
    }

    /// By ID, to change credits and mailbox; records are changed through [`Self::put`].
    pub fn get_mut(&mut self, id: &ThreemaId) -> Option<&mut Identity> {
        self.all.get_mut(id)
    }

    /// The IDs.
    pub fn ids(&self) -> impl Iterator<Item = &ThreemaId> {
        self.all.keys()
    }

    /// Adds an identity, or replaces its record.
    pub fn put(&mut self, id: ThreemaId, identity: Identity) {
        if let Some(old) = self.all.remove(&id) {
            self.unlist(&old.record);
        }
        let record = &identity.record;
        if let Some(token) = &record.token {
            self.tokens.insert(token.clone(), id);
        }
        if let Some(phone) = &record.phone {
            self.phones.insert(phone_hash(phone), id);
        }
        if let Some(email) = &record.email {
            self.emails.insert(email_hash(email), id);
        }
        self.all.insert(id, identity);
    }

    /// Replaces the record and answers what to write.
    pub fn change(&mut self, id: ThreemaId, record: Record, credits: i64) -> Vec<Op> {
        let written = serde_json::to_string(&record).unwrap_or_default();
        let identity = match self.all.get(&id) {
            Some(old) => Identity {
                record,
                credits,
                last_seq: old.last_seq,
                bell: Arc::clone(&old.bell),
            },
            None => Identity::new(record, credits, 0),
        };
        self.put(id, identity);
        vec![Op::Identity {
            id,
            record: written,
            credits,
        }]
    }

    fn unlist(&mut self, record: &Record) {
        if let Some(token) = &record.token {
            self.tokens.remove(token);
        }
        if let Some(phone) = &record.phone {
            self.phones.remove(&phone_hash(phone));
        }
        if let Some(email) = &record.email {
            self.emails.remove(&email_hash(email));
        }
    }

    /// Whose mailbox a token opens.
    pub fn by_token(&self, token: &str) -> Option<ThreemaId> {
        self.tokens.get(token).copied()
    }

    /// Who has a phone number, by the hash of the number.
    pub fn by_phone(&self, hash: &[u8; 32]) -> Option<ThreemaId> {
        self.present(self.phones.get(hash))
    }

    /// Who has an e-mail address, by its hash.
    pub fn by_email(&self, hash: &[u8; 32]) -> Option<ThreemaId> {
        self.present(self.emails.get(hash))
    }

    fn present(&self, id: Option<&ThreemaId>) -> Option<ThreemaId> {
        id.filter(|id| self.all.get(id).is_some_and(|i| !i.record.revoked))
            .copied()
    }

    /// The gateway account of that ID and secret.
    pub fn account(&self, id: &str, secret: &str) -> Option<ThreemaId> {
        let id: ThreemaId = id.parse().ok()?;
        let record = &self.all.get(&id)?.record;
        let right = record.secret.as_deref()?.as_bytes().ct_eq(secret.as_bytes());
        (bool::from(right) && record.kind == Kind::Gateway && !record.revoked).then_some(id)
    }
}
