//! Taking boxes: the one way for single and bulk calls, and for messages from phones.
use super::{
    callbacks::{Fields, Job},
    ledger::ENTRY,
    state::{State, Target},
    writer::Op,
};
use crate::{
    features::gateway::wire::{MessageId, Nonce},
    kernel::ThreemaId,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::Serialize;
use std::{borrow::Cow, sync::Arc};

/// A box as it came, checked.
#[derive(Debug)]
pub enum Sealed<'a> {
    /// Of a single call.
    Hex(Cow<'a, str>),
    /// Of a bulk call.
    Base64(Cow<'a, str>),
}

impl Sealed<'_> {
    /// Lower-case hexadecimal digits, as mailboxes and callbacks have it.
    fn to_hex(&self) -> String {
        match self {
            Self::Hex(text) => text.to_ascii_lowercase(),
            Self::Base64(text) => hex::encode(BASE64_STANDARD.decode(&**text).unwrap_or_default()),
        }
    }
}

/// One box to take.
#[derive(Debug)]
pub struct Item<'a> {
    /// To whom.
    pub to: ThreemaId,
    /// Its nonce.
    pub nonce: Nonce,
    /// The box.
    pub sealed: Sealed<'a>,
    /// Belongs to a group.
    pub group: bool,
    /// Wakes no phone.
    pub no_push: bool,
}

/// What travels on beside the box.
#[derive(Debug)]
pub struct Envelope<'a> {
    /// Who sent it.
    pub from: ThreemaId,
    /// What the sender calls themself.
    pub nickname: Option<String>,
    /// Its ID.
    pub id: MessageId,
    /// Unix seconds.
    pub date: i64,
    /// The box.
    pub item: &'a Item<'a>,
}

/// A message as the mailbox hands it out (design/contract.md section 6).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Mail<'a> {
    seq: i64,
    from: ThreemaId,
    to: ThreemaId,
    message_id: MessageId,
    nonce: String,
    r#box: String,
    date: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nickname: Option<&'a str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    group: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    no_push: bool,
}

/// What became of a box: its ID, or the code of the refusal.
pub type Outcome = Result<MessageId, u16>;

impl State {
    /// Takes the boxes of one call of a gateway account. `ids` has one ID for each.
    /// `item_faults`: faults on demand strike single items.
    pub fn accept(
        &mut self,
        from: ThreemaId,
        items: &[Result<Item<'_>, u16>],
        ids: &[MessageId],
        date: i64,
        item_faults: bool,
    ) -> (Vec<Outcome>, Vec<Op>) {
        let (mut credits, nickname) = match self.identities.get(&from) {
            Some(sender) => (sender.credits, sender.record.nickname.clone()),
            None => (0, None),
        };
        let mut entries = Vec::with_capacity(items.len() * ENTRY);
        let (mut outcomes, mut ops) = (Vec::with_capacity(items.len()), Vec::new());
        for (item, id) in items.iter().zip(ids) {
            outcomes.push(self.check(item, credits, item_faults).map(|(item, target)| {
                credits -= 1;
                entries.extend_from_slice(item.to.as_bytes());
                entries.extend_from_slice(&item.nonce);
                let number = match target {
                    Target::Counter(number) => Some(number),
                    Target::Mailbox | Target::Callback => None,
                };
                self.ledger.record(&from, &item.to, &item.nonce, number);
                let envelope = || Envelope {
                    from,
                    nickname: nickname.clone(),
                    id: *id,
                    date,
                    item,
                };
                ops.extend(self.deliver(target, envelope));
                *id
            }));
        }
        if !entries.is_empty() {
            ops.push(Op::Accepted {
                sender: from,
                entries,
            });
            ops.extend(self.set_credits(from, credits));
        }
        (outcomes, ops)
    }

    fn check<'a>(
        &mut self,
        item: &'a Result<Item<'a>, u16>,
        credits: i64,
        item_faults: bool,
    ) -> Result<(&'a Item<'a>, Target), u16> {
        let item = item.as_ref().map_err(|code| *code)?;
        if item_faults && let Some(code) = self.faults.item() {
            return Err(code);
        }
        let target = self.target(&item.to).ok_or(400u16)?;
        if credits <= 0 {
            return Err(402);
        }
        Ok((item, target))
    }

    /// Takes one credit; false when there is none.
    pub fn charge(&mut self, id: ThreemaId) -> Option<Op> {
        let credits = self.identities.get(&id)?.credits;
        if credits <= 0 {
            return None;
        }
        self.set_credits(id, credits - 1)
    }

    fn set_credits(&mut self, id: ThreemaId, credits: i64) -> Option<Op> {
        self.identities.get_mut(&id)?.credits = credits;
        Some(Op::Credits { id, credits })
    }

    /// Puts a box where it belongs, and answers what to write.
    pub fn deliver<'a>(&mut self, target: Target, envelope: impl FnOnce() -> Envelope<'a>) -> Option<Op> {
        match target {
            Target::Counter(_) => None,
            Target::Mailbox => self.post(&envelope()),
            Target::Callback => self.call_back(&envelope()),
        }
    }

    fn post(&mut self, envelope: &Envelope<'_>) -> Option<Op> {
        let item = envelope.item;
        let owner = self.identities.get_mut(&item.to)?;
        owner.last_seq += 1;
        let mail = Mail {
            seq: owner.last_seq,
            from: envelope.from,
            to: item.to,
            message_id: envelope.id,
            nonce: hex::encode(item.nonce),
            r#box: item.sealed.to_hex(),
            date: envelope.date,
            nickname: envelope.nickname.as_deref(),
            group: item.group,
            no_push: item.no_push,
        };
        Some(Op::Mail {
            owner: item.to,
            seq: owner.last_seq,
            message: serde_json::to_string(&mail).ok()?,
            bell: Arc::clone(&owner.bell),
        })
    }

    /// Without a callback address nobody hears of it, as at the real gateway.
    fn call_back(&mut self, envelope: &Envelope<'_>) -> Option<Op> {
        let item = envelope.item;
        self.identities.get(&item.to)?.record.callback_url.as_ref()?;
        let fields = Fields {
            from: envelope.from,
            to: item.to,
            message_id: envelope.id,
            date: envelope.date,
            nonce: hex::encode(item.nonce),
            r#box: item.sealed.to_hex(),
            nickname: envelope.nickname.clone(),
        };
        let id = self.next_callback;
        self.next_callback += 1;
        Some(Op::Callback(Job {
            id,
            fields,
            attempts: 0,
        }))
    }
}
