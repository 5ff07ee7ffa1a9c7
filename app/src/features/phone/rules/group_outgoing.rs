//! What a phone sends in groups: every message to every member, all with the same ID.
use super::{CannotSend, Dice, groups::blank};
use crate::features::gateway::wire::{
    Content, GroupChat, GroupMessage, MAX_TEXT, MessageId, Nonce, ReceiptStatus, pad_length,
};
use crate::features::phone::model::{GroupEntry, GroupKey, Outgoing, OwnState, Profile, Unsealed};
use crate::kernel::{ThreemaId, Timestamp};

impl Profile {
    /// Writes a text into a group.
    pub fn write_in_group(
        &mut self,
        key: GroupKey,
        text: &str,
        now: Timestamp,
        dice: &mut Dice<'_>,
    ) -> Result<(), CannotSend> {
        let text = checked(text)?;
        let to = self.receivers(key)?;
        let id = draw_id(dice);
        let number = self.add_to_group(
            key,
            GroupEntry {
                id: Some(id),
                text: Some(text.to_owned()),
                read: true,
                mine: Some(OwnState::Sending),
                ..blank(self.id, now)
            },
        );
        self.chat_in_group(
            key,
            GroupChat::Text(text.to_owned()),
            &to,
            Some((number, id)),
            dice,
        );
        if to.is_empty() {
            self.settle(key, number);
        }
        Ok(())
    }

    /// Changes an own text.
    pub fn edit_in_group(
        &mut self,
        key: GroupKey,
        message: MessageId,
        text: &str,
        dice: &mut Dice<'_>,
    ) -> Result<(), CannotSend> {
        let text = checked(text)?.to_owned();
        let to = self.receivers(key)?;
        let entry = self.own_entry(key, message).ok_or(CannotSend::Stranger)?;
        entry.text = Some(text.clone());
        entry.edited = true;
        self.chat_in_group(key, GroupChat::Edit { message, text }, &to, None, dice);
        Ok(())
    }

    /// Takes an own text back.
    pub fn delete_in_group(
        &mut self,
        key: GroupKey,
        message: MessageId,
        dice: &mut Dice<'_>,
    ) -> Result<(), CannotSend> {
        let to = self.receivers(key)?;
        let entry = self.own_entry(key, message).ok_or(CannotSend::Stranger)?;
        entry.text = None;
        entry.reactions.clear();
        self.chat_in_group(key, GroupChat::Delete(message), &to, None, dice);
        Ok(())
    }

    /// Thumb up or down for a message. A gateway's ID gets it in the old form (section 4.2).
    pub fn react_in_group(
        &mut self,
        key: GroupKey,
        message: MessageId,
        up: bool,
        dice: &mut Dice<'_>,
    ) -> Result<(), CannotSend> {
        let to = self.receivers(key)?;
        let status = if up {
            ReceiptStatus::ThumbsUp
        } else {
            ReceiptStatus::ThumbsDown
        };
        let emoji = super::groups::thumb(status);
        self.react_to(key, message, self.id, emoji, true);
        let (old, new): (Vec<_>, Vec<_>) = to.into_iter().partition(ThreemaId::is_gateway);
        let id = draw_id(dice);
        let ids = vec![message];
        let reaction = GroupChat::Reaction {
            to: message,
            emoji: emoji.to_owned(),
            apply: true,
        };
        for (chat, to) in [(GroupChat::Receipt { status, ids }, old), (reaction, new)] {
            let message = GroupMessage::Chat(key.creator, key.id, chat);
            self.send_with_id(key, &message, &to, (None, id), dice);
        }
        Ok(())
    }

    /// Leaves a group: everybody in it hears of it, the creator always.
    pub fn leave_group(&mut self, key: GroupKey, dice: &mut Dice<'_>) {
        let own = self.id;
        let Some(group) = self.group_mut(&key).filter(|g| !g.left) else {
            return;
        };
        let others = group.members.iter().copied().filter(|m| *m != own);
        let to: Vec<ThreemaId> = others.chain([key.creator]).collect();
        group.left = true;
        group.members.retain(|m| *m != own);
        self.tell_leave(key, &to, dice);
    }

    /// Everything in a group has been seen.
    pub fn mark_group_read(&mut self, key: &GroupKey) {
        if let Some(group) = self.group_mut(key) {
            group.entries.iter_mut().for_each(|e| e.read = true);
        }
    }

    fn own_entry(&mut self, key: GroupKey, message: MessageId) -> Option<&mut GroupEntry> {
        let entries = &mut self.group_mut(&key)?.entries;
        entries
            .iter_mut()
            .find(|e| e.id == Some(message) && e.mine.is_some() && e.text.is_some())
    }

    /// Who gets what is said in a group: the members, and the creator unless it is a gateway's ID that does not want the
    /// chat (section 5.7).
    fn receivers(&self, key: GroupKey) -> Result<Vec<ThreemaId>, CannotSend> {
        let group = self.group(&key).filter(|g| !g.left).ok_or(CannotSend::Stranger)?;
        let creator = (!key.creator.is_gateway() || group.is_captured()).then_some(key.creator);
        let others = group.members.iter().copied().filter(|m| *m != self.id);
        Ok(others.chain(creator).filter(|id| !self.is_blocked(id)).collect())
    }

    fn chat_in_group(
        &mut self,
        key: GroupKey,
        chat: GroupChat,
        to: &[ThreemaId],
        entry: Option<(u64, MessageId)>,
        dice: &mut Dice<'_>,
    ) {
        let message = GroupMessage::Chat(key.creator, key.id, chat);
        self.send_in_group(key, &message, to, entry, dice);
    }

    /// Seals a message for everybody, with one ID for all; for whom there is no key yet, it waits.
    pub(super) fn send_in_group(
        &mut self,
        key: GroupKey,
        message: &GroupMessage,
        to: &[ThreemaId],
        entry: Option<(u64, MessageId)>,
        dice: &mut Dice<'_>,
    ) {
        let (number, id) = match entry {
            Some((number, id)) => (Some(number), id),
            None => (None, draw_id(dice)),
        };
        self.send_with_id(key, message, to, (number, id), dice);
    }

    fn send_with_id(
        &mut self,
        key: GroupKey,
        message: &GroupMessage,
        to: &[ThreemaId],
        (entry, message_id): (Option<u64>, MessageId),
        dice: &mut Dice<'_>,
    ) {
        for to in to {
            let unsealed = Unsealed {
                to: *to,
                container: hex::encode(Content::Group(message.clone()).encode()),
                entry,
                group: key,
                message_id,
            };
            if self.known_key(to).is_some() {
                self.seal_for_group(&unsealed, message, dice);
            } else {
                self.unsealed.push(unsealed);
            }
        }
    }

    pub(super) fn seal_for_group(
        &mut self,
        unsealed: &Unsealed,
        message: &GroupMessage,
        dice: &mut Dice<'_>,
    ) {
        let Some((own, key)) = self.key().zip(self.known_key(&unsealed.to)) else {
            return self.settle_if(unsealed.group, unsealed.entry);
        };
        let (mut nonce, mut random) = (Nonce::default(), [0]);
        dice(&mut nonce);
        dice(&mut random);
        let container = Content::Group(message.clone()).encode();
        let padding = pad_length(random[0], container.len().saturating_sub(1));
        let sealed = own.shared_with(&key).seal_padded(&nonce, &container, padding);
        self.nonces.remember(nonce);
        self.outbox.push(Outgoing {
            to: unsealed.to,
            nonce: hex::encode(nonce),
            sealed: hex::encode(sealed),
            entry: unsealed.entry,
            group: Some(unsealed.group),
            message_id: Some(unsealed.message_id),
        });
    }

    fn settle_if(&mut self, key: GroupKey, entry: Option<u64>) {
        if let Some(number) = entry {
            self.settle(key, number);
        }
    }

    /// An own message is sent when nothing of it waits any more.
    pub(super) fn settle(&mut self, key: GroupKey, number: u64) {
        let belongs =
            |group: Option<GroupKey>, entry: Option<u64>| group == Some(key) && entry == Some(number);
        let waits = self.outbox.iter().any(|o| belongs(o.group, o.entry))
            || self.unsealed.iter().any(|u| belongs(Some(u.group), u.entry));
        if waits {
            return;
        }
        let entry = self
            .group_mut(&key)
            .and_then(|g| g.entries.iter_mut().find(|e| e.number == number));
        if let Some(state) = entry.and_then(|e| e.mine.as_mut()) {
            *state = (*state).max(OwnState::Sent);
        }
    }
}

fn checked(text: &str) -> Result<&str, CannotSend> {
    let text = text.trim();
    match text.len() {
        0 => Err(CannotSend::Empty),
        n if n > MAX_TEXT => Err(CannotSend::TooLong(n)),
        _ => Ok(text),
    }
}

fn draw_id(dice: &mut Dice<'_>) -> MessageId {
    let mut id = [0; 8];
    dice(&mut id);
    MessageId::from_bytes(id)
}
