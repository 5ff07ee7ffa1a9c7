//! What a row says, and to whom.
use super::{
    super::{
        picture,
        queue::Said,
        seal::{open_bytes, said_place},
        store::{COLUMNS, Group},
    },
    Lease,
    results::{Fate, Outcome},
    why_not,
};
use crate::features::{
    gateway::wire::{Content, GroupChat, GroupMessage, MessageId, PublicKey, ReceiptStatus},
    groups::model::{Why, plan},
    identities::server::Identity,
    recipients::server as recipients,
};
use crate::kernel::{
    AppResult, ThreemaId,
    server::{Ctx, faults::internal},
};
use sea_orm::FromQueryResult;
use std::collections::HashMap;

/// The group of a row.
pub async fn group(ctx: &Ctx, id: i64) -> AppResult<Option<Group>> {
    let sql = format!("SELECT {COLUMNS} FROM chat_group g WHERE g.id = $1");
    let statement = ctx.db.stmt(&sql, [id.into()]);
    Ok(Group::find_by_statement(statement).one(ctx.db.conn()).await?)
}

/// A pending delivery.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Row {
    pub seq: i64,
    pub recipient_id: i64,
    pub variant: i64,
    pub threema_id: String,
    pub public_key: Option<Vec<u8>>,
    pub shared_key_stored: Option<Vec<u8>>,
    pub recipient_state: i64,
    pub key_checked_at: i64,
}

/// One that can be sealed.
#[derive(Clone, Debug)]
pub struct Ready {
    pub seq: i64,
    pub recipient_id: i64,
    pub variant: i64,
    pub to: ThreemaId,
    pub key: PublicKey,
    pub stored: Option<Vec<u8>>,
}

async fn pending(ctx: &Ctx, lease: &Lease) -> AppResult<Vec<Row>> {
    let sql = "SELECT d.seq, d.recipient_id, d.variant, r.threema_id, r.public_key, r.shared_key_stored,
                   r.state AS recipient_state, r.key_checked_at
               FROM group_delivery d JOIN recipient r ON r.id = d.recipient_id
               WHERE d.send_id = $1 AND d.state = 0 ORDER BY d.seq";
    let statement = ctx.db.stmt(sql, [lease.id.into()]);
    Ok(Row::find_by_statement(statement).all(ctx.db.conn()).await?)
}

/// The pending deliveries with keys no older than a day.
///
/// # Errors
/// [`crate::kernel::ErrorCode::GatewayAway`], [`crate::kernel::ErrorCode::GatewayRefused`] when keys are due and the gateway
/// does not give them.
pub async fn checked(ctx: &Ctx, identity: &Identity, lease: &Lease) -> AppResult<Vec<Row>> {
    let rows = pending(ctx, lease).await?;
    let before = ctx.now().0 - recipients::KEY_AGE_MS;
    let due: Vec<i64> = rows
        .iter()
        .filter(|r| r.public_key.is_none() || r.key_checked_at < before)
        .map(|r| r.recipient_id)
        .collect();
    if due.is_empty() {
        return Ok(rows);
    }
    recipients::refresh_keys_for(ctx, identity, &due).await?;
    pending(ctx, lease).await
}

/// Parts those that can be sealed from those that are left out.
pub fn sort(rows: Vec<Row>) -> (Vec<Outcome>, Vec<Ready>) {
    let (mut outcomes, mut ready) = (Vec::new(), Vec::with_capacity(rows.len()));
    for row in rows {
        let key = row
            .public_key
            .as_ref()
            .and_then(|k| PublicKey::from_bytes(k).ok());
        match (why_not(&row), key, row.threema_id.parse()) {
            (None, Some(key), Ok(to)) => ready.push(Ready {
                seq: row.seq,
                recipient_id: row.recipient_id,
                variant: row.variant,
                to,
                key,
                stored: row.shared_key_stored,
            }),
            (why, ..) => outcomes.push(Outcome {
                seq: row.seq,
                fate: Fate::Failed(why.unwrap_or(Why::Unknown)),
            }),
        }
    }
    (outcomes, ready)
}

/// What a row says, by variant, and who gets which.
pub struct Variants {
    pub said: Vec<GroupMessage>,
    /// By recipient, where the row itself does not say.
    by_recipient: Option<HashMap<i64, usize>>,
}

impl Variants {
    fn all(said: Vec<GroupMessage>) -> Self {
        Self {
            said,
            by_recipient: None,
        }
    }

    /// Which variant somebody gets; none: nothing.
    pub fn of(&self, ready: &Ready) -> Option<usize> {
        match &self.by_recipient {
            Some(by) => by.get(&ready.recipient_id).copied(),
            None => usize::try_from(ready.variant)
                .ok()
                .filter(|v| *v < self.said.len()),
        }
    }
}

/// Finds out what the row says, to those who are ready.
pub async fn variants(
    ctx: &Ctx,
    identity: &Identity,
    lease: &Lease,
    group: &Group,
    ready: &[Ready],
) -> AppResult<Variants> {
    let sealed = lease
        .said_sealed
        .as_deref()
        .ok_or_else(|| internal(&"a waiting row says nothing"))?;
    let json = open_bytes(ctx, identity.organisation_id, &said_place(&lease.uid), sealed).await?;
    let said: Said = serde_json::from_slice(&json).map_err(|e| internal(&e))?;
    match said {
        Said::Ready(variants) => {
            let read = |hex: &String| match Content::decode(&hex::decode(hex).ok()?) {
                Ok(Content::Group(message)) => Some(message),
                _ => None,
            };
            let read: Option<Vec<GroupMessage>> = variants.iter().map(read).collect();
            read.map(Variants::all)
                .ok_or_else(|| internal(&"what a row says is malformed"))
        }
        // nobody to tell it to: nothing is uploaded
        Said::Picture(_) if ready.is_empty() => Ok(Variants::all(Vec::new())),
        Said::Picture(id) => {
            let at = picture::at_gateway(ctx, identity, id).await?;
            Ok(Variants::all(vec![plan::picture(group.wire(), at)]))
        }
        Said::About { message_id, what } => {
            let ids = ids_at_members(ctx, message_id).await?;
            let own: ThreemaId = identity
                .threema_id
                .parse()
                .map_err(|_| internal(&"a stored Threema ID is malformed"))?;
            let chat = |id| GroupMessage::Chat(own, group.wire(), what.about(id));
            Ok(ids.variants(ready, chat))
        }
    }
}

/// What is said about a message, whose ID at the members is known when it goes out.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum About {
    /// Its new text.
    Edit(String),
    /// It is taken back.
    Delete,
    /// A reaction, added or taken back.
    Reaction { emoji: String, apply: bool },
}

impl About {
    fn about(&self, message: MessageId) -> GroupChat {
        match self {
            Self::Edit(text) => GroupChat::Edit {
                message,
                text: text.clone(),
            },
            Self::Delete => GroupChat::Delete(message),
            // every app knows thumbs in the old form
            Self::Reaction { emoji, apply: true } if emoji == "\u{1f44d}" => {
                thumb(ReceiptStatus::ThumbsUp, message)
            }
            Self::Reaction { emoji, apply: true } if emoji == "\u{1f44e}" => {
                thumb(ReceiptStatus::ThumbsDown, message)
            }
            Self::Reaction { emoji, apply } => GroupChat::Reaction {
                to: message,
                emoji: emoji.clone(),
                apply: *apply,
            },
        }
    }
}

fn thumb(status: ReceiptStatus, message: MessageId) -> GroupChat {
    GroupChat::Receipt {
        status,
        ids: vec![message],
    }
}

/// Under which IDs members have a message.
struct Ids {
    common: Option<i64>,
    own: HashMap<i64, i64>,
}

impl Ids {
    fn variants(&self, ready: &[Ready], chat: impl Fn(MessageId) -> GroupMessage) -> Variants {
        let (mut said, mut known, mut by) = (Vec::new(), HashMap::new(), HashMap::new());
        for r in ready {
            let Some(id) = self.own.get(&r.recipient_id).copied().or(self.common) else {
                continue;
            };
            let variant = *known.entry(id).or_insert_with(|| {
                said.push(chat(MessageId::from_i64(id)));
                said.len() - 1
            });
            by.insert(r.recipient_id, variant);
        }
        Variants {
            said,
            by_recipient: Some(by),
        }
    }
}

#[derive(FromQueryResult)]
struct Common {
    gateway_message_id: Option<i64>,
}

#[derive(FromQueryResult)]
struct Own {
    recipient_id: i64,
    gateway_message_id: i64,
}

async fn ids_at_members(ctx: &Ctx, message_id: i64) -> AppResult<Ids> {
    let conn = ctx.db.conn();
    let sql = "SELECT gateway_message_id FROM group_message WHERE id = $1";
    let common = Common::find_by_statement(ctx.db.stmt(sql, [message_id.into()]))
        .one(conn)
        .await?;
    let sql = "SELECT d.recipient_id, d.gateway_message_id FROM group_delivery d JOIN group_send s ON s.id = d.send_id
               WHERE s.message_id = $1 AND d.gateway_message_id IS NOT NULL";
    let own = Own::find_by_statement(ctx.db.stmt(sql, [message_id.into()]))
        .all(conn)
        .await?;
    Ok(Ids {
        common: common.and_then(|c| c.gateway_message_id),
        own: own
            .iter()
            .map(|o| (o.recipient_id, o.gateway_message_id))
            .collect(),
    })
}
