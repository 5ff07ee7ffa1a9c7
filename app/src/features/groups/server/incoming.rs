//! What members' apps send to the identity: judged by `groups::model::judge`, kept while history is saved.
use super::{
    asked,
    entries::{self, NewEntry, add_entry, message_by_wire},
    members,
    queue::{self, add_round},
    reactions::note_reaction,
    seal,
    store::{self, Changed, Group, entry_part},
    sync::resync_when_due,
};
use crate::features::{
    audit::server::{Who, record},
    gateway::wire::{GroupChat, GroupMessage, MessageId, ReceiptStatus},
    groups::{
        model::{
            EntryKind,
            judge::{GroupNow, SenderNow, Verdict, judge},
            plan::Round,
        },
        text,
    },
    identities::server::{self as identities, Identity},
    plans::server::check_limit,
    recipients::server::Person,
};
use crate::kernel::{
    AppResult, ThreemaId, Timestamp,
    live::GroupPart,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::FromQueryResult;

/// The longest nickname that is kept, in characters: the wire has 32 bytes.
const NICKNAME: usize = 32;

/// Deals with a message of a group, inside of the transaction in which the stored callback ends. Answers what has
/// changed: after the commit tell pages of it by [`super::tell_group`], and ring `ctx.work`.
pub async fn take(
    ctx: &Ctx,
    tx: &Tx,
    person: &Person,
    message: &GroupMessage,
    message_id: MessageId,
    sent_at: Timestamp,
) -> AppResult<Option<Changed>> {
    // nobody that the identity does not know has a group of it; there is no key to answer by either
    let Some(recipient_id) = person.recipient_id else {
        return Ok(None);
    };
    let identity = identities::find_by_id(ctx, person.identity_id).await?;
    // a leave moves the count of recipients: the identity is locked before the group, as everywhere
    check_limit(ctx, tx, identity.id, 0).await?;
    let own: ThreemaId = identity
        .threema_id
        .parse()
        .map_err(|_| internal(&"a stored Threema ID is malformed"))?;
    let wire = match message {
        GroupMessage::Control(group, _) | GroupMessage::Chat(_, group, _) => *group,
    };
    let group = store::lock_by_wire(tx, identity.id, wire).await?;
    let standing = match &group {
        Some(group) => store::member(tx.conn(), group.id, recipient_id).await?,
        None => None,
    };
    let answered_at = match (&group, &standing) {
        (_, Some(member)) => member.answered_at.map(Timestamp),
        (Some(group), None) => asked::answered_at(tx, group.id, recipient_id).await?,
        (None, None) => None,
    };
    let sender = SenderNow {
        is_member: standing.as_ref().is_some_and(|m| m.told && m.left_at.is_none()),
        answered_at,
    };
    let now = group.as_ref().map(|g| GroupNow {
        deleted: g.is_deleted(),
        saves_history: g.saves_history,
    });
    let verdict = judge(own, now, sender, message, ctx.now());
    let Some(group) = group else { return Ok(None) };
    let place = Place {
        ctx,
        tx,
        identity: &identity,
        group: &group,
        person,
        recipient_id,
    };
    let mut part = GroupPart::Any;
    match verdict {
        Verdict::Drop => return Ok(None),
        Verdict::TellOut => {
            place.note_answer(message).await?;
            queue::tell_out(ctx, tx, &identity, &group, recipient_id).await?;
        }
        Verdict::TellState => {
            place.note_answer(message).await?;
            let standings = store::standings(tx.conn(), group.id).await?;
            let round = Round::answer(&standings, person.threema_id);
            add_round(ctx, tx, &identity, &group, (&round, 0)).await?;
        }
        Verdict::Left => place.leave(sent_at).await?,
        Verdict::Take => {
            let begins_round = resync_when_due(ctx, tx, &identity, &group).await?;
            if let GroupMessage::Chat(_, _, chat) = message
                && let Some(entry) = place.keep(chat, message_id, sent_at).await?
                && !begins_round
            {
                part = entry_part(&entry);
            }
        }
    }
    let group = group.uid;
    Ok(Some(Changed { group, part }))
}

/// A message, where it belongs.
struct Place<'a> {
    ctx: &'a Ctx,
    tx: &'a Tx,
    identity: &'a Identity,
    group: &'a Group,
    person: &'a Person,
    recipient_id: i64,
}

impl Place<'_> {
    /// An answer to a sync request counts for an hour.
    async fn note_answer(&self, message: &GroupMessage) -> AppResult<()> {
        match message {
            GroupMessage::Control(..) => {
                asked::note_answer(self.ctx, self.tx, self.group.id, self.recipient_id).await
            }
            GroupMessage::Chat(..) => Ok(()),
        }
    }

    /// They are shown as left. Their app may have been set up since it left: the next round tells it off to be sure.
    async fn leave(&self, sent_at: Timestamp) -> AppResult<()> {
        let (ctx, tx, group) = (self.ctx, self.tx, self.group);
        members::unwant_if_wanted(tx, self.identity, group.id, self.recipient_id).await?;
        let sql = "UPDATE group_member SET wanted = FALSE, told = FALSE, left_at = $1,
                       version = CASE WHEN version = 0 THEN 1 ELSE version END WHERE group_id = $2 AND recipient_id = $3";
        let values = [
            self.when(sent_at).0.into(),
            group.id.into(),
            self.recipient_id.into(),
        ];
        tx.exec(sql, values).await?;
        members::count(ctx, tx, group.id).await?;
        let entry = NewEntry {
            sender_id: Some(self.recipient_id),
            ..NewEntry::ours(EntryKind::Left, self.when(sent_at))
        };
        add_entry(ctx, tx, self.identity, group, entry).await?;
        let who = Who::job(self.identity.organisation_id);
        let detail = serde_json::json!({ "group": group.name, "threemaId": self.person.threema_id });
        record(ctx, tx, &who, "group.leave", &group.uid, detail).await
    }

    /// The sender's clock may be wrong: what comes from the future came now.
    fn when(&self, sent_at: Timestamp) -> Timestamp {
        sent_at.min(self.ctx.now())
    }

    /// Answers the entry when one has come, or has another reaction. What is edited or taken back may be quoted elsewhere.
    async fn keep(&self, chat: &GroupChat, id: MessageId, sent_at: Timestamp) -> AppResult<Option<String>> {
        let (ctx, tx) = (self.ctx, self.tx);
        Ok(match chat {
            GroupChat::Text(text) => {
                let entry = NewEntry {
                    sender_id: Some(self.recipient_id),
                    text: Some(text),
                    gateway_message_id: Some(id.to_i64()),
                    ..NewEntry::ours(EntryKind::Text, self.when(sent_at))
                };
                let (_, uid) = add_entry(ctx, tx, self.identity, self.group, entry).await?;
                Some(uid.to_string())
            }
            GroupChat::Other(number) if is_content(*number) => {
                let entry = NewEntry {
                    sender_id: Some(self.recipient_id),
                    gateway_message_id: Some(id.to_i64()),
                    ..NewEntry::ours(EntryKind::NotStored, self.when(sent_at))
                };
                let (_, uid) = add_entry(ctx, tx, self.identity, self.group, entry).await?;
                Some(uid.to_string())
            }
            GroupChat::Receipt { status, ids } => {
                let emoji = match status {
                    ReceiptStatus::ThumbsDown => "\u{1f44e}",
                    _ => "\u{1f44d}",
                };
                let mut last = None;
                for id in ids {
                    last = self.react(*id, emoji, true).await?;
                }
                last.filter(|_| ids.len() == 1)
            }
            GroupChat::Reaction { to, emoji, apply } => self.react(*to, emoji, *apply).await?,
            GroupChat::Edit { message, text } => {
                self.edit(*message, text).await?;
                None
            }
            GroupChat::Delete(message) => {
                if let Some(message) = self.theirs(*message).await? {
                    entries::erase(ctx, tx, message.id).await?;
                }
                None
            }
            GroupChat::Leave | GroupChat::Other(_) => None,
        })
    }

    async fn react(&self, id: MessageId, emoji: &str, apply: bool) -> AppResult<Option<String>> {
        let found = message_by_wire(self.tx, self.group.id, id).await?;
        let Some(message) = found.filter(|m| m.text_sealed.is_some()) else {
            return Ok(None);
        };
        let reaction = (self.person.threema_id.as_str(), emoji, apply);
        note_reaction(self.ctx, self.tx, self.identity, self.group, &message, reaction).await?;
        Ok(Some(message.uid))
    }

    /// A message that this person has written: only authors change what they wrote.
    async fn theirs(&self, id: MessageId) -> AppResult<Option<entries::Message>> {
        let found = message_by_wire(self.tx, self.group.id, id).await?;
        Ok(found.filter(|m| m.sender_id == Some(self.recipient_id) && m.deleted_at.is_none()))
    }

    async fn edit(&self, id: MessageId, text: &str) -> AppResult<()> {
        let Some(message) = self.theirs(id).await?.filter(|m| m.text_sealed.is_some()) else {
            return Ok(());
        };
        let own = (self.group.uid.as_str(), self.group.key_sealed.as_slice());
        let key = seal::group_key(self.ctx, self.tx.conn(), self.identity.organisation_id, own).await?;
        let sealed = seal::seal_text(self.ctx, &key, &message.uid, text);
        let sql = "UPDATE group_message SET text_sealed = $1, edited_at = $2 WHERE id = $3";
        let values = [sealed.into(), self.ctx.now().0.into(), message.id.into()];
        self.tx.exec(sql, values).await.map(|_| ())
    }
}

/// Places, pictures, sounds, films, files, polls: something that people see. Votes and calls are not.
const fn is_content(number: u8) -> bool {
    matches!(number, 0x42..=0x46 | 0x52)
}

#[derive(FromQueryResult)]
struct InGroup {
    name: String,
    saves_history: bool,
}

/// What `profile` says of the groups of a person: each with whether its history is saved.
pub async fn profile_lines(tx: &Tx, person: &Person) -> AppResult<Vec<String>> {
    let Some(recipient_id) = person.recipient_id else {
        return Ok(Vec::new());
    };
    let sql = "SELECT g.sent_name AS name, g.saves_history FROM chat_group g JOIN group_member m ON m.group_id = g.id
               WHERE m.recipient_id = $1 AND m.told AND m.left_at IS NULL AND g.state = 'active' ORDER BY g.name_key, g.id";
    let groups = InGroup::find_by_statement(tx.stmt(sql, [recipient_id.into()]))
        .all(tx.conn())
        .await?;
    let line = |g: InGroup| match g.saves_history {
        true => text::profile_saved(person.language, g.name.trim()),
        false => text::profile_not_saved(person.language, g.name.trim()),
    };
    Ok(groups.into_iter().map(line).collect())
}

/// Keeps what somebody calls themself, as the callback says. It is not signed: only shown, behind a tilde. Answers whether
/// it is new.
pub async fn note_nickname(tx: &Tx, recipient_id: i64, nickname: &str) -> AppResult<bool> {
    let nickname: String = nickname
        .trim()
        .chars()
        .filter(|c| !c.is_control())
        .take(NICKNAME)
        .collect();
    let sql = "UPDATE recipient SET nickname = $1 WHERE id = $2 AND nickname <> $1";
    let changed = tx.exec(sql, [nickname.into(), recipient_id.into()]).await?;
    Ok(changed > 0)
}
