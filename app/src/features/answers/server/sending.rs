//! Sending what is on its way: one bulk call an identity and round, the oldest message of each person only, so that nobody
//! gets theirs in another order.
use super::outbox::AnswerState;
use crate::features::{
    gateway::server::{BULK_MESSAGES, CallError, GatewayClient, ItemResult, Outgoing, SealedBox},
    identities::server as identities,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{
        Ctx, Tx,
        lanes::{Lanes, Step},
        rows::{among, numbers},
    },
};
use sea_orm::FromQueryResult;
use std::{collections::BTreeMap, time::Duration};

/// Longest pause between two tries.
const LONGEST: i64 = 60 * Timestamp::SECOND;
/// First pause; it doubles with every failure.
const FIRST: i64 = Timestamp::SECOND / 2;
/// Who waits for an automatic answer since yesterday does not wait any more.
const TOO_OLD: i64 = Timestamp::DAY;

/// The first message that waits for each person. After a restore nothing is sent until somebody says so.
const WAITING: Lanes = Lanes {
    table: "answer",
    lane: "x.identity_id, x.threema_id",
    waiting: "x.state = 0 AND x.identity_id NOT IN (SELECT i.id FROM identity i
        JOIN organisation o ON o.id = i.organisation_id WHERE o.restored_from IS NOT NULL)",
    due: "not_before",
    counts: None,
    step: Step::First,
    most: 2 * BULK_MESSAGES,
    lock: 0x616e_7377,
};

#[derive(Debug, FromQueryResult)]
struct Row {
    id: i64,
    identity_id: i64,
    threema_id: String,
    nonce: Vec<u8>,
    boxed: Vec<u8>,
    created_at: i64,
    failures: i64,
    about: Option<i64>,
}

impl Row {
    fn outgoing(&self) -> Option<Outgoing> {
        Some(Outgoing {
            to: self.threema_id.parse().ok()?,
            sealed: SealedBox {
                nonce: self.nonce.as_slice().try_into().ok()?,
                sealed: self.boxed.clone(),
            },
            no_push: false,
            no_delivery_receipts: true,
            group: false,
        })
    }
}

/// What became of a message.
enum Fate {
    Accepted(i64),
    Failed,
    Again(i64),
}

/// Sends what is due; answers how many messages were tried.
pub async fn run_answers(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let columns = "identity_id, threema_id, nonce, boxed, created_at, failures, about";
    let rows: Vec<Row> = WAITING.take(ctx, holder, columns).await?;
    let tried = rows.len();
    let mut by_identity: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    let now = ctx.now().0;
    let (old, rows): (Vec<Row>, Vec<Row>) = rows
        .into_iter()
        .partition(|row| row.about.is_none() && now - row.created_at > TOO_OLD);
    let failed: Vec<Fate> = old.iter().map(|_| Fate::Failed).collect();
    if !old.is_empty() {
        write(ctx, holder, &old, &failed).await?;
    }
    for row in rows {
        by_identity.entry(row.identity_id).or_default().push(row);
    }
    for (identity_id, rows) in by_identity {
        for chunk in rows.chunks(BULK_MESSAGES) {
            let fates = send(ctx, identity_id, chunk).await;
            write(ctx, holder, chunk, &fates).await?;
        }
    }
    Ok(tried)
}

/// Calls the gateway; no transaction is open meanwhile.
async fn send(ctx: &Ctx, identity_id: i64, rows: &[Row]) -> Vec<Fate> {
    let again = |row: &Row, asked: Option<Duration>| later(ctx, row, asked);
    let calling = async {
        let identity = identities::find_by_id(ctx, identity_id).await?;
        identities::account(ctx, &identity).await
    };
    let account = match calling.await {
        Ok(account) => account,
        Err(error) => {
            tracing::warn!(%error, "answers wait");
            return rows.iter().map(|row| again(row, None)).collect();
        }
    };
    let outgoing: Vec<Outgoing> = rows.iter().filter_map(Row::outgoing).collect();
    if outgoing.len() != rows.len() {
        tracing::error!("a stored answer is malformed");
        return rows
            .iter()
            .map(|row| match row.outgoing() {
                None => Fate::Failed,
                Some(_) => again(row, None),
            })
            .collect();
    }
    match GatewayClient::of(ctx)
        .send_e2e_bulk(&account, &outgoing, false)
        .await
    {
        Ok(items) => rows
            .iter()
            .zip(items)
            .map(|(row, item)| match item {
                ItemResult::Accepted(id) => Fate::Accepted(id.to_i64()),
                ItemResult::Error(400 | 404 | 413) => Fate::Failed,
                ItemResult::Error(_) => again(row, None),
            })
            .collect(),
        Err(error) => {
            tracing::warn!(%error, "answers wait");
            let asked = match error {
                CallError::RateLimited { retry_after } => retry_after,
                _ => None,
            };
            rows.iter().map(|row| again(row, asked)).collect()
        }
    }
}

/// Doubles with every failure up to a minute, never shorter than the gateway asked for. The same box goes out again.
fn later(ctx: &Ctx, row: &Row, asked: Option<Duration>) -> Fate {
    let now = ctx.now().0;
    if row.about.is_none() && now - row.created_at > TOO_OLD {
        return Fate::Failed;
    }
    let doubled = (FIRST << row.failures.clamp(0, 10)).min(LONGEST);
    let asked = asked.map_or(0, |a| i64::try_from(a.as_millis()).unwrap_or(LONGEST));
    Fate::Again(now + doubled.max(asked))
}

/// Writes what became of a chunk in one transaction. Rows that another process has taken over meanwhile stay as they are.
async fn write(ctx: &Ctx, holder: &str, rows: &[Row], fates: &[Fate]) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let sqlite = tx.is_sqlite();
    let gone: Vec<i64> = rows
        .iter()
        .zip(fates)
        .filter(|(row, fate)| row.about.is_none() && !matches!(fate, Fate::Again(_)))
        .map(|(row, _)| row.id)
        .collect();
    if !gone.is_empty() {
        // `|| ''` keeps to the numbers: every row that this process has in hand carries its name
        let sql = format!(
            "DELETE FROM answer WHERE {} AND lease_holder || '' = $2",
            among(sqlite, "id", "$1")
        );
        tx.exec(&sql, [numbers(sqlite, &gone), holder.into()]).await?;
    }
    for (row, fate) in rows.iter().zip(fates) {
        match fate {
            Fate::Again(not_before) => put_off(&tx, holder, row, *not_before).await?,
            Fate::Accepted(id) if row.about.is_some() => {
                keep(&tx, holder, row, AnswerState::Accepted, Some(*id)).await?;
            }
            Fate::Failed if row.about.is_some() => keep(&tx, holder, row, AnswerState::Failed, None).await?,
            Fate::Accepted(_) | Fate::Failed => {}
        }
    }
    // what they belonged to was deleted meanwhile
    let kept: Vec<i64> = rows.iter().filter(|r| r.about.is_some()).map(|r| r.id).collect();
    if !kept.is_empty() {
        let sql = format!(
            "DELETE FROM answer WHERE {} AND about IS NULL AND state <> 0",
            among(sqlite, "id", "$1")
        );
        tx.exec(&sql, [numbers(sqlite, &kept)]).await?;
    }
    tx.commit().await
}

async fn put_off(tx: &Tx, holder: &str, row: &Row, not_before: i64) -> AppResult<()> {
    let sql = "UPDATE answer SET lease_holder = NULL, failures = failures + 1, not_before = $1
               WHERE id = $2 AND lease_holder = $3";
    let values = [not_before.into(), row.id.into(), holder.into()];
    tx.exec(sql, values).await.map(|_| ())
}

/// The row stays for who wants to know; the box is of no use any more.
async fn keep(tx: &Tx, holder: &str, row: &Row, state: AnswerState, id: Option<i64>) -> AppResult<()> {
    let sql = "UPDATE answer SET state = $1, gateway_message_id = $2, boxed = $3, lease_holder = NULL
               WHERE id = $4 AND lease_holder = $5";
    let values = [
        state.number().into(),
        id.into(),
        Vec::<u8>::new().into(),
        row.id.into(),
        holder.into(),
    ];
    tx.exec(sql, values).await.map(|_| ())
}

/// Forgets who got automatic answers in minutes that are over; answers how many rows went.
pub async fn forget_old_counts(ctx: &Ctx) -> AppResult<u64> {
    let minute = ctx.now().0 / (60 * Timestamp::SECOND);
    let tx = ctx.db.begin().await?;
    let gone = tx
        .exec("DELETE FROM answer_count WHERE minute < $1", [minute.into()])
        .await?;
    tx.commit().await?;
    Ok(gone)
}
