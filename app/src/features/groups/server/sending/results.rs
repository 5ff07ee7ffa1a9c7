//! Writing what became of a row: its deliveries, the message that it is, the members, and the end of its round, in one
//! transaction, and only while the lease is still our own.
use super::{
    super::{store, sync::drop_old_pictures},
    Lease,
};
use crate::features::{
    gateway::server::ItemResult,
    groups::model::{Trouble, Why},
    identities::server::Identity,
};
use crate::kernel::{
    AppResult,
    live::GroupPart,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::ConnectionTrait;
use std::collections::BTreeMap;

/// What became of one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The gateway took it under this ID.
    Accepted(i64),
    /// It will not arrive.
    Failed(Why),
    /// 429 or 5xx for this item: the same box goes out again.
    Again,
}

impl Fate {
    /// 400, 404 and 413 end the delivery, everything else is tried again (design/product.md rule 15).
    pub const fn of(item: ItemResult) -> Self {
        match item {
            ItemResult::Accepted(id) => Self::Accepted(id.to_i64()),
            ItemResult::Error(400 | 404 | 413) => Self::Failed(Why::Refused),
            ItemResult::Error(_) => Self::Again,
        }
    }
}

/// Of which delivery.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    pub seq: i64,
    pub fate: Fate,
}

/// Writes the outcomes; what goes out again does so at `again_at`.
pub async fn write(
    ctx: &Ctx,
    holder: &str,
    lease: &Lease,
    identity: &Identity,
    outcomes: &[Outcome],
    again_at: i64,
) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let Some(group) = store::lock_by_id(&tx, lease.group_id).await? else {
        return Ok(());
    };
    let again = outcomes.iter().any(|o| o.fate == Fate::Again);
    let sql = if again {
        "UPDATE group_send SET lease_holder = NULL, not_before = $1, failures = failures + 1,
             open_attempts = open_attempts - 1 WHERE id = $2 AND lease_holder = $3"
    } else {
        "UPDATE group_send SET lease_holder = NULL, state = 1, said_sealed = NULL, trouble = NULL, not_before = $1
         WHERE id = $2 AND lease_holder = $3"
    };
    if tx
        .exec(sql, [again_at.into(), lease.id.into(), holder.into()])
        .await?
        == 0
    {
        // another process has taken it over
        return Ok(());
    }
    let mut part = GroupPart::Any;
    let members_changed = deliveries(&tx, lease, outcomes).await?;
    if let Some(message_id) = lease.message_id {
        let entry = message(&tx, lease, message_id, outcomes).await?;
        // nothing else of the group is different, unless it had trouble before
        if !members_changed && !again && lease.failures == 0 {
            part = store::entry_part(&entry);
        }
    }
    if !again {
        finish(&tx, lease).await?;
    }
    tx.commit().await?;
    store::tell_part(ctx, identity, &group.uid, part);
    // the next row of the group may go now
    ctx.work.notify_waiters();
    Ok(())
}

/// Answers whether somebody can be reached who could not before, or the other way round.
async fn deliveries(tx: &Tx, lease: &Lease, outcomes: &[Outcome]) -> AppResult<bool> {
    let mut changed = false;
    let mut same: BTreeMap<(i64, i64, Option<i64>), Vec<i64>> = BTreeMap::new();
    for outcome in outcomes {
        let (state, reason, id) = match outcome.fate {
            Fate::Accepted(id) => (1, 0, Some(id)),
            Fate::Failed(why) => (2, why.number(), None),
            Fate::Again => continue,
        };
        same.entry((state, reason, id)).or_default().push(outcome.seq);
    }
    for ((state, reason, id), seqs) in same {
        let sql = format!(
            "UPDATE group_delivery SET state = $1, reason = $2, gateway_message_id = $3 WHERE send_id = $4 AND seq IN ({})",
            store::numbers(&seqs)
        );
        let values = [state.into(), reason.into(), id.into(), lease.id.into()];
        tx.exec(&sql, values).await?;
        let sql = format!(
            "UPDATE group_member SET problem = $1 WHERE group_id = $2 AND problem <> $1 AND recipient_id IN
                 (SELECT recipient_id FROM group_delivery WHERE send_id = $3 AND seq IN ({}))",
            store::numbers(&seqs)
        );
        let values = [reason.into(), lease.group_id.into(), lease.id.into()];
        changed |= tx.exec(&sql, values).await? > 0;
    }
    Ok(changed)
}

/// Counts and IDs of the message that a row is; answers its uid.
async fn message(tx: &Tx, lease: &Lease, message_id: i64, outcomes: &[Outcome]) -> AppResult<String> {
    let mut ids: Vec<i64> = outcomes
        .iter()
        .filter_map(|o| match o.fate {
            Fate::Accepted(id) => Some(id),
            _ => None,
        })
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let sql = "UPDATE group_message SET
                   accepted = (SELECT COUNT(*) FROM group_delivery WHERE send_id = $1 AND state = 1),
                   failed = (SELECT COUNT(*) FROM group_delivery WHERE send_id = $1 AND state = 2),
                   gateway_message_id = COALESCE(gateway_message_id, $2),
                   unclear = (unclear OR $3) WHERE id = $4 RETURNING uid";
    let unclear = lease.open_attempts > 1;
    let values = [
        lease.id.into(),
        ids.first().copied().into(),
        unclear.into(),
        message_id.into(),
    ];
    let row = tx.conn().query_one_raw(tx.stmt(sql, values)).await?;
    let uid = row.ok_or_else(|| internal(&"no row"))?.try_get("", "uid")?;
    for id in ids {
        let sql =
            "INSERT INTO group_message_id (group_id, gateway_message_id, message_id) VALUES ($1, $2, $3)
                   ON CONFLICT (group_id, gateway_message_id) DO NOTHING";
        tx.exec(sql, [lease.group_id.into(), id.into(), message_id.into()])
            .await?;
    }
    Ok(uid)
}

/// The row has nothing more to do. What is no message goes; with the last row of a round its members carry its number.
async fn finish(tx: &Tx, lease: &Lease) -> AppResult<()> {
    if lease.round == 0 {
        if lease.message_id.is_none() {
            drop_rows(tx, "id = $1", lease.id).await?;
        }
        return Ok(());
    }
    if !lease.ends_round {
        return Ok(());
    }
    let sql = "UPDATE group_member SET version = $1 WHERE group_id = $2 AND told AND recipient_id IN (
                   SELECT d.recipient_id FROM group_delivery d JOIN group_send s ON s.id = d.send_id
                   WHERE s.group_id = $2 AND s.round = $1 AND d.variant = 0
                   GROUP BY d.recipient_id HAVING MIN(d.state) = 1 AND MAX(d.state) = 1)";
    tx.exec(sql, [lease.round.into(), lease.group_id.into()]).await?;
    let sql = "UPDATE chat_group SET done_version = $1 WHERE id = $2 AND done_version < $1";
    tx.exec(sql, [lease.round.into(), lease.group_id.into()]).await?;
    let condition = format!("group_id = {} AND round = $1 AND state = 1", lease.group_id);
    drop_rows(tx, &condition, lease.round).await?;
    drop_old_pictures(tx, lease.group_id).await
}

async fn drop_rows(tx: &Tx, condition: &str, value: i64) -> AppResult<()> {
    let sql =
        format!("DELETE FROM group_delivery WHERE send_id IN (SELECT id FROM group_send WHERE {condition})");
    tx.exec(&sql, [value.into()]).await?;
    let sql = format!("DELETE FROM group_send WHERE {condition}");
    tx.exec(&sql, [value.into()]).await.map(|_| ())
}

/// Gives the row back until later.
pub async fn put_off(
    ctx: &Ctx,
    holder: &str,
    lease: &Lease,
    at: i64,
    trouble: Option<Trouble>,
) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let sql =
        "UPDATE group_send SET lease_holder = NULL, not_before = $1, failures = failures + 1, trouble = $2
               WHERE id = $3 AND lease_holder = $4";
    let values = [
        at.into(),
        trouble.map(Trouble::code).into(),
        lease.id.into(),
        holder.into(),
    ];
    tx.exec(sql, values).await?;
    tx.commit().await
}

/// The call was answered, and nothing of it was taken: it leaves no doubt behind.
pub async fn nothing_was_taken(ctx: &Ctx, holder: &str, lease: &Lease) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE group_send SET open_attempts = open_attempts - 1 WHERE id = $1 AND lease_holder = $2";
    tx.exec(sql, [lease.id.into(), holder.into()]).await?;
    tx.commit().await
}
