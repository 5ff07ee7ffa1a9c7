//! Sending. What is answered is durable; the network comes later.
use super::{
    audience::{
        check_name, count_strangers, greet_newcomers_with, hold_scope, invite_strangers, may_reach,
        set_settings, to_of,
    },
    body,
    drafts::{clear_approval, default_language, list_ids, list_ids_of, new_message, set_audience, set_body},
    entity, people,
    same_call::made_before,
    store,
};
use crate::features::{
    audit::server::record,
    auth::server::{Granted, rules},
    identities::server::{self as identities, Identity},
    messages::model::{MessageState as S, PeopleChange, Scope, SendInput, Settings, Texts, validate_texts},
    plans::server as plans,
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, ThreemaId, Uid,
    live::Change,
    permission::{Capability, cap},
    server::{Ctx, Tx, faults::is_duplicate, live::LiveEvent},
};
use sea_orm::{ActiveValue::Set, prelude::*};
use serde_json::json;

/// Sends a draft: message, deliveries, batches and audit entry in one transaction. Sending it again does nothing more.
pub async fn send_draft(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    input: SendInput,
) -> AppResult<()> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = store::lock(&tx, identity.id, &input.draft).await?;
    if row.state == S::NeedsApproval.code() {
        return Err(ErrorCode::NeedsApproval.into());
    }
    if row.state != S::Draft.code() {
        // the first click has done it
        return Ok(());
    }
    may_reach(&granted, Scope::of(&row.scope))?;
    let texts = body::texts(&ctx, granted.organisation_id(), &row).await?;
    let job = Queue {
        texts: &texts,
        to: to_of(&ctx, tx.conn(), &identity, &row).await?,
        undo_ms: identity.undo_seconds * 1000,
        expect: Some(input.goes_to),
        gate: Gate::Refuse,
    };
    queue(&ctx, &tx, &granted, &identity, row, job).await?;
    tx.commit().await?;
    announce(&ctx, granted.organisation_id(), &identity, &input.draft).await;
    Ok(())
}

/// A message that is written and sent at once, by REST.
#[derive(Clone, Debug, Default)]
pub struct SendNow {
    /// The lists.
    pub lists: Vec<Uid>,
    /// The texts; one text for everybody stands under the default language.
    pub texts: Texts,
    /// To whom besides, and what comes back.
    pub settings: Settings,
    /// The people whom a broadcast names.
    pub people: Vec<ThreemaId>,
    /// The same key again answers the same message.
    pub idempotency_key: Option<String>,
}

/// Writes and sends at once, without undo window; answers the message.
pub async fn send_now(
    ctx: &Ctx,
    granted: &Granted<cap::SendMessages>,
    identity: &Identity,
    input: SendNow,
) -> AppResult<Uid> {
    validate_texts(&input.texts, default_language(identity))?;
    let settings = input.settings.clone().validate()?;
    may_reach(granted, settings.scope)?;
    let lists = list_ids(ctx, identity, &input.lists).await?;
    let about = (&settings, lists.as_slice());
    if let Some(known) = made_before(ctx, identity, &input, about).await? {
        return Ok(known);
    }
    match write_and_queue(ctx, granted, identity, &input, about).await? {
        Some(uid) => Ok(uid),
        // the same call was on its way already, and a moment quicker
        None => made_before(ctx, identity, &input, about)
            .await?
            .ok_or_else(|| ErrorCode::WrongState.into()),
    }
}

/// The message and all that follows from it, in one transaction; none when its key was used a moment ago.
async fn write_and_queue(
    ctx: &Ctx,
    granted: &Granted<cap::SendMessages>,
    identity: &Identity,
    input: &SendNow,
    (settings, lists): (&Settings, &[i64]),
) -> AppResult<Option<Uid>> {
    let uid = ctx.rng.uid();
    let tx = ctx.db.begin().await?;
    let sealed = body::seal(
        ctx,
        &tx,
        granted.organisation_id(),
        uid.as_str(),
        &input.texts,
        default_language(identity),
    )
    .await?;
    let mut row = new_message(ctx, &uid, identity.id, granted.administrator_id());
    row.idempotency_key = Set(input.idempotency_key.clone());
    set_settings(&mut row, settings);
    set_body(&mut row, sealed, ctx.now());
    let row = match row.insert(tx.conn()).await {
        Err(error) if input.idempotency_key.is_some() && is_duplicate(&error) => return Ok(None),
        made => made?,
    };
    set_audience(&tx, row.id, lists).await?;
    people::apply(&tx, identity, row.id, PeopleChange::Add(input.people.clone())).await?;
    let job = Queue {
        texts: &input.texts,
        to: to_of(ctx, tx.conn(), identity, &row).await?,
        undo_ms: 0,
        expect: None,
        gate: Gate::Ask,
    };
    store::note_author(&tx, row.id, granted.administrator_id()).await?;
    queue(ctx, &tx, granted, identity, row, job).await?;
    tx.commit().await?;
    announce(ctx, granted.organisation_id(), identity, &uid).await;
    Ok(Some(uid))
}

/// The same texts once more to those whose delivery failed.
pub async fn send_to_failed(
    ctx: Ctx,
    granted: Granted<cap::SendMessages>,
    identity: Uid,
    message: Uid,
) -> AppResult<Uid> {
    let identity = identities::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let failed = store::find(tx.conn(), identity.id, &message).await?;
    // whoever failed once more is one of the failed of the first message: it knows who was reached since
    let first = failed.retry_of.unwrap_or(failed.id);
    let texts = body::texts(&ctx, granted.organisation_id(), &failed).await?;
    if texts.is_empty() || !matches!(S::from_code(&failed.state), Some(S::Sent | S::Cancelled)) {
        return Err(ErrorCode::WrongState.into());
    }
    let uid = ctx.rng.uid();
    let sealed = body::seal(
        &ctx,
        &tx,
        granted.organisation_id(),
        uid.as_str(),
        &texts,
        default_language(&identity),
    )
    .await?;
    let mut row = new_message(&ctx, &uid, identity.id, granted.administrator_id());
    row.retry_of = Set(Some(first));
    row.takes_replies = Set(failed.takes_replies);
    set_body(&mut row, sealed, ctx.now());
    let row = row.insert(tx.conn()).await?;
    let lists = list_ids_of(&ctx, tx.conn(), failed.id).await?;
    set_audience(&tx, row.id, &lists).await?;
    let to = store::To::FailedOf(first);
    let job = Queue {
        texts: &texts,
        to,
        undo_ms: identity.undo_seconds * 1000,
        expect: None,
        gate: Gate::Ask,
    };
    store::note_author(&tx, row.id, granted.administrator_id()).await?;
    queue(&ctx, &tx, &granted, &identity, row, job).await?;
    tx.commit().await?;
    announce(&ctx, granted.organisation_id(), &identity, &uid).await;
    Ok(uid)
}

/// What is turned into deliveries.
pub(super) struct Queue<'a> {
    pub texts: &'a Texts,
    pub to: store::To,
    pub undo_ms: i64,
    /// The number that the button has shown.
    pub expect: Option<u64>,
    pub gate: Gate,
}

/// Rule 17: what happens to a message that needs the approval of somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// It is not sent; the interface asks for approval instead.
    Refuse,
    /// It waits for approval.
    Ask,
    /// Somebody else has just approved it.
    Approved,
}

/// Turns a message into deliveries, in the caller's transaction.
///
/// Everything that is sent passes here, and so the check of its texts (the default language may be another one by now, and
/// whoever has none of the languages gets that one), the gate of rule 17 and the question who is there: from the
/// interface, by REST, approved or retried.
pub(super) async fn queue<C: Capability>(
    ctx: &Ctx,
    tx: &Tx,
    granted: &Granted<C>,
    identity: &Identity,
    row: entity::Model,
    job: Queue<'_>,
) -> AppResult<()> {
    check_name(&row)?;
    validate_texts(job.texts, default_language(identity))?;
    plans::check_valid(ctx, tx.conn(), identity.id).await?;
    let now = ctx.now();
    let above = identity.approval_above.and_then(|n| u64::try_from(n).ok());
    let closed = |n: u64| job.gate != Gate::Approved && above.is_some_and(|above| n > above);
    if above.is_some() {
        let goes_to = store::count_to(ctx, tx.conn(), identity.id, &job.to).await?
            + count_strangers(ctx, tx.conn(), identity, &job.to).await?;
        match job.gate {
            Gate::Refuse if closed(goes_to) => return Err(ErrorCode::NeedsApproval.into()),
            Gate::Ask if closed(goes_to) => {
                return wait_for_approval(ctx, tx, granted, identity, row, goes_to).await;
            }
            _ => {}
        }
    }
    let step_up_above = u64::from(rules(ctx, granted.organisation_id()).await?.step_up_above);
    let fresh = |n: u64| match n > step_up_above {
        true => granted.fresh_or_key(now),
        false => Ok(()),
    };
    // before the work: the number that was shown is the one that it goes to, or it goes to nobody
    fresh(job.expect.unwrap_or_default())?;
    let languages: Vec<LanguageCode> = job.texts.keys().copied().collect();
    let variant = store::variant(&languages, default_language(identity));
    hold_scope(ctx, tx, identity, &row).await?;
    invite_strangers(ctx, tx, identity, &job.to).await?;
    let total = store::insert_deliveries(tx, &row, &job.to, (&variant, 0), now.0).await?;
    store::add_batches(tx, row.id, 0, total).await?;
    store::count_anew(tx, row.id).await?;
    if row.takes_replies || row.for_newcomers {
        store::note_recipients(tx, row.id, 0).await?;
    }
    if row.for_newcomers {
        greet_newcomers_with(tx, identity, &row, &job.to).await?;
    }
    let (id, uid, before) = (row.id, row.uid.clone(), row.state.clone());
    let (scope, takes_replies, newcomers) = (row.scope.clone(), row.takes_replies, row.for_newcomers);
    let mut row: entity::ActiveModel = entity::Entity::find_by_id(id)
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?
        .into();
    let pending = u64::try_from(row.pending.clone().take().unwrap_or_default()).unwrap_or_default();
    if pending == 0 {
        return Err(ErrorCode::NobodyToSendTo.into());
    }
    // a list may have grown since it was counted
    if job.expect.is_some_and(|expected| expected != pending) || closed(pending) {
        return Err(ErrorCode::Changed.into());
    }
    fresh(pending)?;
    row.state = Set(S::Queued.code().to_owned());
    row.queued_at = Set(Some(now.0));
    row.send_after = Set(Some(now.plus(job.undo_ms).0));
    row.updated_at = Set(now.0);
    row.update(tx.conn()).await?;
    let languages: Vec<String> = languages.iter().map(ToString::to_string).collect();
    let detail = json!({
        "from": identity.threema_id, "deliveries": total, "goesTo": pending, "languages": languages,
        "undoSeconds": job.undo_ms / 1000, "onceMore": matches!(job.to, store::To::FailedOf(_)),
        "scope": scope, "takesReplies": takes_replies, "newcomers": newcomers,
        "before": { "state": before }, "after": { "state": S::Queued.code() },
    });
    record(ctx, tx, granted.who(), "message.send", &uid, detail).await
}

/// Rule 17: the message stays until somebody else approves it.
pub(super) async fn wait_for_approval<C: Capability>(
    ctx: &Ctx,
    tx: &Tx,
    granted: &Granted<C>,
    identity: &Identity,
    row: entity::Model,
    goes_to: u64,
) -> AppResult<()> {
    let (uid, before) = (row.uid.clone(), row.state.clone());
    let mut row: entity::ActiveModel = row.into();
    clear_approval(&mut row);
    row.state = Set(S::NeedsApproval.code().to_owned());
    row.approval_asked_by = Set(granted.administrator_id());
    row.approval_asked_at = Set(Some(ctx.now().0));
    row.approval_goes_to = Set(i64::try_from(goes_to).ok());
    row.returned_by = Set(None);
    row.returned_at = Set(None);
    row.return_note_sealed = Set(None);
    row.update(tx.conn()).await?;
    let detail = json!({
        "from": identity.threema_id, "goesTo": goes_to,
        "before": { "state": before }, "after": { "state": S::NeedsApproval.code() },
    });
    record(ctx, tx, granted.who(), "message.ask-approval", &uid, detail).await
}

/// Tells open pages and wakes the fan-out. After the commit: a failure here loses nothing.
pub(super) async fn announce(ctx: &Ctx, organisation_id: i64, identity: &Identity, message: &Uid) {
    ctx.work.notify_waiters();
    if let Ok(row) = store::find(ctx.db.conn(), identity.id, message).await {
        tell(ctx, organisation_id, &row);
    }
}

/// Tells open pages how a message stands.
pub fn tell(ctx: &Ctx, organisation_id: i64, row: &entity::Model) {
    let Ok(uid) = row.uid.parse() else { return };
    let change = Change::Message {
        uid,
        counts: row.counts(),
        state: row.state.clone(),
    };
    ctx.live.tell(LiveEvent {
        organisation_id,
        identity_id: Some(row.identity_id),
        change,
    });
}
