//! What a phone does with a box.
use super::{Dice, MAX_ENTRIES, groups::Received};
use crate::features::gateway::wire::{Content, MessageId, Nonce, PublicKey, ReceiptStatus, SharedKey, unpad};
use crate::features::phone::model::{Chat, Entry, Incoming, OwnState, Profile, What, clean_name};
use crate::kernel::{ThreemaId, Timestamp};

/// Typing indicators: never stored, never checked for copies (section 3.5).
const TYPING: u8 = 0x90;
/// Types that apps take note of without showing anything: forward secrecy, empty, work sync, web resume, legacy token
/// (section 4.1).
const SILENT: [u8; 5] = [0xa0, 0xfc, 0xfd, 0xfe, 0xff];
/// Early receipts that are kept.
const MAX_EARLY: usize = 50;

/// What became of a box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A text: it stands in its chat, and "received" is on its way to the sender.
    Shown,
    /// A receipt: the state of own messages moved on.
    Receipt,
    /// Of a type that this phone cannot show; a note stands in the chat.
    Unknown,
    /// Nothing to show: a typing indicator and the like.
    Silent,
    /// A message of a group: something has changed there.
    Group,
    /// A message of a group that this phone, or the sender, is not in: dropped; the creator may have been asked.
    Dropped,
    /// A known nonce or message ID: dropped.
    Copy,
    /// From a blocked ID: dropped.
    Blocked,
    /// It does not open, or not even its head can be read.
    Closed,
}

/// What was found in a box, for the view of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// What became of it.
    pub verdict: Verdict,
    /// The type byte, when it opened.
    pub kind: Option<u8>,
    /// Bytes of padding, when it opened.
    pub padding: usize,
    /// The text, when it is one.
    pub text: Option<String>,
}

/// The readable head of a box.
struct Head {
    from: ThreemaId,
    id: MessageId,
    nonce: Nonce,
    sealed: Vec<u8>,
}

impl Incoming {
    /// The sender, when it is a Threema ID.
    pub fn sender(&self) -> Option<ThreemaId> {
        self.from.parse().ok()
    }

    fn head(&self) -> Option<Head> {
        let mut nonce = Nonce::default();
        hex::decode_to_slice(&self.nonce, &mut nonce).ok()?;
        Some(Head {
            from: self.sender()?,
            id: self.message_id.parse().ok()?,
            nonce,
            sealed: hex::decode(&self.sealed).ok()?,
        })
    }

    fn date(&self) -> Timestamp {
        Timestamp(self.date.saturating_mul(Timestamp::SECOND))
    }
}

impl Arrival {
    const fn new(verdict: Verdict) -> Self {
        Self {
            verdict,
            kind: None,
            padding: 0,
            text: None,
        }
    }
}

impl Profile {
    /// Takes a box from the mailbox. `key` is the sender's public key, none when the gateway knows none; `watched` is
    /// the chat that somebody looks at. Whatever must be sent in return stands in the outbox afterwards.
    pub fn receive(
        &mut self,
        incoming: &Incoming,
        key: Option<&PublicKey>,
        watched: Option<&ThreemaId>,
        dice: &mut Dice<'_>,
    ) -> Arrival {
        if incoming.seq <= self.seq {
            return Arrival::new(Verdict::Copy);
        }
        self.seq = incoming.seq;
        let Some(head) = incoming.head() else {
            return Arrival::new(Verdict::Closed);
        };
        let shared = self.key().zip(key).map(|(own, key)| own.shared_with(key));
        let opened = shared.as_ref().and_then(|shared| open(shared, &head));
        let Some((container, padding)) = opened else {
            return Arrival::new(self.cannot_open(&head, incoming, key));
        };
        let content = Content::decode(&container);
        let verdict = match (&content, key) {
            (Ok(content), Some(key)) => self.judge(&head, incoming, (content, key), dice),
            _ => self.cannot_open(&head, incoming, key),
        };
        if verdict == Verdict::Shown {
            self.acknowledge(&head, incoming, watched, dice);
        }
        Arrival {
            verdict,
            kind: container.first().copied(),
            padding,
            text: match content {
                Ok(Content::Text(text)) if verdict == Verdict::Shown => Some(text),
                _ => None,
            },
        }
    }

    fn judge(
        &mut self,
        head: &Head,
        incoming: &Incoming,
        (content, key): (&Content, &PublicKey),
        dice: &mut Dice<'_>,
    ) -> Verdict {
        if protects_against_replay(content) {
            if self.nonces.contains(&head.nonce) || self.has_message(head) {
                self.dropped += 1;
                self.nonces.remember(head.nonce);
                return Verdict::Copy;
            }
            self.nonces.remember(head.nonce);
        }
        if self.is_blocked(&head.from) {
            return Verdict::Blocked;
        }
        match content {
            Content::Text(text) => {
                let what = What::Text {
                    text: text.clone(),
                    read: false,
                    receipts: !incoming.no_delivery_receipts,
                };
                self.chat_of(head, incoming, key);
                self.add(&head.from, Some(head.id), incoming.date(), what);
                Verdict::Shown
            }
            Content::Receipt { status, ids } => {
                for id in ids {
                    self.apply_receipt(head.from, *id, *status);
                }
                Verdict::Receipt
            }
            Content::Group(message) => {
                // pinned like the key of a contact
                self.learn_key(head.from, Some(*key), dice);
                let received = Received {
                    from: head.from,
                    id: head.id,
                    at: incoming.date(),
                };
                self.take_group(received, message, dice)
            }
            Content::Unknown(number) if *number == TYPING || SILENT.contains(number) => Verdict::Silent,
            Content::Unknown(number) => {
                self.chat_of(head, incoming, key);
                self.add(&head.from, Some(head.id), incoming.date(), What::Unknown(*number));
                Verdict::Unknown
            }
        }
    }

    /// Leaves a note, if there is a chat to leave it in: nothing about a sender without a key can be believed.
    fn cannot_open(&mut self, head: &Head, incoming: &Incoming, key: Option<&PublicKey>) -> Verdict {
        if self.is_blocked(&head.from) {
            return Verdict::Blocked;
        }
        if let Some(key) = key {
            self.chat_of(head, incoming, key);
            self.add(&head.from, Some(head.id), incoming.date(), What::Closed);
        }
        Verdict::Closed
    }

    /// "Received" for a text that was shown, and "read" when its chat is being looked at.
    fn acknowledge(
        &mut self,
        head: &Head,
        incoming: &Incoming,
        watched: Option<&ThreemaId>,
        dice: &mut Dice<'_>,
    ) {
        if !incoming.no_delivery_receipts {
            self.send_receipt(&head.from, ReceiptStatus::Received, &[head.id], dice);
        }
        if watched == Some(&head.from) {
            self.mark_read(&head.from, dice);
        }
    }

    /// A message ID that this sender has used before is a copy too (section 3.5).
    fn has_message(&self, head: &Head) -> bool {
        let theirs = |e: &Entry| e.id == Some(head.id) && !matches!(e.what, What::Own { .. } | What::Closed);
        self.chat(&head.from)
            .is_some_and(|c| c.entries.iter().any(theirs))
            || self.has_group_message(&head.from, head.id)
    }

    /// The key of an ID that this phone knows: as a contact, or from a group.
    pub fn known_key(&self, id: &ThreemaId) -> Option<PublicKey> {
        let contact = self.chat(id).map(|c| c.key);
        contact.or_else(|| self.keys.get(id).copied())
    }

    /// Makes the chat when it is new, and takes over the nickname.
    fn chat_of(&mut self, head: &Head, incoming: &Incoming, key: &PublicKey) {
        self.meet(head.from, *key);
        let name = clean_name(incoming.nickname.as_deref().unwrap_or_default());
        if let Some(chat) = self.chat_mut(&head.from)
            && !name.is_empty()
        {
            chat.name = name;
        }
    }

    /// Makes the chat with a contact when it is new; a known contact keeps its key.
    pub fn meet(&mut self, with: ThreemaId, key: PublicKey) {
        if self.chat(&with).is_none() {
            self.chats.push(Chat {
                with,
                name: String::new(),
                key,
                entries: Vec::new(),
            });
        }
    }

    pub(super) fn chat_mut(&mut self, with: &ThreemaId) -> Option<&mut Chat> {
        self.chats.iter_mut().find(|c| c.with == *with)
    }

    /// Adds an entry at the end of a chat; answers its number.
    pub(super) fn add(&mut self, with: &ThreemaId, id: Option<MessageId>, at: Timestamp, what: What) -> u64 {
        let number = self.next;
        if let Some(chat) = self.chat_mut(with) {
            chat.entries.push(Entry { number, id, at, what });
            let too_many = chat.entries.len().saturating_sub(MAX_ENTRIES);
            chat.entries.drain(..too_many);
        }
        self.next += 1;
        number
    }

    /// Moves an own message on. A receipt for a message whose ID is not known yet waits for it.
    pub(super) fn apply_receipt(&mut self, from: ThreemaId, id: MessageId, status: ReceiptStatus) {
        let waiting = self.outbox.iter().any(|o| o.to == from && o.entry.is_some());
        let chat = self.chats.iter_mut().find(|c| c.with == from);
        let entry = chat.and_then(|c| c.entries.iter_mut().find(|e| e.id == Some(id)));
        match entry.map(|e| &mut e.what) {
            Some(What::Own { state, thumb, .. }) => match status {
                ReceiptStatus::Received => *state = (*state).max(OwnState::Delivered),
                ReceiptStatus::Read => *state = (*state).max(OwnState::Read),
                ReceiptStatus::ThumbsUp => *thumb = Some(true),
                ReceiptStatus::ThumbsDown => *thumb = Some(false),
            },
            None if waiting && self.early.len() < MAX_EARLY => self.early.push((from, id, status)),
            _ => {}
        }
    }
}

/// The container without padding, and how long the padding was.
fn open(shared: &SharedKey, head: &Head) -> Option<(Vec<u8>, usize)> {
    let mut plain = shared.open(&head.nonce, &head.sealed).ok()?;
    let (whole, length) = (plain.len(), unpad(&plain).ok()?.len());
    plain.truncate(length);
    Some((plain, whole - length))
}

/// Typing indicators and the receipts "received" and "read" may come twice (section 3.5).
fn protects_against_replay(content: &Content) -> bool {
    match content {
        Content::Receipt { status, .. } => !matches!(status, ReceiptStatus::Received | ReceiptStatus::Read),
        Content::Unknown(number) => *number != TYPING,
        Content::Text(_) | Content::Group(_) => true,
    }
}
