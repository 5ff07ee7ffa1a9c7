//! One dispatch over everything that comes. A round deals with many callbacks in one transaction; when that fails, each
//! gets one of its own, so that one that cannot be dealt with keeps up nobody but its own sender.
use super::{
    round::{Desk, Opened, desks, open},
    store::{self, Taken},
    texts,
};
use crate::features::{
    answers::server::Answers,
    conversations::server as conversations,
    gateway::wire::{Content, GroupMessage, MessageId, ReceiptStatus},
    groups::server as groups,
    messages::server as messages,
    plans::server::active_plan,
    recipients::server::{find_person, tell},
};
use crate::kernel::{
    AppResult, ThreemaId, Timestamp,
    live::GroupPart,
    server::{Ctx, Tx, jobs},
};
use std::collections::{BTreeSet, HashMap, HashSet};

/// Longest pause of a receipt that came before its delivery's result. It waits as long as the delivery is open, because a
/// paused message has the result only after it was resumed.
const EARLY: i64 = Timestamp::HOUR;
/// Longest pause after a fault of ours.
const LONGEST: i64 = 60 * Timestamp::SECOND;

/// What was committed and is to be told.
#[derive(Default)]
struct Told {
    outcomes: Vec<(i64, messages::Outcome)>,
    changed: Vec<i64>,
    /// Identities, and what has changed of their groups.
    groups: Vec<(i64, groups::ChangedGroup)>,
    /// Something is on its way.
    work: bool,
}

/// A transaction over callbacks, and what is written for all of them at its end.
struct Work<'a> {
    ctx: &'a Ctx,
    tx: &'a Tx,
    desks: &'a HashMap<i64, Desk>,
    answers: Answers,
    /// Identities that may answer: nothing can be sent after the plan's end (rule 3).
    may_answer: HashMap<i64, bool>,
    /// Jobs that are done.
    done: Vec<i64>,
    told: Told,
}

type Callbacks<'a> = &'a [(Taken, Opened)];

/// Deals with stored callbacks; answers how many there were.
pub async fn run_inbound_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let taken = store::take(ctx, holder).await?;
    if taken.is_empty() {
        return Ok(0);
    }
    let (desks, all) = open(desks(ctx, &taken).await, taken).await?;
    if let Err(error) = together(ctx, &desks, &all).await {
        tracing::warn!(%error, "callbacks are dealt with one by one");
        one_by_one(ctx, &desks, &all).await?;
    }
    Ok(all.len())
}

async fn together(ctx: &Ctx, desks: &HashMap<i64, Desk>, all: Callbacks<'_>) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let mut work = Work {
        ctx,
        tx: &tx,
        desks,
        answers: Answers::to(ctx, &tx, writers(all)).await?,
        may_answer: HashMap::new(),
        done: Vec::new(),
        told: Told::default(),
    };
    for (one, opened) in all {
        work.deal(one, opened).await?;
    }
    let Work {
        answers, done, told, ..
    } = work;
    answers.write(ctx, &tx).await?;
    jobs::all_done(&tx, &done).await?;
    tx.commit().await?;
    tell_all(ctx, desks, told);
    Ok(())
}

/// Who has written a text, and to which identity.
fn writers(all: Callbacks<'_>) -> BTreeSet<(i64, ThreemaId)> {
    let texts = all
        .iter()
        .filter(|(_, opened)| matches!(opened, Opened::Content(Content::Text(_))));
    texts
        .map(|(one, _)| (one.stored.identity_id, one.stored.from))
        .collect()
}

/// After a fault of ours: again with growing pauses, never lost. What its sender wrote afterwards waits for it.
async fn one_by_one(ctx: &Ctx, desks: &HashMap<i64, Desk>, all: Callbacks<'_>) -> AppResult<()> {
    let mut waiting = HashSet::new();
    for alone in all.chunks(1) {
        let [(one, _)] = alone else { continue };
        let sender = (one.stored.identity_id, one.stored.from);
        if !waiting.contains(&sender) {
            let Err(error) = together(ctx, desks, alone).await else {
                continue;
            };
            tracing::warn!(%error, attempts = one.attempts, "a stored callback waits");
            waiting.insert(sender);
        }
        let tx = ctx.db.begin().await?;
        put_off(ctx, &tx, one).await?;
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
    if told.work {
        ctx.work.notify_waiters();
    }
}

impl Work<'_> {
    async fn deal(&mut self, one: &Taken, opened: &Opened) -> AppResult<()> {
        let desks = self.desks;
        let (Opened::Content(content), Some(desk)) = (opened, desks.get(&one.stored.identity_id)) else {
            if matches!(opened, Opened::Later) {
                return put_off(self.ctx, self.tx, one).await;
            }
            count("unreadable");
            self.done.push(one.id);
            return Ok(());
        };
        match content {
            Content::Receipt { status, ids } => {
                count("receipt");
                return self.receipts(desk, one, (*status, ids)).await;
            }
            Content::Text(text) => {
                count("text");
                let changed = self.take_text(desk, one, text).await?;
                self.told.changed.extend(changed.then_some(desk.identity.id));
                self.told.work = true;
            }
            Content::Group(message) => {
                count("group");
                let changed = self.take_group_message(desk, one, message).await?;
                let changed = changed.map(|changed| (desk.identity.id, changed));
                self.told.groups.extend(changed);
                self.told.work = true;
            }
            Content::Unknown(kind) => {
                metrics::counter!("fanfare_inbound_unknown_total", "type" => format!("{kind:02x}"))
                    .increment(1);
            }
        }
        self.done.push(one.id);
        Ok(())
    }

    /// A message of a group: who knows the identity's groups deals with it. Answers what has changed; what
    /// answers it is on its way with the commit.
    async fn take_group_message(
        &self,
        desk: &Desk,
        one: &Taken,
        message: &GroupMessage,
    ) -> AppResult<Option<groups::ChangedGroup>> {
        let (ctx, tx) = (self.ctx, self.tx);
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
        let mut changed = groups::take(ctx, tx, &person, message, id, sent_at).await?;
        // behind it: the identity is locked before its recipients
        if let (Some(nickname), Some(recipient_id)) = (&one.stored.nickname, person.recipient_id)
            && groups::note_nickname(tx, recipient_id, nickname).await?
            && let Some(changed) = &mut changed
        {
            // the members are called otherwise
            changed.part = GroupPart::Any;
        }
        Ok(changed)
    }

    /// Answers whether lists, feeds or recipients have changed.
    async fn take_text(&mut self, desk: &Desk, one: &Taken, text: &str) -> AppResult<bool> {
        let (ctx, tx, from) = (self.ctx, self.tx, one.stored.from);
        // no loops, and nothing that another machine could change
        if from.is_gateway() {
            return Ok(false);
        }
        let sent_at = one.stored.sent_at.unwrap_or_else(|| ctx.now());
        let may_answer = self.may_answer(desk.identity.id).await?;
        let dealt = texts::deal(ctx, tx, &desk.identity, from, (text, sent_at), may_answer).await?;
        let to = (from, desk.shared(from)?);
        let sent = self.answers.add(ctx, &desk.sender, to, &dealt.answers);
        // what rule 8 has held back has told nobody
        if let Some(recipient_id) = dealt.told
            && sent == dealt.answers.len()
        {
            conversations::note_told(ctx, tx, recipient_id).await?;
        }
        Ok(dealt.changed)
    }

    async fn may_answer(&mut self, identity_id: i64) -> AppResult<bool> {
        if let Some(known) = self.may_answer.get(&identity_id) {
            return Ok(*known);
        }
        let plan = active_plan(self.tx.conn(), identity_id, self.ctx.now()).await?;
        self.may_answer.insert(identity_id, plan.is_some());
        Ok(plan.is_some())
    }

    async fn receipts(
        &mut self,
        desk: &Desk,
        one: &Taken,
        (status, ids): (ReceiptStatus, &[MessageId]),
    ) -> AppResult<()> {
        let read = match status {
            ReceiptStatus::Received => false,
            ReceiptStatus::Read => true,
            // thumbs are a matter of conversations
            _ => {
                self.done.push(one.id);
                return Ok(());
            }
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
        let outcome = messages::apply_receipts(self.tx, &receipt, self.ctx.now().0).await?;
        if outcome.early.is_empty() {
            self.done.push(one.id);
        } else {
            let mut rest = one.stored.clone();
            rest.only = outcome.early.clone();
            let pause = ((Timestamp::SECOND / 4) << one.attempts.clamp(0, 14)).min(EARLY);
            store::come_back(self.tx, one.id, &rest, self.ctx.now().plus(pause).0).await?;
        }
        self.told.outcomes.push((desk.identity.organisation_id, outcome));
        Ok(())
    }
}

fn count(what: &'static str) {
    metrics::counter!("fanfare_inbound_total", "what" => what).increment(1);
}
