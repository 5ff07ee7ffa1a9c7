//! Rule 17, four-eyes: asking, approving, sending back. The gate itself is in `sending::queue`.
use super::{
    audience::{check_name, count_strangers, hold_scope, may_reach, to_of},
    body,
    drafts::{default_language, is_open, take_from_approval},
    entity,
    sending::{Gate, Queue, announce, queue, wait_for_approval},
    steps::change,
    store,
};
use crate::features::{
    audit::server::record,
    auth::server::{Granted, administrator_name},
    identities::server::{self as identities, Identity},
    messages::model::{
        ApproveInput, Asked, MessageState as S, NOTE_CHARS, Returned, Scope, SendInput, validate_texts,
    },
    plans::server as plans,
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::{Capability, cap},
    server::Ctx,
    validate::Check,
};
use sea_orm::{ActiveValue::Set, prelude::*};
use serde_json::json;

/// Asks somebody else to approve a draft; nothing is sent.
///
/// # Errors
/// [`ErrorCode::Changed`] when it goes to another number of people by now, or needs no approval any more.
pub async fn ask_approval(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    input: SendInput,
) -> AppResult<()> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = store::lock(&tx, identity.id, &input.draft).await?;
    if row.state == S::NeedsApproval.code() {
        // the first click has done it
        return Ok(());
    }
    if row.state != S::Draft.code() {
        return Err(ErrorCode::WrongState.into());
    }
    may_reach(&granted, Scope::of(&row.scope))?;
    check_name(&row)?;
    let texts = body::texts(&ctx, granted.organisation_id(), &row).await?;
    validate_texts(&texts, default_language(&identity))?;
    plans::check_valid(&ctx, tx.conn(), identity.id).await?;
    let goes_to = goes_to(&ctx, tx.conn(), &identity, &row).await?;
    let above = identity.approval_above.and_then(|n| u64::try_from(n).ok());
    if goes_to != input.goes_to || above.is_none_or(|above| goes_to <= above) {
        return Err(ErrorCode::Changed.into());
    }
    store::note_author(&tx, row.id, granted.administrator_id()).await?;
    wait_for_approval(&ctx, &tx, &granted, &identity, row, goes_to).await?;
    tx.commit().await?;
    announce(&ctx, granted.organisation_id(), &identity, &input.draft).await;
    Ok(())
}

/// Approves a message and sends it, when it is still what was shown: the same text for the same lists with the same people,
/// or for as many of everybody (see [`body::version`]).
///
/// # Errors
/// [`ErrorCode::OwnText`] for whoever wrote on it; [`ErrorCode::Changed`] when it is another one by now.
pub async fn approve(
    ctx: Ctx,
    granted: Granted<cap::ApproveMessages>,
    identity: Uid,
    input: ApproveInput,
) -> AppResult<()> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = store::lock(&tx, identity.id, &input.message).await?;
    hold_scope(&ctx, &tx, &identity, &row).await?;
    let lists = match row.retry_of {
        Some(_) => Vec::new(),
        None => store::hold_lists(&tx, row.id).await?,
    };
    if row.state != S::NeedsApproval.code() || body::version(&row, &lists) != input.version {
        return Err(ErrorCode::Changed.into());
    }
    if is_own(&ctx, tx.conn(), &granted, &row).await? {
        return Err(ErrorCode::OwnText.into());
    }
    let texts = body::texts(&ctx, granted.organisation_id(), &row).await?;
    let to = to_of(&ctx, tx.conn(), &identity, &row).await?;
    let asked_by = name(&ctx, row.approval_asked_by).await?;
    let mut approved: entity::ActiveModel = row.into();
    approved.approved_by = Set(granted.administrator_id());
    approved.approved_at = Set(Some(ctx.now().0));
    let row = approved.update(tx.conn()).await?;
    let detail = json!({ "from": identity.threema_id, "goesTo": input.goes_to, "askedBy": asked_by });
    record(&ctx, &tx, granted.who(), "message.approve", &row.uid, detail).await?;
    let job = Queue {
        texts: &texts,
        to,
        undo_ms: identity.undo_seconds * 1000,
        expect: Some(input.goes_to),
        gate: Gate::Approved,
    };
    queue(&ctx, &tx, &granted, &identity, row, job).await?;
    tx.commit().await?;
    announce(&ctx, granted.organisation_id(), &identity, &input.message).await;
    Ok(())
}

/// Sends a message back to its authors, with a note.
pub async fn send_back(
    ctx: Ctx,
    granted: Granted<cap::ApproveMessages>,
    identity: Uid,
    message: Uid,
    note: String,
) -> AppResult<()> {
    let mut check = Check::new();
    let note = check.optional_text("note", &note, NOTE_CHARS);
    check.done()?;
    let (ctx, granted) = (&ctx, &granted);
    change(
        ctx,
        granted,
        &identity,
        &message,
        "message.send-back",
        async |tx, row| {
            if row.state != S::NeedsApproval.code() {
                return Ok(false);
            }
            let sealed = body::seal_note(ctx, granted.organisation_id(), row, &note).await?;
            let mut row = take_from_approval(row);
            row.returned_by = Set(granted.administrator_id());
            row.returned_at = Set(Some(ctx.now().0));
            row.return_note_sealed = Set(sealed.filter(|_| !note.is_empty()));
            row.update(tx.conn()).await?;
            Ok(true)
        },
    )
    .await
}

/// The authors take their message back before anybody has approved it; it is a draft again.
pub async fn withdraw(
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
        "message.withdraw",
        async |tx, row| {
            if row.state != S::NeedsApproval.code() {
                return Ok(false);
            }
            take_from_approval(row).update(tx.conn()).await?;
            Ok(true)
        },
    )
    .await
}

/// How many people it would go to now.
async fn goes_to<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    identity: &Identity,
    row: &entity::Model,
) -> AppResult<u64> {
    let to = to_of(ctx, conn, identity, row).await?;
    let strangers = count_strangers(ctx, conn, identity, &to).await?;
    Ok(store::count_to(ctx, conn, identity.id, &to).await? + strangers)
}

/// Whether the caller has written on it, or asked for its approval. Who is no administrator cannot be told from the
/// authors, and so counts as one.
async fn is_own<C: ConnectionTrait, P: Capability>(
    ctx: &Ctx,
    conn: &C,
    granted: &Granted<P>,
    row: &entity::Model,
) -> AppResult<bool> {
    let Some(me) = granted.administrator_id() else {
        return Ok(true);
    };
    let named = [row.created_by, row.approval_asked_by].contains(&Some(me));
    Ok(named || store::is_author(ctx, conn, row.id, me).await?)
}

/// What a message waits for, as its page shows it.
pub(super) async fn asked<P: Capability>(
    ctx: &Ctx,
    granted: &Granted<P>,
    identity: &Identity,
    row: &entity::Model,
) -> AppResult<Option<Asked>> {
    if row.state != S::NeedsApproval.code() {
        return Ok(None);
    }
    let conn = ctx.db.conn();
    let lists = match row.retry_of {
        Some(_) => Vec::new(),
        None => store::lists_now(ctx, row.id).await?,
    };
    Ok(Some(Asked {
        by: name(ctx, row.approval_asked_by).await?,
        at: Timestamp(row.approval_asked_at.unwrap_or(row.updated_at)),
        goes_to: goes_to(ctx, conn, identity, row).await?,
        version: body::version(row, &lists),
        own: is_own(ctx, conn, granted, row).await?,
    }))
}

/// That a draft was sent back, and why.
pub(super) async fn returned(
    ctx: &Ctx,
    organisation_id: i64,
    row: &entity::Model,
) -> AppResult<Option<Returned>> {
    let Some(at) = row.returned_at.filter(|_| is_open(row)) else {
        return Ok(None);
    };
    Ok(Some(Returned {
        by: name(ctx, row.returned_by).await?,
        at: Timestamp(at),
        note: body::note(ctx, organisation_id, row).await?,
    }))
}

/// The name of an administrator of a row.
pub(super) async fn name(ctx: &Ctx, id: Option<i64>) -> AppResult<Option<String>> {
    match id {
        Some(id) => administrator_name(ctx, id).await,
        None => Ok(None),
    }
}
