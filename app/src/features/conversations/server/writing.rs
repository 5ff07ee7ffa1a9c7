//! Answering: the text goes into the outbox and into the conversation in one transaction.
use super::store::{self, NewMessage};
use crate::features::{
    answers::server as answers,
    audit::server::record,
    auth::server::{Granted, text_days},
    conversations::model::answer_text,
    identities::server::find as find_identity,
    plans::server::check_valid,
    recipients::{model::RecipientState, server::entity as recipient},
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal, rest::KEY_CHARS},
    validate::Check,
};
use sea_orm::EntityTrait;

/// Writes to the person of a conversation; the same key again does nothing more.
pub async fn write(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    conversation: Uid,
    (text, key): (String, Option<String>),
) -> AppResult<()> {
    let mut check = Check::new();
    let key = key.map(|key| check.text("key", &key, KEY_CHARS));
    check.done()?;
    let place = (&identity, &conversation);
    send_text(&ctx, &granted, place, ("text", &text), key.as_deref())
        .await
        .map(|_| ())
}

/// Writes to the person of a conversation; what is wrong with the text stands at `field`. Answers the message; the same
/// `idempotency_key` again answers the same one.
///
/// # Errors
/// [`ErrorCode::PlanEnded`]; [`ErrorCode::WrongState`] when nothing reaches the person.
pub async fn send_text(
    ctx: &Ctx,
    granted: &Granted<cap::Conversations>,
    (identity, conversation): (&Uid, &Uid),
    (field, text): (&str, &str),
    idempotency_key: Option<&str>,
) -> AppResult<Uid> {
    let identity = find_identity(ctx, granted, identity).await?;
    let text = answer_text(field, text)?;
    let tx = ctx.db.begin().await?;
    let conversation = store::lock(&tx, identity.id, conversation).await?;
    if let Some(key) = idempotency_key
        && let Some(known) = store::by_key(&tx, conversation.id, key).await?
    {
        return Ok(known);
    }
    check_valid(ctx, tx.conn(), identity.id).await?;
    let person = recipient::Entity::find_by_id(conversation.recipient_id)
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    if RecipientState::of(person.state) != RecipientState::Reachable {
        return Err(ErrorCode::WrongState.into());
    }
    let to = person
        .threema_id
        .parse()
        .map_err(|_| internal(&"a stored recipient is malformed"))?;
    let answer = answers::send(ctx, &tx, identity.id, to, &text, Some(conversation.id)).await?;
    let days = text_days(tx.conn(), identity.organisation_id).await?;
    let now = ctx.now();
    let new = NewMessage {
        text: &text,
        at: now,
        erase_at: now.plus(i64::from(days) * Timestamp::DAY),
        ours: Some((granted.administrator_id(), answer)),
        idempotency_key,
    };
    let (_, uid) = store::add_message(ctx, &tx, identity.organisation_id, &conversation, new).await?;
    if let Some(me) = granted.administrator_id() {
        // whoever answers has read
        store::set_read(&tx, me, conversation.id, conversation.last_in_id).await?;
    }
    let detail = serde_json::json!({ "threemaId": to, "bytes": text.len() });
    record(
        ctx,
        &tx,
        granted.who(),
        "conversation.write",
        &conversation.uid,
        detail,
    )
    .await?;
    tx.commit().await?;
    store::tell(ctx, &identity, Some(&conversation.uid));
    ctx.work.notify_waiters();
    Ok(uid)
}
