//! The texts of a conversation, sealed by a key of its own: with that key every copy of them is gone.
use crate::kernel::{
    AppResult,
    server::{
        Ctx, Tx,
        data_key::{open_key, sealing_key},
        secret::{Key, Place},
    },
};
use sea_orm::ConnectionTrait;

fn key_place(conversation: &str) -> Place {
    Place::new("conversation", "key_sealed", conversation)
}

fn text_place(message: &str) -> Place {
    Place::new("conversation_message", "text_sealed", message)
}

/// A new key, and the same wrapped for the row of the conversation.
pub async fn new_key(
    ctx: &Ctx,
    tx: &Tx,
    organisation_id: i64,
    conversation: &str,
) -> AppResult<(Key, Vec<u8>)> {
    let key = Key::generate(&*ctx.rng);
    let wrapped =
        sealing_key(ctx, tx, organisation_id)
            .await?
            .wrap(&*ctx.rng, &key_place(conversation), &key);
    Ok((key, wrapped))
}

/// The key of a conversation.
pub async fn conversation_key<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    conversation: &str,
    sealed: &[u8],
) -> AppResult<Key> {
    open_key(ctx, conn, organisation_id, &key_place(conversation), sealed).await
}

/// Seals a text for its message.
pub fn seal_text(ctx: &Ctx, key: &Key, message: &str, text: &str) -> Vec<u8> {
    key.seal(&*ctx.rng, &text_place(message), text.as_bytes())
}

/// Opens the text of a message.
pub fn open_text(key: &Key, message: &str, sealed: &[u8]) -> AppResult<String> {
    let text = key.open(&text_place(message), sealed)?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}
