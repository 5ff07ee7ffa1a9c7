//! The entries of a chat as rows: found, added, erased.
use super::{seal, store::Group};
use crate::features::{
    auth::server::rules, gateway::wire::MessageId, groups::model::EntryKind, identities::server::Identity,
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// A message as a row of its table.
#[derive(Clone, Debug, FromQueryResult)]
pub(super) struct Message {
    pub id: i64,
    pub uid: String,
    pub kind: i64,
    pub sender_id: Option<i64>,
    pub text_sealed: Option<Vec<u8>>,
    pub reactions_sealed: Option<Vec<u8>>,
    pub gateway_message_id: Option<i64>,
    pub at: i64,
    pub deleted_at: Option<i64>,
}

const MESSAGE: &str = "SELECT m.id, m.uid, m.kind, m.sender_id, m.text_sealed, m.reactions_sealed, m.gateway_message_id, m.at, m.deleted_at
    FROM group_message m WHERE m.group_id = $1";

/// The message of a uid.
///
/// # Errors
/// [`ErrorCode::NotFound`]
pub(super) async fn message(tx: &Tx, group_id: i64, uid: &Uid) -> AppResult<Message> {
    let sql = format!("{MESSAGE} AND m.uid = $2");
    Message::find_by_statement(tx.stmt(&sql, [group_id.into(), uid.as_str().into()]))
        .one(tx.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The message that members have under an ID. An ID that nobody knows belongs to a message one of whose calls had no answer,
/// when there is exactly one: then it is adopted.
pub(super) async fn message_by_wire(tx: &Tx, group_id: i64, id: MessageId) -> AppResult<Option<Message>> {
    let sql = format!(
        "{MESSAGE} AND (m.gateway_message_id = $2
             OR m.id IN (SELECT i.message_id FROM group_message_id i WHERE i.group_id = $1 AND i.gateway_message_id = $2))
         ORDER BY m.id DESC LIMIT 1"
    );
    let values = || [group_id.into(), id.to_i64().into()];
    let found = Message::find_by_statement(tx.stmt(&sql, values()))
        .one(tx.conn())
        .await?;
    if found.is_some() {
        return Ok(found);
    }
    let sql = format!("{MESSAGE} AND m.unclear AND m.sender_id IS NULL ORDER BY m.id DESC LIMIT 2");
    let mut unclear = Message::find_by_statement(tx.stmt(&sql, [group_id.into()]))
        .all(tx.conn())
        .await?;
    let (Some(one), true) = (unclear.pop(), unclear.is_empty()) else {
        return Ok(None);
    };
    let sql = "INSERT INTO group_message_id (group_id, gateway_message_id, message_id) VALUES ($1, $2, $3)
               ON CONFLICT (group_id, gateway_message_id) DO NOTHING";
    tx.exec(sql, [group_id.into(), id.to_i64().into(), one.id.into()])
        .await?;
    Ok(Some(one))
}

/// An entry to be added to a chat.
#[derive(Clone, Debug)]
pub(super) struct NewEntry<'a> {
    pub kind: EntryKind,
    /// The recipient's number; none: the identity.
    pub sender_id: Option<i64>,
    pub author_id: Option<i64>,
    pub text: Option<&'a str>,
    pub gateway_message_id: Option<i64>,
    pub idempotency_key: Option<&'a str>,
    pub at: Timestamp,
    pub total: usize,
}

impl NewEntry<'_> {
    /// One of the identity.
    pub const fn ours(kind: EntryKind, at: Timestamp) -> Self {
        Self {
            kind,
            sender_id: None,
            author_id: None,
            text: None,
            gateway_message_id: None,
            idempotency_key: None,
            at,
            total: 0,
        }
    }
}

/// Adds an entry to the chat of a locked group; answers its number and uid.
pub(super) async fn add_entry(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    new: NewEntry<'_>,
) -> AppResult<(i64, Uid)> {
    let uid = ctx.rng.uid();
    let organisation_id = identity.organisation_id;
    let sealed = match new.text {
        Some(text) => {
            let own = (group.uid.as_str(), group.key_sealed.as_slice());
            let key = seal::group_key(ctx, tx.conn(), organisation_id, own).await?;
            Some(seal::seal_text(ctx, &key, uid.as_str(), text))
        }
        None => None,
    };
    let days = rules(ctx, organisation_id).await?.text_days;
    let erase_at = ctx.now().plus(i64::from(days) * Timestamp::DAY);
    let sql = "INSERT INTO group_message (uid, group_id, kind, sender_id, author_id, text_sealed, gateway_message_id, unclear,
                   idempotency_key, at, erase_at, total, accepted, failed)
               VALUES ($1, $2, $3, $4, $5, $6, $7, FALSE, $8, $9, $10, $11, 0, 0) RETURNING id";
    let values: Vec<Value> = vec![
        uid.as_str().into(),
        group.id.into(),
        new.kind.number().into(),
        new.sender_id.into(),
        new.author_id.into(),
        sealed.into(),
        new.gateway_message_id.into(),
        new.idempotency_key.into(),
        new.at.0.into(),
        erase_at.0.into(),
        i64::try_from(new.total).unwrap_or_default().into(),
    ];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let id: i64 = row.ok_or_else(|| internal(&"no row"))?.try_get("", "id")?;
    let sql = "UPDATE chat_group SET last_message_id = $1 WHERE id = $2";
    tx.exec(sql, [id.into(), group.id.into()]).await?;
    Ok((id, uid))
}

/// What is stored of a message goes.
pub(super) async fn erase(ctx: &Ctx, tx: &Tx, message_id: i64) -> AppResult<()> {
    let sql =
        "UPDATE group_message SET text_sealed = NULL, reactions_sealed = NULL, deleted_at = $1 WHERE id = $2";
    tx.exec(sql, [ctx.now().0.into(), message_id.into()])
        .await
        .map(|_| ())
}
