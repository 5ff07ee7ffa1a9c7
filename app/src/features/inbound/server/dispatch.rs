//! What a stored callback says, and who deals with it. Texts to lists are not kept (product rule 6).
use super::callback::Stored;
use crate::features::{
    gateway::wire::{Content, GroupMessage, MessageId, PrivateKey, PublicKey, ReceiptStatus},
    groups::server as groups,
    identities::server::{self as identities, Identity},
    messages::server as messages,
    recipients::server as recipients,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{
        Ctx, Tx,
        faults::internal,
        jobs::{self, Job},
    },
};

/// Jobs that one round takes.
const ROUND: u32 = 100;
/// How often a receipt that came before its delivery's result is looked at again.
const EARLY_TRIES: i64 = 8;

/// Deals with stored callbacks; answers how many there were.
pub async fn run_inbound_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let jobs = jobs::lease(ctx, holder, jobs::INBOUND, ROUND).await?;
    for job in &jobs {
        if let Err(error) = deal(ctx, job).await {
            tracing::warn!(%error, attempts = job.attempts, "a stored callback waits");
            put_off(ctx, job).await?;
        }
    }
    Ok(jobs.len())
}

/// After a fault of ours: again with growing pauses, never lost.
async fn put_off(ctx: &Ctx, job: &Job) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let pause = Timestamp::SECOND << job.attempts.clamp(0, 10);
    jobs::later(&tx, job.id, ctx.now().plus(pause).0).await?;
    tx.commit().await
}

async fn deal(ctx: &Ctx, job: &Job) -> AppResult<()> {
    let stored: Stored = serde_json::from_slice(&job.payload).map_err(|e| internal(&e))?;
    let identity = identities::find_by_id(ctx, stored.identity_id).await?;
    let content = open(ctx, &identity, &stored).await?;
    let tx = ctx.db.begin().await?;
    let mut changed_group = None;
    let outcome = match content {
        Some(Content::Group(message)) => {
            changed_group = group_message(ctx, &tx, &identity, &stored, &message).await?;
            messages::Outcome::default()
        }
        Some(Content::Receipt { status, ids }) => receipt_of(&tx, &stored, status, &ids, ctx.now().0).await?,
        // an administrator's list takes no answers: dropped unread, never stored
        Some(_) | None => messages::Outcome::default(),
    };
    if outcome.early.is_empty() || job.attempts >= EARLY_TRIES {
        jobs::done(&tx, job.id).await?;
    } else {
        come_back(ctx, &tx, job, stored, &outcome).await?;
    }
    tx.commit().await?;
    messages::tell_changed(ctx, identity.organisation_id, &outcome);
    if let Some(group) = changed_group {
        groups::tell_group(ctx, &identity, &group);
        // what answers it is on its way
        ctx.work.notify_waiters();
    }
    Ok(())
}

/// A message of a group: who knows the identity's groups deals with it. Answers the group that has changed.
async fn group_message(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    stored: &Stored,
    message: &GroupMessage,
) -> AppResult<Option<String>> {
    let Some((person, _)) = recipients::find_person(tx, identity, stored.from).await? else {
        return Ok(None);
    };
    if let (Some(nickname), Some(recipient_id)) = (&stored.nickname, person.recipient_id) {
        groups::note_nickname(tx, recipient_id, nickname).await?;
    }
    let Some(id) = stored.message_id else {
        // stored by an earlier version
        return Ok(None);
    };
    let sent_at = stored.sent_at.unwrap_or_else(|| ctx.now());
    groups::take(ctx, tx, &person, message, id, sent_at).await
}

/// Some IDs belong to a batch whose answer is on its way: the same job again for those.
async fn come_back(
    ctx: &Ctx,
    tx: &Tx,
    job: &Job,
    stored: Stored,
    outcome: &messages::Outcome,
) -> AppResult<()> {
    let rest = Stored {
        only: outcome.early.clone(),
        ..stored
    };
    let payload = serde_json::to_vec(&rest).map_err(|e| internal(&e))?;
    tx.exec(
        "UPDATE job SET payload = $1 WHERE id = $2",
        [payload.into(), job.id.into()],
    )
    .await?;
    let pause = (Timestamp::SECOND / 4) << job.attempts.clamp(0, 10);
    jobs::later(tx, job.id, ctx.now().plus(pause).0).await
}

async fn receipt_of(
    tx: &Tx,
    stored: &Stored,
    status: ReceiptStatus,
    ids: &[MessageId],
    now: i64,
) -> AppResult<messages::Outcome> {
    let read = match status {
        ReceiptStatus::Received => false,
        ReceiptStatus::Read => true,
        // thumbs are a matter of conversations
        _ => return Ok(messages::Outcome::default()),
    };
    let all: Vec<i64> = ids.iter().map(|id| id.to_i64()).collect();
    let ids = if stored.only.is_empty() {
        &all
    } else {
        &stored.only
    };
    let receipt = messages::ReceiptOf {
        identity_id: stored.identity_id,
        sender: stored.from,
        read,
        ids,
    };
    messages::apply_receipts(tx, &receipt, now).await
}

/// Opens the box; none when it does not open or is of no known form, which is logged without its content.
async fn open(ctx: &Ctx, identity: &Identity, stored: &Stored) -> AppResult<Option<Content>> {
    let Some(key) = sender_key(ctx, identity, stored).await? else {
        tracing::info!(from = %stored.from, "a message of somebody unknown is dropped");
        return Ok(None);
    };
    let private = identities::open_private_key(ctx, identity).await?;
    let private = PrivateKey::from_bytes(*private.expose());
    let nonce = hex::decode(&stored.nonce).ok().and_then(|n| n.try_into().ok());
    let sealed = hex::decode(&stored.sealed).ok();
    let (Some(nonce), Some(sealed)) = (nonce, sealed) else {
        return Ok(None);
    };
    let opened = private.shared_with(&key).open_padded(&nonce, &sealed);
    let content = opened.ok().and_then(|plain| Content::decode(&plain).ok());
    if content.is_none() {
        tracing::info!(from = %stored.from, "a message that cannot be read is dropped");
    }
    Ok(content)
}

async fn sender_key(ctx: &Ctx, identity: &Identity, stored: &Stored) -> AppResult<Option<PublicKey>> {
    let recipient = recipients::find_recipient(ctx, identity.id, &stored.from).await;
    match recipient {
        Ok(row) => Ok(row
            .public_key
            .as_deref()
            .and_then(|k| PublicKey::from_bytes(k).ok())),
        Err(error) if error.code == crate::kernel::ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
