//! How often what was asked for. By command and day; nothing tells who asked, nor what was written: a text that led nowhere
//! is one more at the place where it was written, and one more at the command whose word it was, if it was one.
use crate::features::bots::model::{Count, DayCount, Heard, Place, Statistics};
use crate::kernel::{
    AppResult, Timestamp, Uid,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::FromQueryResult;
use std::collections::BTreeMap;

/// Days that pages show.
pub const DAYS: u32 = 30;
/// Days that are kept.
const KEPT_DAYS: i64 = 400;

const ASKED: i64 = 0;
const UNANSWERED: i64 = 1;
const MISSED: i64 = 2;

/// One more of something.
struct Tick {
    bot_id: i64,
    kind: i64,
    node: String,
}

/// Counts what a message was, at the end of the transaction: everybody counts in the same rows, so they are held
/// shortly, and always in the same order.
pub fn count(ctx: &Ctx, tx: &Tx, heard: &Heard, number_of: impl Fn(&Uid) -> Option<i64>) {
    let tick = |kind, place: &Place| {
        Some(Tick {
            bot_id: number_of(&place.bot)?,
            kind,
            node: place.node.to_string(),
        })
    };
    let ticks: Vec<Tick> = match heard {
        Heard::Command(place) => tick(ASKED, place).into_iter().collect(),
        Heard::Way => Vec::new(),
        Heard::Unknown { at, elsewhere } => {
            let missed = elsewhere.as_ref().and_then(|place| tick(MISSED, place));
            tick(UNANSWERED, at).into_iter().chain(missed).collect()
        }
    };
    if ticks.is_empty() {
        return;
    }
    let day = day_of(ctx.now());
    tx.before_commit(Box::new(move |tx| {
        Box::pin(async move {
            for tick in ticks {
                tx.exec(
                    "INSERT INTO bot_count (bot_id, day, kind, node, n) VALUES ($1, $2, $3, $4, 1)
                     ON CONFLICT (bot_id, day, kind, node) DO UPDATE SET n = bot_count.n + 1",
                    [tick.bot_id.into(), day.into(), tick.kind.into(), tick.node.into()],
                )
                .await?;
            }
            Ok(())
        })
    }));
}

fn day_of(at: Timestamp) -> i64 {
    at.0.div_euclid(Timestamp::DAY)
}

/// The first day that pages show.
fn first_day(ctx: &Ctx) -> i64 {
    day_of(ctx.now()) + 1 - i64::from(DAYS)
}

#[derive(FromQueryResult)]
struct OfNode {
    node: String,
    kind: i64,
    n: i64,
}

#[derive(FromQueryResult)]
struct OfDay {
    day: i64,
    kind: i64,
    n: i64,
}

#[derive(FromQueryResult)]
struct OfBot {
    bot_id: i64,
    n: i64,
}

/// What was asked of a bot in the last days.
pub async fn statistics(ctx: &Ctx, bot_id: i64) -> AppResult<Statistics> {
    let first = first_day(ctx);
    let values = || -> [sea_orm::Value; 2] { [bot_id.into(), first.into()] };
    let sql = "SELECT node, kind, CAST(SUM(n) AS BIGINT) AS n FROM bot_count
               WHERE bot_id = $1 AND day >= $2 GROUP BY node, kind";
    let nodes = OfNode::find_by_statement(ctx.db.stmt(sql, values()))
        .all(ctx.db.conn())
        .await?;
    let sql = "SELECT day, kind, CAST(SUM(n) AS BIGINT) AS n FROM bot_count
               WHERE bot_id = $1 AND day >= $2 GROUP BY day, kind";
    let days = OfDay::find_by_statement(ctx.db.stmt(sql, values()))
        .all(ctx.db.conn())
        .await?;
    let mut commands: BTreeMap<Uid, Count> = BTreeMap::new();
    for row in nodes {
        let uid = row
            .node
            .parse()
            .map_err(|_| internal(&"a stored count is malformed"))?;
        let count = commands.entry(uid).or_default();
        let n = u64::try_from(row.n).unwrap_or_default();
        match row.kind {
            ASKED => count.asked = n,
            UNANSWERED => count.unanswered = n,
            _ => count.missed = n,
        }
    }
    let mut by_day: Vec<DayCount> = (first..first + i64::from(DAYS))
        .map(|day| DayCount {
            at: Timestamp(day * Timestamp::DAY),
            asked: 0,
            unanswered: 0,
        })
        .collect();
    for row in days {
        let at = usize::try_from(row.day - first).ok();
        let Some(day) = at.and_then(|at| by_day.get_mut(at)) else {
            continue;
        };
        let n = u64::try_from(row.n).unwrap_or_default();
        match row.kind {
            ASKED => day.asked = n,
            UNANSWERED => day.unanswered = n,
            _ => {}
        }
    }
    Ok(Statistics {
        days: DAYS,
        commands,
        by_day,
    })
}

/// How often the commands of these bots were asked for in the last days.
pub async fn asked_of(ctx: &Ctx, ids: &[i64]) -> AppResult<BTreeMap<i64, u64>> {
    if ids.is_empty() {
        return Ok(BTreeMap::new());
    }
    let listed: Vec<String> = ids.iter().map(i64::to_string).collect();
    let sql = format!(
        "SELECT bot_id, CAST(SUM(n) AS BIGINT) AS n FROM bot_count
         WHERE bot_id IN ({}) AND day >= $1 AND kind = {ASKED} GROUP BY bot_id",
        listed.join(", ")
    );
    let statement = ctx.db.stmt(&sql, [first_day(ctx).into()]);
    let rows = OfBot::find_by_statement(statement).all(ctx.db.conn()).await?;
    Ok(rows
        .into_iter()
        .map(|r| (r.bot_id, u64::try_from(r.n).unwrap_or_default()))
        .collect())
}

/// Counts that are older than a good year go; answers how many rows. Called by `retention`.
pub async fn forget_counts(ctx: &Ctx) -> AppResult<u64> {
    let oldest = day_of(ctx.now()) - KEPT_DAYS;
    let tx = ctx.db.begin().await?;
    let gone = tx
        .exec("DELETE FROM bot_count WHERE day < $1", [oldest.into()])
        .await?;
    tx.commit().await?;
    Ok(gone)
}
