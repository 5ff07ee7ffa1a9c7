//! What administrators do with a single conversation.
use super::{
    reading::{assignees, me},
    store::{self, Conversation},
};
use crate::features::{
    answers::server::forget_about,
    audit::server::record,
    auth::server::{Granted, administrator_of},
    conversations::model::ConversationState,
    identities::server::find as find_identity,
    recipients::server::entity as recipient,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::EntityTrait;
use serde_json::json;

/// With whom, for the audit log.
async fn person(tx: &Tx, conversation: &Conversation) -> AppResult<String> {
    let row = recipient::Entity::find_by_id(conversation.recipient_id)
        .one(tx.conn())
        .await?;
    Ok(row.ok_or(ErrorCode::NotFound)?.threema_id)
}

/// Says who deals with a conversation; none: nobody in particular.
///
/// # Errors
/// A field error when that person may not deal with conversations of this identity.
pub async fn assign(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    conversation: Uid,
    to: Option<Uid>,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let chosen = match &to {
        None => None,
        Some(uid) => {
            if !assignees(&ctx, &identity).await?.iter().any(|a| a.uid == *uid) {
                return Err(AppError::field("to", Problem::NotAChoice));
            }
            let (row, _) = administrator_of(ctx.db.conn(), identity.organisation_id, uid).await?;
            Some((row.id, row.name))
        }
    };
    let tx = ctx.db.begin().await?;
    let found = store::lock(&tx, identity.id, &conversation).await?;
    let id = chosen.as_ref().map(|(id, _)| *id);
    if found.assigned_to == id {
        return Ok(());
    }
    tx.exec(
        "UPDATE conversation SET assigned_to = $1 WHERE id = $2",
        [id.into(), found.id.into()],
    )
    .await?;
    let detail =
        json!({ "threemaId": person(&tx, &found).await?, "assignedTo": chosen.map(|(_, name)| name) });
    record(
        &ctx,
        &tx,
        granted.who(),
        "conversation.assign",
        &found.uid,
        detail,
    )
    .await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, Some(&found.uid));
    Ok(())
}

/// Marks a conversation as done, or opens it again.
pub async fn set_done(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    conversation: Uid,
    done: bool,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let found = store::lock(&tx, identity.id, &conversation).await?;
    if (found.state() == ConversationState::Done) == done {
        return Ok(());
    }
    let (state, action) = match done {
        true => (ConversationState::Done, "conversation.done"),
        false => (ConversationState::Open, "conversation.reopen"),
    };
    let values = [
        state.code().into(),
        done.then(|| ctx.now().0).into(),
        done.then(|| me(&granted)).into(),
        found.id.into(),
    ];
    let sql = "UPDATE conversation SET state = $1, done_at = $2, done_by = $3 WHERE id = $4";
    tx.exec(sql, values).await?;
    let detail = json!({ "threemaId": person(&tx, &found).await? });
    record(&ctx, &tx, granted.who(), action, &found.uid, detail).await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, Some(&found.uid));
    Ok(())
}

/// Notes that the administrator has read a conversation up to its end, or wants to read its last reply again.
pub async fn mark(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    conversation: Uid,
    read: bool,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let Some(me) = granted.administrator_id() else {
        return Ok(());
    };
    let tx = ctx.db.begin().await?;
    let found = store::find(tx.conn(), identity.id, &conversation).await?;
    let up_to = if read {
        found.last_in_id
    } else {
        found.last_in_id - 1
    };
    let news = store::set_read(&tx, me, found.id, up_to).await?;
    tx.commit().await?;
    // what is known already wakes nobody: pages that mark what they show would go on for ever
    if news {
        store::tell(&ctx, &identity, Some(&found.uid));
    }
    Ok(())
}

/// Deletes a conversation with all its texts and their key; one that is gone already stays gone.
pub async fn delete_conversation(
    ctx: Ctx,
    granted: Granted<cap::Conversations>,
    identity: Uid,
    conversation: Uid,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let found = match store::lock(&tx, identity.id, &conversation).await {
        Err(error) if error.code == ErrorCode::NotFound => return Ok(()),
        found => found?,
    };
    let texts = tx
        .exec(
            "DELETE FROM conversation_message WHERE conversation_id = $1",
            [found.id.into()],
        )
        .await?;
    tx.exec("DELETE FROM conversation WHERE id = $1", [found.id.into()])
        .await?;
    forget_about(&tx, &[found.id]).await?;
    let detail = json!({ "threemaId": person(&tx, &found).await?, "texts": texts });
    record(
        &ctx,
        &tx,
        granted.who(),
        "conversation.delete",
        &found.uid,
        detail,
    )
    .await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, Some(&found.uid));
    if let Err(error) = store::sweep(&ctx).await {
        // it is deleted; what the database keeps of it goes with the next round of retention
        tracing::warn!(%error, "old versions of rows are still kept");
    }
    Ok(())
}
