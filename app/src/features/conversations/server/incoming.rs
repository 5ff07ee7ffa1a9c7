//! What people write to lists and messages that take replies.
use super::store::{self, NewMessage};
use crate::features::{
    auth::server::text_days, conversations::text, lists::server::keeps_replies_of,
    messages::server::took_replies_of, recipients::server::Person,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx},
};
use sea_orm::ConnectionTrait;

/// A reply that is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// To be answered: they have not been told yet that replies are kept. Call [`note_told`] when it is on its way.
    pub notice: Option<String>,
}

/// Keeps what a person wrote when a list or a message that they got keeps replies; none: nothing is kept. Open pages
/// hear of it when the caller commits.
pub async fn take_reply(
    ctx: &Ctx,
    tx: &Tx,
    person: &Person,
    text: &str,
    sent_at: Timestamp,
) -> AppResult<Option<Kept>> {
    let Some(recipient_id) = person.recipient_id else {
        return Ok(None);
    };
    if text.trim().is_empty() || !are_kept(tx, recipient_id).await? {
        return Ok(None);
    }
    let days = text_days(tx.conn(), person.organisation_id).await?;
    let whose = (person.organisation_id, person.identity_id);
    let conversation = store::open_with(ctx, tx, whose, recipient_id).await?;
    let now = ctx.now();
    // the gateway may have waited for us; a clock that is far off does not count
    let at = sent_at.clamp(now.plus(-Timestamp::DAY), now);
    let new = NewMessage {
        text,
        at,
        erase_at: at.plus(i64::from(days) * Timestamp::DAY),
        ours: None,
        idempotency_key: None,
    };
    store::add_message(ctx, tx, person.organisation_id, &conversation, new).await?;
    tell_after(ctx, tx, person, &conversation.uid).await?;
    let told = was_told(tx, recipient_id).await?;
    Ok(Some(Kept {
        notice: (!told).then(|| text::told_once(person.language, days)),
    }))
}

/// What "profile" says to somebody whose messages are kept.
pub async fn profile_line(tx: &Tx, person: &Person) -> AppResult<Option<String>> {
    let Some(recipient_id) = person.recipient_id else {
        return Ok(None);
    };
    let days = text_days(tx.conn(), person.organisation_id).await?;
    if are_kept(tx, recipient_id).await? {
        return Ok(Some(text::profile_line(person.language, days)));
    }
    let sql = "SELECT 1 AS one FROM conversation c JOIN conversation_message m ON m.conversation_id = c.id
               WHERE c.recipient_id = $1 LIMIT 1";
    let kept = tx
        .conn()
        .query_one_raw(tx.stmt(sql, [recipient_id.into()]))
        .await?;
    Ok(kept.map(|_| text::profile_earlier(person.language, days)))
}

/// Whether replies of this person are kept: by a list that they are on, or by a message that they got.
async fn are_kept(tx: &Tx, recipient_id: i64) -> AppResult<bool> {
    Ok(keeps_replies_of(tx.conn(), recipient_id).await? || took_replies_of(tx.conn(), recipient_id).await?)
}

async fn was_told(tx: &Tx, recipient_id: i64) -> AppResult<bool> {
    let sql = "SELECT 1 AS one FROM conversation_notice WHERE recipient_id = $1";
    let row = tx
        .conn()
        .query_one_raw(tx.stmt(sql, [recipient_id.into()]))
        .await?;
    Ok(row.is_some())
}

/// The notice of [`Kept`] is on its way: nobody is told twice.
pub async fn note_told(ctx: &Ctx, tx: &Tx, recipient_id: i64) -> AppResult<()> {
    let sql =
        "INSERT INTO conversation_notice (recipient_id, told_at) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    let values = [recipient_id.into(), ctx.now().0.into()];
    tx.exec(sql, values).await.map(|_| ())
}

async fn tell_after(ctx: &Ctx, tx: &Tx, person: &Person, conversation: &str) -> AppResult<()> {
    let sql = "SELECT uid FROM identity WHERE id = $1";
    let row = tx
        .conn()
        .query_one_raw(tx.stmt(sql, [person.identity_id.into()]))
        .await?;
    let Some(row) = row else { return Ok(()) };
    let identity: String = row.try_get("", "uid")?;
    let event = store::changed(
        person.organisation_id,
        (person.identity_id, &identity),
        Some(conversation),
    );
    if let Some(event) = event {
        let live = ctx.live.clone();
        tx.after_commit(Box::new(move || live.tell(event)));
    }
    Ok(())
}
