//! Slows down guessing, per account and per address. The wait is short for an account, so that nobody can lock an
//! administrator out for long by guessing in their name.
use super::entity::throttle::{self, Column, Entity};
use crate::kernel::{AppResult, ErrorCode, server::Ctx};
use sea_orm::{
    ActiveValue::Set,
    prelude::*,
    sea_query::{ExprTrait, OnConflict},
};
use sha2::{Digest, Sha256};

const FREE: i64 = 5;
const ACCOUNT_MAX_SECONDS: i64 = 30;
const ADDRESS_MAX_SECONDS: i64 = 300;
const FORGET_AFTER_MS: i64 = 3_600_000;

fn subjects(email: &str, address: Option<&str>) -> Vec<(String, i64)> {
    let name = |text: String| hex::encode(Sha256::digest(text));
    let mut all = vec![(name(format!("account:{email}")), ACCOUNT_MAX_SECONDS)];
    all.extend(address.map(|a| (name(format!("address:{a}")), ADDRESS_MAX_SECONDS)));
    all
}

/// Refuses when there were too many failures lately.
pub async fn check(ctx: &Ctx, email: &str, address: Option<&str>) -> AppResult<()> {
    for (subject, longest) in subjects(email, address) {
        let Some(row) = Entity::find_by_id(subject).one(ctx.db.conn()).await? else {
            continue;
        };
        let over = row.failures - FREE;
        if over < 0 {
            continue;
        }
        let wait = 1_i64
            .checked_shl(u32::try_from(over).unwrap_or(u32::MAX))
            .unwrap_or(longest)
            .clamp(1, longest);
        let left = row.last_failure_at + wait * 1000 - ctx.now().0;
        if left > 0 {
            let seconds = u64::try_from(left / 1000 + 1).unwrap_or(1);
            return Err(ErrorCode::TooManyTries { seconds }.into());
        }
    }
    Ok(())
}

/// Notes a failure.
pub async fn failed(ctx: &Ctx, email: &str, address: Option<&str>) -> AppResult<()> {
    let now = ctx.now().0;
    let tx = ctx.db.begin().await?;
    Entity::delete_many()
        .filter(Column::LastFailureAt.lt(now - FORGET_AFTER_MS))
        .exec(tx.conn())
        .await?;
    for (subject, _) in subjects(email, address) {
        let row = throttle::ActiveModel {
            subject: Set(subject),
            failures: Set(1),
            last_failure_at: Set(now),
        };
        Entity::insert(row)
            .on_conflict(
                OnConflict::column(Column::Subject)
                    .value(Column::Failures, Expr::col((Entity, Column::Failures)).add(1))
                    .update_column(Column::LastFailureAt)
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    tx.commit().await
}

/// Forgets the account's failures after a good sign-in.
pub async fn passed(ctx: &Ctx, email: &str) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    for (subject, _) in subjects(email, None) {
        Entity::delete_by_id(subject).exec(tx.conn()).await?;
    }
    tx.commit().await
}
