//! One dispatch over everything that comes. A round deals with many callbacks in one transaction; when that fails, each
//! gets one of its own, so that one that cannot be dealt with keeps up nobody but its own sender.
use super::{
    round::{Desk, Opened, desks},
    store::{self, Taken},
    texts,
};
use crate::features::{
    conversations::server as conversations,
    gateway::wire::{Content, GroupMessage, MessageId, PublicKey, ReceiptStatus},
    groups::server as groups,
    messages::server as messages,
    recipients::server::{find_person, tell},
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx, jobs},
};
use std::collections::{HashMap, HashSet};

/// Callbacks that one round takes.
const ROUND: u32 = 250;
/// How often a receipt that came before its delivery's result is looked at again.
const EARLY_TRIES: i64 = 8;
/// Longest pause after a fault of ours.
const LONGEST: i64 = 60 * Timestamp::SECOND;

/// What was committed and is to be told.
#[derive(Default)]
struct Told {
    outcomes: Vec<(i64, messages::Outcome)>,
    changed: Vec<i64>,
    /// Identities, and what has changed of their groups.
    groups: Vec<(i64, groups::ChangedGroup)>,
}

/// Deals with stored callbacks; answers how many there were.
pub async fn run_inbound_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let taken = store::take(ctx, holder, ROUND).await?;
    if taken.is_empty() {
        return Ok(0);
    }
    let desks = desks(ctx, &taken).await;
    let opened: Vec<Opened> = taken
        .iter()
        .map(|one| match desks.get(&one.stored.identity_id) {
            Some(desk) => desk.open(one),
            None => Opened::Later,
        })
        .collect();
    let all: Vec<(&Taken, &Opened)> = taken.iter().zip(&opened).collect();
    if let Err(error) = together(ctx, &desks, &all).await {
        tracing::warn!(%error, "callbacks are dealt with one by one");
        one_by_one(ctx, &desks, &all).await?;
    }
    ctx.work.notify_waiters();
    Ok(taken.len())
}

async fn together(ctx: &Ctx, desks: &HashMap<i64, Desk>, all: &[(&Taken, &Opened)]) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let mut told = Told::default();
    for (one, opened) in all {
        deal(ctx, &tx, desks, one, opened, &mut told).await?;
    }
    tx.commit().await?;
    tell_all(ctx, desks, told);
    Ok(())
}

/// After a fault of ours: again with growing pauses, never lost. What its sender wrote afterwards waits for it.
async fn one_by_one(ctx: &Ctx, desks: &HashMap<i64, Desk>, all: &[(&Taken, &Opened)]) -> AppResult<()> {
    let mut waiting = HashSet::new();
    for one in all {
        let sender = (one.0.stored.identity_id, one.0.stored.from);
        if !waiting.contains(&sender) {
            let Err(error) = together(ctx, desks, &[*one]).await else {
                continue;
            };
            tracing::warn!(%error, attempts = one.0.attempts, "a stored callback waits");
            waiting.insert(sender);
        }
        let tx = ctx.db.begin().await?;
        put_off(ctx, &tx, one.0).await?;
        tx.commit().await?;
    }
    Ok(())
}

async fn put_off(ctx: &Ctx, tx: &Tx, one: &Taken) -> AppResult<()> {
    let pause = (Timestamp::SECOND << one.attempts.clamp(0, 10)).min(LONGEST);
    jobs::later(tx, one.id, ctx.now().plus(pause).0).await
}

fn tell_all(ctx: &Ctx, desks: &HashMap<i64, Desk>, told: Told) {
    for (organisation_id, outcome) in &told.outcomes {
        messages::tell_changed(ctx, *organisation_id, outcome);
    }
    let mut changed = told.changed;
    changed.sort_unstable();
    changed.dedup();
    for desk in changed.iter().filter_map(|id| desks.get(id)) {
        tell(ctx, &desk.identity);
    }
    for (identity_id, changed) in &told.groups {
        if let Some(desk) = desks.get(identity_id) {
            groups::tell_group(ctx, &desk.identity, changed);
        }
    }
}

async fn deal(
    ctx: &Ctx,
    tx: &Tx,
    desks: &HashMap<i64, Desk>,
    one: &Taken,
    opened: &Opened,
    told: &mut Told,
) -> AppResult<()> {
    let (Opened::Content(content, key), Some(desk)) = (opened, desks.get(&one.stored.identity_id)) else {
        return match opened {
            Opened::Later => put_off(ctx, tx, one).await,
            _ => {
                count("unreadable");
                jobs::done(tx, one.id).await
            }
        };
    };
    match content {
        Content::Receipt { status, ids } => {
            count("receipt");
            return receipts(ctx, tx, desk, one, (*status, ids), told).await;
        }
        Content::Text(text) => {
            count("text");
            let changed = take_text(ctx, tx, desk, one, (text, key)).await?;
            told.changed.extend(changed.then_some(desk.identity.id));
        }
        Content::Group(message) => {
            count("group");
            let changed = take_group_message(ctx, tx, desk, one, message).await?;
            told.groups
                .extend(changed.map(|changed| (desk.identity.id, changed)));
        }
        Content::Unknown(kind) => {
            metrics::counter!("fanfare_inbound_unknown_total", "type" => format!("{kind:02x}")).increment(1);
        }
    }
    jobs::done(tx, one.id).await
}

fn count(what: &'static str) {
    metrics::counter!("fanfare_inbound_total", "what" => what).increment(1);
}

/// A message of a group: who knows the identity's groups deals with it. Answers what has changed; what answers
/// it is on its way with the commit.
async fn take_group_message(
    ctx: &Ctx,
    tx: &Tx,
    desk: &Desk,
    one: &Taken,
    message: &GroupMessage,
) -> AppResult<Option<groups::ChangedGroup>> {
    // as with texts: another machine gets no answer, nor the state of a group
    if one.stored.from.is_gateway() {
        return Ok(None);
    }
    let Some((person, _)) = find_person(tx, &desk.identity, one.stored.from).await? else {
        return Ok(None);
    };
    let Some(id) = one.stored.message_id else {
        // stored by an earlier version
        return Ok(None);
    };
    let sent_at = one.stored.sent_at.unwrap_or_else(|| ctx.now());
    let changed = groups::take(ctx, tx, &person, message, id, sent_at).await?;
    // behind it: the identity is locked before its recipients
    if let (Some(nickname), Some(recipient_id)) = (&one.stored.nickname, person.recipient_id) {
        groups::note_nickname(tx, recipient_id, nickname).await?;
    }
    Ok(changed)
}

/// Answers whether lists, feeds or recipients have changed.
async fn take_text(
    ctx: &Ctx,
    tx: &Tx,
    desk: &Desk,
    one: &Taken,
    (text, key): (&str, &PublicKey),
) -> AppResult<bool> {
    // no loops, and nothing that another machine could change
    if one.stored.from.is_gateway() {
        return Ok(false);
    }
    let sent_at = one.stored.sent_at.unwrap_or_else(|| ctx.now());
    let dealt = texts::deal(ctx, tx, &desk.identity, one.stored.from, (text, sent_at)).await?;
    let sent = desk
        .sender
        .answer(ctx, tx, (one.stored.from, key), &dealt.answers)
        .await?;
    // what rule 8 has held back has told nobody
    if let Some(recipient_id) = dealt.told
        && sent == dealt.answers.len()
    {
        conversations::note_told(ctx, tx, recipient_id).await?;
    }
    Ok(dealt.changed)
}

async fn receipts(
    ctx: &Ctx,
    tx: &Tx,
    desk: &Desk,
    one: &Taken,
    (status, ids): (ReceiptStatus, &[MessageId]),
    told: &mut Told,
) -> AppResult<()> {
    let read = match status {
        ReceiptStatus::Received => false,
        ReceiptStatus::Read => true,
        // thumbs are a matter of conversations
        _ => return jobs::done(tx, one.id).await,
    };
    let all: Vec<i64> = ids.iter().map(|id| id.to_i64()).collect();
    let ids = match one.stored.only.is_empty() {
        true => &all,
        false => &one.stored.only,
    };
    let receipt = messages::ReceiptOf {
        identity_id: desk.identity.id,
        sender: one.stored.from,
        read,
        ids,
    };
    let outcome = messages::apply_receipts(tx, &receipt, ctx.now().0).await?;
    if outcome.early.is_empty() || one.attempts >= EARLY_TRIES {
        jobs::done(tx, one.id).await?;
    } else {
        let mut rest = one.stored.clone();
        rest.only = outcome.early.clone();
        let pause = (Timestamp::SECOND / 4) << one.attempts.clamp(0, 10);
        store::come_back(tx, one.id, &rest, ctx.now().plus(pause).0).await?;
    }
    told.outcomes.push((desk.identity.organisation_id, outcome));
    Ok(())
}
