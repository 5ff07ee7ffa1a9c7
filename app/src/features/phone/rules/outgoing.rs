//! What a phone sends.
use super::Dice;
use crate::features::gateway::wire::{
    Content, MAX_RECEIPT_IDS, MAX_TEXT, MessageId, Nonce, ReceiptStatus, pad_length,
};
use crate::features::phone::model::{Entry, Outgoing, OwnState, Profile, What};
use crate::kernel::{ThreemaId, Timestamp};

/// Why a text cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotSend {
    /// Nothing but blanks.
    Empty,
    /// More than [`MAX_TEXT`] bytes; so many it has.
    TooLong(usize),
    /// The contact is blocked.
    Blocked,
    /// There is no chat with this contact.
    Stranger,
}

impl Profile {
    /// Writes a text into a chat and seals it into the outbox.
    pub fn write(
        &mut self,
        to: &ThreemaId,
        text: &str,
        now: Timestamp,
        dice: &mut Dice<'_>,
    ) -> Result<(), CannotSend> {
        let text = text.trim();
        if text.is_empty() {
            return Err(CannotSend::Empty);
        }
        if text.len() > MAX_TEXT {
            return Err(CannotSend::TooLong(text.len()));
        }
        if self.is_blocked(to) {
            return Err(CannotSend::Blocked);
        }
        if self.chat(to).is_none() {
            return Err(CannotSend::Stranger);
        }
        let what = What::Own {
            text: text.to_owned(),
            state: OwnState::Sending,
            thumb: None,
        };
        let number = self.add(to, None, now, what);
        self.seal(to, &Content::Text(text.to_owned()), Some(number), dice);
        Ok(())
    }

    /// Everything in a chat has been seen. Senders learn it where they want receipts, the person sends them and the
    /// contact is not blocked.
    pub fn mark_read(&mut self, with: &ThreemaId, dice: &mut Dice<'_>) {
        let mut ids = Vec::new();
        let Some(chat) = self.chat_mut(with) else { return };
        for entry in &mut chat.entries {
            let (id, What::Text { read, receipts, .. }) = (entry.id, &mut entry.what) else {
                continue;
            };
            if !std::mem::replace(read, true) && *receipts {
                ids.extend(id);
            }
        }
        if self.read_receipts {
            self.send_receipt(with, ReceiptStatus::Read, &ids, dice);
        }
    }

    /// A blocked contact gets nothing.
    pub(super) fn send_receipt(
        &mut self,
        to: &ThreemaId,
        status: ReceiptStatus,
        ids: &[MessageId],
        dice: &mut Dice<'_>,
    ) {
        if self.is_blocked(to) {
            return;
        }
        for ids in ids.chunks(MAX_RECEIPT_IDS) {
            let ids = ids.to_vec();
            self.seal(to, &Content::Receipt { status, ids }, None, dice);
        }
    }

    fn seal(&mut self, to: &ThreemaId, content: &Content, entry: Option<u64>, dice: &mut Dice<'_>) {
        let Some((own, chat)) = self.key().zip(self.chat(to)) else {
            return;
        };
        let shared = own.shared_with(&chat.key);
        let (mut nonce, mut random) = (Nonce::default(), [0]);
        dice(&mut nonce);
        dice(&mut random);
        let container = content.encode();
        // the type byte does not count
        let padding = pad_length(random[0], container.len() - 1);
        let sealed = shared.seal_padded(&nonce, &container, padding);
        self.nonces.remember(nonce);
        self.outbox.push(Outgoing {
            to: *to,
            nonce: hex::encode(nonce),
            sealed: hex::encode(sealed),
            entry,
            group: None,
            message_id: None,
        });
    }

    /// The gateway has taken a box of the outbox.
    pub fn sent(&mut self, nonce: &str, id: Option<MessageId>) {
        let Some(outgoing) = self.take(nonce) else { return };
        if let Some(group) = outgoing.group {
            return outgoing
                .entry
                .map(|number| self.settle(group, number))
                .unwrap_or_default();
        }
        if let Some(entry) = self.own(&outgoing) {
            entry.id = id;
            if let What::Own { state, .. } = &mut entry.what {
                *state = (*state).max(OwnState::Sent);
            }
        }
        let (ready, early): (Vec<_>, Vec<_>) = std::mem::take(&mut self.early)
            .into_iter()
            .partition(|(from, of, _)| *from == outgoing.to && Some(*of) == id);
        self.early = early;
        for (from, id, status) in ready {
            self.apply_receipt(from, id, status);
        }
    }

    /// The gateway will never take a box of the outbox.
    pub fn refused(&mut self, nonce: &str) {
        let Some(outgoing) = self.take(nonce) else { return };
        if let Some(group) = outgoing.group {
            // one member less who gets it
            return outgoing
                .entry
                .map(|number| self.settle(group, number))
                .unwrap_or_default();
        }
        if let Some(Entry {
            what: What::Own { state, .. },
            ..
        }) = self.own(&outgoing)
        {
            *state = OwnState::Failed;
        }
    }

    fn take(&mut self, nonce: &str) -> Option<Outgoing> {
        let at = self.outbox.iter().position(|o| o.nonce == nonce)?;
        Some(self.outbox.remove(at))
    }

    fn own(&mut self, outgoing: &Outgoing) -> Option<&mut Entry> {
        let number = outgoing.entry?;
        let chat = self.chat_mut(&outgoing.to)?;
        chat.entries.iter_mut().find(|e| e.number == number)
    }

    /// Blocks a contact, or lifts the block. What waits to be sent to a blocked contact goes.
    pub fn block(&mut self, id: &ThreemaId, blocked: bool) {
        self.blocked.retain(|b| b != id);
        if blocked {
            self.blocked.push(*id);
            let waiting: Vec<String> = self
                .outbox
                .iter()
                .filter(|o| o.to == *id)
                .map(|o| o.nonce.clone())
                .collect();
            for nonce in waiting {
                self.refused(&nonce);
            }
        }
    }
}
