//! Steps of a message that stands: taking back, pausing, going on, stopping.
use super::{entity, newcomers::forget_newcomers, sending::announce, store};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    identities::server as identities,
    lists::server::stop_greeting,
    messages::model::{MessageState as S, PauseReason},
    plans::server as plans,
};
use crate::kernel::{
    AppResult, ErrorCode, Uid,
    permission::{Capability, cap},
    server::{Ctx, Tx},
};
use serde_json::json;

/// Takes a queued message back while its undo window runs; it is a draft again.
pub async fn undo_send(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<()> {
    change(
        &ctx,
        &granted,
        &identity,
        &message,
        "message.undo",
        async |tx, row| {
            // a draft knows lists only: one to the failed of another message can be stopped, not taken back
            let moved =
                row.retry_of.is_none() && store::move_state(tx, row.id, &[S::Queued], S::Draft, None).await?;
            if moved {
                store::remove_deliveries(tx, row.id).await?;
                stop_greeting(tx, "$1", vec![row.id.into()]).await?;
                tx.exec(
                    "UPDATE message SET queued_at = NULL, send_after = NULL, approved_by = NULL, approved_at = NULL WHERE id = $1",
                    [row.id.into()],
                )
                .await?;
            }
            Ok(moved)
        },
    )
    .await
}

/// Halts a message that is being sent; what is on its way now is still taken note of.
pub async fn pause(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<()> {
    change(
        &ctx,
        &granted,
        &identity,
        &message,
        "message.pause",
        async |tx, row| {
            store::move_state(
                tx,
                row.id,
                &[S::Sending],
                S::Paused,
                Some(PauseReason::ByAdministrator),
            )
            .await
        },
    )
    .await
}

/// Goes on exactly where it stood.
pub async fn resume(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<()> {
    let found = identities::find(&ctx, &granted, &identity).await?;
    plans::check_valid(&ctx, ctx.db.conn(), found.id).await?;
    change(
        &ctx,
        &granted,
        &identity,
        &message,
        "message.resume",
        async |tx, row| store::move_state(tx, row.id, &[S::Paused], S::Sending, None).await,
    )
    .await
}

/// Ends a message: what has not left is cancelled, what is on its way is still taken note of.
pub async fn stop(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<()> {
    let now = ctx.now().0;
    change(
        &ctx,
        &granted,
        &identity,
        &message,
        "message.stop",
        async |tx, row| {
            let moved = store::move_state(
                tx,
                row.id,
                &[S::Queued, S::Sending, S::Paused],
                S::Cancelled,
                None,
            )
            .await?;
            if moved {
                store::cancel_pending(tx, row.id, None, now).await?;
                forget_newcomers(tx, row.id).await?;
                tx.exec(
                    "UPDATE message SET finished_at = $1 WHERE id = $2",
                    [now.into(), row.id.into()],
                )
                .await?;
            }
            Ok(moved)
        },
    )
    .await
}

/// Takes a step within one transaction, with its entry in the log.
pub(super) async fn change<C: Capability>(
    ctx: &Ctx,
    granted: &Granted<C>,
    identity: &Uid,
    message: &Uid,
    action: &str,
    step: impl AsyncFnOnce(&Tx, &entity::Model) -> AppResult<bool>,
) -> AppResult<()> {
    let identity = identities::find(ctx, granted, identity).await?;
    let tx = ctx.db.begin().await?;
    let row = store::lock(&tx, identity.id, message).await?;
    if !step(&tx, &row).await? {
        return Err(ErrorCode::WrongState.into());
    }
    let after = store::find(tx.conn(), identity.id, message).await?;
    let detail = json!({
        "from": identity.threema_id,
        "before": { "state": row.state, "pending": row.pending },
        "after": { "state": after.state, "pending": after.pending },
    });
    record(ctx, &tx, granted.who(), action, &row.uid, detail).await?;
    tx.commit().await?;
    announce(ctx, granted.organisation_id(), &identity, message).await;
    Ok(())
}
