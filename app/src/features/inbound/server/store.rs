//! Stored callbacks: taken in the order of each sender, gone when they are done.
use super::callback::Stored;
use crate::kernel::{
    AppResult,
    server::{
        Ctx, Tx,
        faults::internal,
        jobs,
        lanes::{Lanes, Step},
        rows::json_rows,
    },
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::collections::HashSet;

/// Callbacks that one round takes.
const ROUND: usize = 500;

/// Each sender's in their order; what waits for itself alone has no lane.
const WAITING: Lanes = Lanes {
    table: "job",
    lane: "x.lane, CASE WHEN x.lane IS NULL THEN x.id END",
    waiting: "x.kind = 'inbound'",
    due: "run_at",
    counts: Some("attempts"),
    step: Step::Row,
    most: ROUND,
    lock: 0x696e_626f,
};

/// One that this process has taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// Its number.
    pub id: i64,
    /// How often it was tried, this time included.
    pub attempts: i64,
    /// What it brings.
    pub stored: Stored,
}

/// What names a callback for good: a second one of the same name is a repeat.
type Name<'a> = (i64, &'a str, i64);

#[derive(FromQueryResult)]
struct Seen {
    identity_id: i64,
    sender: String,
    gateway_message_id: i64,
}

/// Adds callbacks (each with the number of its message) to the caller's transaction, in their order and by two statements,
/// however many there are. A repeat adds nothing, also of another one among them.
pub async fn add(tx: &Tx, callbacks: &[(&Stored, i64)], now: i64) -> AppResult<()> {
    let mut names: Vec<Name<'_>> = callbacks.iter().map(name).collect();
    // in the same order everywhere: two processes that are told the same never wait for each other
    names.sort_unstable();
    let seen = note(tx, &names, now).await?;
    let mut new: HashSet<Name<'_>> = seen
        .iter()
        .map(|row| (row.identity_id, row.sender.as_str(), row.gateway_message_id))
        .collect();
    let mut rows = Vec::with_capacity(new.len());
    for callback in callbacks.iter().filter(|callback| new.remove(&name(callback))) {
        rows.push((payload(callback.0)?, lane(callback.0)));
    }
    enqueue(tx, &rows, now).await
}

fn name<'a>((stored, id): &(&'a Stored, i64)) -> Name<'a> {
    (stored.identity_id, stored.from.as_str(), *id)
}

/// Notes that these have come; answers which are new.
async fn note(tx: &Tx, names: &[Name<'_>], now: i64) -> AppResult<Vec<Seen>> {
    let sql = format!(
        "INSERT INTO inbound_seen (identity_id, sender, gateway_message_id, seen_at)
         SELECT CAST(value ->> 0 AS BIGINT), value ->> 1, CAST(value ->> 2 AS BIGINT), $2 FROM {} AS j WHERE true
         ON CONFLICT DO NOTHING RETURNING identity_id, sender, gateway_message_id",
        json_rows(tx.is_sqlite(), "$1")
    );
    let rows = tx
        .conn()
        .query_all_raw(tx.stmt(&sql, [json(names)?.into(), now.into()]));
    let rows = rows.await?;
    let seen = rows.iter().map(|row| Seen::from_query_result(row, ""));
    Ok(seen.collect::<Result<_, _>>()?)
}

async fn enqueue(tx: &Tx, rows: &[(String, String)], now: i64) -> AppResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let sqlite = tx.is_sqlite();
    let sql = format!(
        "INSERT INTO job (kind, payload, run_at, attempts, lease_holder, lane)
         SELECT '{}', {}, $2, 0, NULL, value ->> 1 FROM {} AS j",
        jobs::INBOUND,
        text_bytes(sqlite, "value ->> 0"),
        json_rows(sqlite, "$1")
    );
    tx.exec(&sql, [json(rows)?.into(), now.into()]).await.map(|_| ())
}

/// The bytes of an expression that gives a text.
fn text_bytes(sqlite: bool, expression: &str) -> String {
    match sqlite {
        true => format!("CAST({expression} AS BLOB)"),
        false => format!("convert_to({expression}, 'UTF8')"),
    }
}

fn lane(stored: &Stored) -> String {
    format!("{}/{}", stored.identity_id, stored.from)
}

fn payload(stored: &Stored) -> AppResult<String> {
    json(stored)
}

fn json<T: serde::Serialize + ?Sized>(value: &T) -> AppResult<String> {
    serde_json::to_string(value).map_err(|e| internal(&e))
}

#[derive(FromQueryResult)]
struct Row {
    id: i64,
    attempts: i64,
    payload: Vec<u8>,
}

/// Takes due callbacks, oldest first; none of a sender of whom an earlier one is in other hands or waits.
pub async fn take(ctx: &Ctx, holder: &str) -> AppResult<Vec<Taken>> {
    let rows: Vec<Row> = WAITING.take(ctx, holder, "attempts, payload").await?;
    let mut taken = Vec::with_capacity(rows.len());
    for row in rows {
        match serde_json::from_slice(&row.payload) {
            Ok(stored) => taken.push(Taken {
                id: row.id,
                attempts: row.attempts,
                stored,
            }),
            Err(error) => {
                tracing::error!(%error, "a stored callback is malformed");
                jobs::give_up(ctx, row.id).await?;
            }
        }
    }
    Ok(taken)
}

/// Some IDs of a receipt wait for the answer of their batch: the same callback again for those. Nothing waits for it.
pub async fn come_back(tx: &Tx, id: i64, rest: &Stored, run_at: i64) -> AppResult<()> {
    let sql = "UPDATE job SET payload = $1, lane = NULL WHERE id = $2";
    tx.exec(sql, [payload(rest)?.into_bytes().into(), id.into()])
        .await?;
    jobs::later(tx, id, run_at).await
}
