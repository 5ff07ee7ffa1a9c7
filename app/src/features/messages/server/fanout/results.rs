//! Writing what became of a batch: deliveries, counts, the batch itself and the message in one transaction.
use super::{
    Fanout,
    lease::{Lease, back_off},
    outcome::{Outcome, Whole},
};
use crate::features::{
    identities::server::Identity,
    messages::{
        model::{DeliveryState as D, MessageState as S, PauseReason, Reason},
        server::{entity, sending::tell, store},
    },
};
use crate::kernel::{AppResult, ErrorCode, server::Tx};
use sea_orm::{EntityTrait, FromQueryResult};
use std::time::Duration;

/// One delivery and what became of it.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The delivery.
    pub seq: i64,
    /// What became of it.
    pub outcome: Outcome,
}

/// Writes everything, or nothing when the lease is not ours any more.
pub async fn write(
    fanout: &Fanout,
    lease: &Lease,
    identity: &Identity,
    rows: &[Row],
    whole: &Whole,
) -> AppResult<()> {
    let ctx = &fanout.ctx;
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    let again = rows.iter().any(|r| r.outcome == Outcome::Again);
    let finished = *whole == Whole::Answered && !again;
    let pause = if finished {
        Duration::ZERO
    } else {
        pause(fanout, lease, whole)
    };
    let not_before = now + i64::try_from(pause.as_millis()).unwrap_or_default();
    if !release(&tx, lease, whole, finished, not_before).await? {
        // another process has taken over and sends the same boxes; receipts may name our IDs all the same
        keep_ids(&tx, lease, rows).await?;
        return tx.commit().await;
    }
    write_rows(&tx, lease, rows, now).await?;
    let state = settle_message(&tx, lease, whole, now).await?;
    if state == Some(S::Cancelled) {
        store::cancel_pending(&tx, lease.message_id, Some(lease.batch), now).await?;
    }
    let row = entity::Entity::find_by_id(lease.message_id)
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    tx.commit().await?;
    if let Whole::Later(Some(_)) = whole {
        fanout.gate(identity.id, not_before);
    }
    tell(ctx, identity.organisation_id, &row);
    Ok(())
}

/// As [`back_off`], never shorter than the gateway asked for.
fn pause(fanout: &Fanout, lease: &Lease, whole: &Whole) -> Duration {
    let pause = back_off(&*fanout.ctx.rng, lease.failures);
    match whole {
        Whole::Later(Some(asked)) => pause.max(*asked),
        _ => pause,
    }
}

async fn release(tx: &Tx, lease: &Lease, whole: &Whole, finished: bool, not_before: i64) -> AppResult<bool> {
    // only an attempt without an answer stays open
    let open = match whole {
        Whole::Unclear => 0,
        _ => 1,
    };
    let failures = if finished { 0 } else { lease.failures + 1 };
    let sql = "UPDATE fanout_batch SET lease_holder = NULL, done = $1, not_before = $2, open_attempts = open_attempts - $3, failures = $4
               WHERE message_id = $5 AND batch = $6 AND lease_holder = $7";
    let values = [
        finished.into(),
        not_before.into(),
        i64::from(open).into(),
        failures.into(),
        lease.message_id.into(),
        lease.batch.into(),
        lease.lease_holder.clone().into(),
    ];
    Ok(tx.exec(sql, values).await? == 1)
}

async fn write_rows(tx: &Tx, lease: &Lease, rows: &[Row], now: i64) -> AppResult<()> {
    let unclear = lease.in_doubt();
    let (mut accepted, mut others) = (Vec::with_capacity(rows.len()), Vec::new());
    for row in rows {
        match row.outcome {
            Outcome::Accepted(id) => accepted.push((row.seq, id)),
            Outcome::Failed(reason) => others.push((row.seq, D::Failed, reason)),
            Outcome::Skipped(reason) => others.push((row.seq, D::Skipped, reason)),
            Outcome::Held => others.push((row.seq, D::Pending, Reason::KeyChanged)),
            Outcome::Again => others.push((row.seq, D::Pending, Reason::TryAgain)),
        }
    }
    let mut gained = [0_i64; 7];
    if !accepted.is_empty() {
        gained[D::Accepted as usize] += write_accepted(tx, lease, &accepted, unclear, now).await?;
    }
    for (state, reason) in kinds(&others) {
        let seqs: Vec<i64> = others
            .iter()
            .filter(|o| (o.1, o.2) == (state, reason))
            .map(|o| o.0)
            .collect();
        let sql = format!(
            "UPDATE delivery SET state = {}, reason = {}, state_at = {now} WHERE message_id = {} AND state = {} AND seq IN ({})",
            state as i64,
            reason as i64,
            lease.message_id,
            D::Pending as i64,
            store::numbers(&seqs)
        );
        gained[state as usize] += i64::try_from(tx.exec(&sql, []).await?).unwrap_or_default();
    }
    gained[D::Pending as usize] = 0;
    let sql = "UPDATE message SET accepted = accepted + $1, failed = failed + $2, skipped = skipped + $3, pending = pending - $4 WHERE id = $5";
    let [_, accepted, _, _, failed, skipped, _] = gained;
    let left = accepted + failed + skipped;
    tx.exec(
        sql,
        [
            accepted.into(),
            failed.into(),
            skipped.into(),
            left.into(),
            lease.message_id.into(),
        ],
    )
    .await
    .map(|_| ())
}

fn kinds(others: &[(i64, D, Reason)]) -> Vec<(D, Reason)> {
    let mut kinds: Vec<(D, Reason)> = Vec::new();
    for (_, state, reason) in others {
        if !kinds.contains(&(*state, *reason)) {
            kinds.push((*state, *reason));
        }
    }
    kinds
}

/// One statement for the whole batch: the pairs of `seq` and gateway message ID come as one parameter each.
/// The pairs are read once (`MATERIALIZED`) and meet only rows of this batch (the bounds of `seq`): without both, SQLite may
/// read them anew for every delivery of the message, and a batch takes minutes instead of milliseconds.
async fn write_accepted(
    tx: &Tx,
    lease: &Lease,
    accepted: &[(i64, i64)],
    unclear: bool,
    now: i64,
) -> AppResult<i64> {
    let (pairs, values): (&str, Vec<sea_orm::Value>) = if tx.is_sqlite() {
        let json = serde_json::to_string(accepted).unwrap_or_default();
        let pairs =
            "SELECT CAST(value ->> 0 AS BIGINT) AS seq, CAST(value ->> 1 AS BIGINT) AS id FROM json_each($1)";
        (pairs, vec![json.into()])
    } else {
        let list = |f: fn(&(i64, i64)) -> i64| {
            let numbers: Vec<String> = accepted.iter().map(|p| f(p).to_string()).collect();
            format!("{{{}}}", numbers.join(","))
        };
        let pairs =
            "SELECT u.seq, u.id FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS u (seq, id)";
        (pairs, vec![list(|p| p.0).into(), list(|p| p.1).into()])
    };
    let sql = format!(
        "WITH p AS MATERIALIZED ({pairs})
         UPDATE delivery SET state = {}, reason = 0, state_at = {now}, unclear = {unclear}, gateway_message_id = p.id
         FROM p WHERE delivery.message_id = {} AND delivery.seq >= {} AND delivery.seq < {}
           AND delivery.seq = p.seq AND delivery.state = {}",
        D::Accepted as i64,
        lease.message_id,
        lease.first(),
        lease.end(),
        D::Pending as i64
    );
    Ok(i64::try_from(tx.exec(&sql, values).await?).unwrap_or_default())
}

/// Keeps the IDs of a lost lease beside the one that the delivery will get.
async fn keep_ids(tx: &Tx, lease: &Lease, rows: &[Row]) -> AppResult<()> {
    let ids: Vec<String> = rows
        .iter()
        .filter_map(|r| match r.outcome {
            Outcome::Accepted(id) => Some(format!("({id}, {}, {})", lease.message_id, r.seq)),
            _ => None,
        })
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "INSERT INTO delivery_gateway_id (gateway_message_id, message_id, seq) VALUES {} ON CONFLICT DO NOTHING",
        ids.join(",")
    );
    tx.exec(&sql, []).await.map(|_| ())
}

#[derive(FromQueryResult)]
struct Now {
    state: String,
}

/// Pauses, notes that the gateway is away, or ends the message when nothing is open; answers its state before.
async fn settle_message(tx: &Tx, lease: &Lease, whole: &Whole, now: i64) -> AppResult<Option<S>> {
    let id = lease.message_id;
    let stmt = tx.stmt("SELECT state FROM message WHERE id = $1", [id.into()]);
    let state = Now::find_by_statement(stmt)
        .one(tx.conn())
        .await?
        .and_then(|s| S::from_code(&s.state));
    match whole {
        Whole::Pause(reason) => {
            store::move_state(tx, id, &[S::Sending], S::Paused, Some(*reason)).await?;
        }
        Whole::PlanEnded => {
            store::move_state(tx, id, &[S::Sending], S::Paused, Some(PauseReason::PlanEnded)).await?;
        }
        Whole::Later(None) | Whole::Unclear if lease.failures > 0 => {
            note(tx, id, Some(PauseReason::GatewayAway)).await?
        }
        Whole::Later(_) | Whole::Unclear => {}
        Whole::Answered => {
            note(tx, id, None).await?;
            let sql = "UPDATE message SET state = 'sent', finished_at = $1 WHERE id = $2 AND state IN ('sending', 'paused')
                       AND NOT EXISTS (SELECT 1 FROM fanout_batch b WHERE b.message_id = $2 AND NOT b.done)";
            tx.exec(sql, [now.into(), id.into()]).await?;
        }
    }
    Ok(state)
}

/// What a message that is being sent waits for.
async fn note(tx: &Tx, id: i64, reason: Option<PauseReason>) -> AppResult<()> {
    let sql = match reason {
        Some(_) => {
            "UPDATE message SET pause_reason = $1 WHERE id = $2 AND state = 'sending' AND pause_reason IS NULL"
        }
        None => {
            "UPDATE message SET pause_reason = $1 WHERE id = $2 AND state = 'sending' AND pause_reason IS NOT NULL"
        }
    };
    let reason: Option<String> = reason.map(|r| r.code().to_owned());
    tx.exec(sql, [reason.into(), id.into()]).await.map(|_| ())
}
