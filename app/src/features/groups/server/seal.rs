//! What is sealed of a group: its texts by a key of its own, what is on its way and its pictures by the organisation's
//! data key.
use crate::kernel::{
    AppResult,
    server::{
        Ctx, Tx,
        data_key::{open_key, open_sealed, sealing_key},
        faults::internal,
        secret::{Key, Place},
    },
};
use sea_orm::ConnectionTrait;
use serde::{Serialize, de::DeserializeOwned};

fn key_place(group: &str) -> Place {
    Place::new("chat_group", "key_sealed", group)
}

fn message_place(column: &str, message: &str) -> Place {
    Place::new("group_message", column, message)
}

/// The key of a new group, wrapped for its row.
pub async fn new_key(ctx: &Ctx, tx: &Tx, organisation_id: i64, group: &str) -> AppResult<Vec<u8>> {
    let key = Key::generate(&*ctx.rng);
    let own = sealing_key(ctx, tx, organisation_id).await?;
    Ok(own.wrap(&*ctx.rng, &key_place(group), &key))
}

/// The key of a group.
pub async fn group_key<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    (group, sealed): (&str, &[u8]),
) -> AppResult<Key> {
    open_key(ctx, conn, organisation_id, &key_place(group), sealed).await
}

/// Seals the text of a message.
pub fn seal_text(ctx: &Ctx, key: &Key, message: &str, text: &str) -> Vec<u8> {
    key.seal(&*ctx.rng, &message_place("text_sealed", message), text.as_bytes())
}

/// Opens the text of a message.
pub fn open_text(key: &Key, message: &str, sealed: &[u8]) -> AppResult<String> {
    let text = key.open(&message_place("text_sealed", message), sealed)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Seals who has reacted to a message.
pub fn seal_reactions<T: Serialize>(
    ctx: &Ctx,
    key: &Key,
    message: &str,
    reactions: &T,
) -> AppResult<Vec<u8>> {
    let json = serde_json::to_vec(reactions).map_err(|e| internal(&e))?;
    Ok(key.seal(&*ctx.rng, &message_place("reactions_sealed", message), &json))
}

/// Opens who has reacted to a message.
pub fn open_reactions<T: DeserializeOwned>(key: &Key, message: &str, sealed: &[u8]) -> AppResult<T> {
    let json = key.open(&message_place("reactions_sealed", message), sealed)?;
    serde_json::from_slice(&json).map_err(|e| internal(&e))
}

/// Seals bytes by the data key, in the transaction that writes them.
pub async fn seal_bytes(
    ctx: &Ctx,
    tx: &Tx,
    organisation_id: i64,
    place: &Place,
    bytes: &[u8],
) -> AppResult<Vec<u8>> {
    let own = sealing_key(ctx, tx, organisation_id).await?;
    Ok(own.seal(&*ctx.rng, place, bytes))
}

/// Opens them.
pub async fn open_bytes(ctx: &Ctx, organisation_id: i64, place: &Place, sealed: &[u8]) -> AppResult<Vec<u8>> {
    let bytes = open_sealed(ctx, ctx.db.conn(), organisation_id, place, sealed).await?;
    Ok(bytes.to_vec())
}

/// Where a row of `group_send` keeps what it says.
pub fn said_place(send: &str) -> Place {
    Place::new("group_send", "said_sealed", send)
}

/// Where a picture stands.
pub fn picture_place(picture: &str) -> Place {
    Place::new("group_picture", "picture_sealed", picture)
}
