//! The door of `plans`.
mod entity;

use super::model::{PlanChoice, PlanView, add_months};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    server::{Ctx, Tx},
};
use entity::{Column, Entity};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, prelude::*};
use std::collections::HashMap;

/// The plan that counts now: the newest one that has begun, ended or not. None: never had one.
pub async fn current_plan<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    now: Timestamp,
) -> AppResult<Option<PlanView>> {
    let row = begun(now)
        .filter(Column::IdentityId.eq(identity_id))
        .order_by_desc(Column::Id)
        .limit(1)
        .one(conn)
        .await?;
    Ok(row.map(|row| view(&row, now)))
}

/// The plan that allows sending now; none when it has ended.
pub async fn active_plan<C: ConnectionTrait>(
    conn: &C,
    identity_id: i64,
    now: Timestamp,
) -> AppResult<Option<PlanView>> {
    let plan = current_plan(conn, identity_id, now).await?;
    Ok(plan.filter(|p| now < p.valid_until))
}

/// The plans that count now, of many identities at once.
pub async fn current_plans<C: ConnectionTrait>(
    conn: &C,
    identity_ids: impl IntoIterator<Item = i64>,
    now: Timestamp,
) -> AppResult<HashMap<i64, PlanView>> {
    let rows = begun(now)
        .filter(Column::IdentityId.is_in(identity_ids))
        .order_by_asc(Column::Id)
        .all(conn)
        .await?;
    // the newest one of an identity comes last and stays
    Ok(rows.iter().map(|row| (row.identity_id, view(row, now))).collect())
}

/// Refuses, as a whole, to add `adding` recipients whom the identity does not count yet (rule 3).
///
/// Locks the identity's row until the transaction ends, so that two additions at once cannot both take the last place:
/// call it before the count changes. A plan that has ended keeps its limit. Nothing to add is never refused, so that
/// people who are counted already can be moved about over the limit.
///
/// # Errors
/// [`ErrorCode::RecipientLimit`] with limit, count and the number that was to be added.
pub async fn check_limit(ctx: &Ctx, tx: &Tx, identity_id: i64, adding: u64) -> AppResult<()> {
    let count = locked_count(tx, identity_id).await?;
    if adding == 0 {
        return Ok(());
    }
    let limit = match current_plan(tx.conn(), identity_id, ctx.now()).await? {
        Some(plan) => plan.recipient_limit,
        None => Some(0),
    };
    match limit {
        Some(limit) if count.saturating_add(adding) > limit => {
            Err(ErrorCode::RecipientLimit { limit, count, adding }.into())
        }
        _ => Ok(()),
    }
}

/// Refuses when the plan has ended: nothing can be sent (rule 3).
///
/// # Errors
/// [`ErrorCode::PlanEnded`]
pub async fn check_valid<C: ConnectionTrait>(ctx: &Ctx, conn: &C, identity_id: i64) -> AppResult<()> {
    match active_plan(conn, identity_id, ctx.now()).await? {
        Some(_) => Ok(()),
        None => Err(ErrorCode::PlanEnded.into()),
    }
}

/// Starts a plan at once for whole calendar months; it takes the place of the one before.
pub async fn start_plan(
    ctx: &Ctx,
    tx: &Tx,
    identity_id: i64,
    choice: &PlanChoice,
    months: u32,
) -> AppResult<PlanView> {
    let now = ctx.now();
    let row = entity::ActiveModel {
        identity_id: Set(identity_id),
        code: Set(choice.code().code().to_owned()),
        recipient_limit: Set(choice.limit().map(|l| i64::try_from(l).unwrap_or(i64::MAX))),
        valid_from: Set(now.0),
        valid_until: Set(add_months(now, months).0),
        ..Default::default()
    };
    Ok(view(&row.insert(tx.conn()).await?, now))
}

fn begun(now: Timestamp) -> sea_orm::Select<Entity> {
    Entity::find().filter(Column::ValidFrom.lte(now.0))
}

fn view(row: &entity::Model, now: Timestamp) -> PlanView {
    let until = Timestamp(row.valid_until);
    // a day that has begun counts
    let days = until.since(now).max(0).saturating_add(Timestamp::DAY - 1) / Timestamp::DAY;
    PlanView {
        code: row.code.parse().unwrap_or_default(),
        recipient_limit: row.recipient_limit.map(|l| u64::try_from(l).unwrap_or_default()),
        valid_from: Timestamp(row.valid_from),
        valid_until: until,
        days_left: u32::try_from(days).unwrap_or(u32::MAX),
    }
}

/// The count stands in the identity's row, which belongs to a slice above: read by statement, not by its entity.
async fn locked_count(tx: &Tx, identity_id: i64) -> AppResult<u64> {
    // a transaction that writes is alone on SQLite
    let sql = if tx.is_sqlite() {
        "SELECT recipient_count FROM identity WHERE id = $1"
    } else {
        // rows that refer to the identity can be written meanwhile
        "SELECT recipient_count FROM identity WHERE id = $1 FOR NO KEY UPDATE"
    };
    let row = tx
        .conn()
        .query_one_raw(tx.stmt(sql, [identity_id.into()]))
        .await?;
    let count: i64 = row.ok_or(ErrorCode::NotFound)?.try_get("", "recipient_count")?;
    Ok(u64::try_from(count).unwrap_or_default())
}
