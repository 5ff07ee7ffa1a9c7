//! Changing the own password.
use super::{
    confirm::administrator,
    devices,
    entity::{self, organisation},
    guard::{Granted, Visit},
    password,
    password_rules::{OwnWords, check_new_password},
    refusals,
    rules::rules,
    session_store::{PASSWORD_AT, new_token, session_fault},
    sessions::remove_sessions,
    standing::access_changed,
    throttle::{self, Kind},
};
use crate::features::audit::server::record;
use crate::features::auth::model::{PasswordChange, PasswordView};
use crate::kernel::{
    AppError, AppResult, Problem, Timestamp,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::prelude::*;
use serde_json::json;

/// When the own password was set, and what a new one must be.
pub async fn own_password(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<PasswordView> {
    let row = administrator(&ctx, &granted).await?;
    Ok(PasswordView {
        changed_at: row.password_changed_at.map(Timestamp),
        min_length: rules(&ctx, row.organisation_id).await?.password_min_length,
    })
}

/// Changes the own password. All other sessions end, this one gets a new token, and browsers that were known are not any
/// more, except this one.
pub async fn change_password(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
    input: PasswordChange,
) -> AppResult<()> {
    let visit = visit?;
    let row = administrator(&ctx, &granted).await?;
    throttle::check(&ctx, Kind::Password, &row.email, &visit).await?;
    if !password::verify(&input.current, Some(row.password_hash.clone())).await? {
        refusals::record_one(&ctx, granted.who(), &row.uid).await?;
        return Err(AppError::field("current", Problem::WrongPassword));
    }
    throttle::passed(&ctx, Kind::Password, &row.email, &visit).await?;
    let hash = new_hash(&ctx, &row, "new", &input.new).await?;
    new_token(&ctx, &visit.session).await?;
    let tx = ctx.db.begin().await?;
    let changed_at = set_password(&ctx, &tx, row.id, &hash).await?;
    // this one is written anew with the answer
    let kept = visit.session.insert(PASSWORD_AT, changed_at).await;
    kept.map_err(|e| session_fault(&e))?;
    let ended = remove_sessions(&tx, row.id, None).await?;
    let how = json!({ "by": "self", "sessionsEnded": ended });
    record(&ctx, &tx, granted.who(), "administrator.password", &row.uid, how).await?;
    tx.commit().await?;
    access_changed(&ctx, row.organisation_id, row.id);
    devices::remember(&ctx, &visit, &row).await
}

/// The hash of a new password of an administrator, checked for the field `field`.
pub(super) async fn new_hash(
    ctx: &Ctx,
    row: &entity::administrator::Model,
    field: &str,
    new: &str,
) -> AppResult<String> {
    let organisation = organisation::Entity::find_by_id(row.organisation_id)
        .one(ctx.db.conn())
        .await?;
    let own = OwnWords {
        email: &row.email,
        organisation: organisation.as_ref().map_or("", |o| o.name.as_str()),
    };
    check_new_password(&rules(ctx, row.organisation_id).await?, Some(own), field, new)?;
    password::hash(new).await
}

/// Writes a new password and forgets the browsers that were known by the old one; answers when that was. Sessions are
/// removed after it, never before: see [`super::session_store`].
pub(super) async fn set_password(
    ctx: &Ctx,
    tx: &Tx,
    administrator_id: i64,
    hash: &str,
) -> AppResult<Timestamp> {
    let now = ctx.now();
    let sql = "UPDATE administrator SET password_hash = $1, password_changed_at = $2 WHERE id = $3";
    tx.exec(sql, [hash.into(), now.0.into(), administrator_id.into()])
        .await?;
    devices::forget(tx, administrator_id).await?;
    Ok(now)
}
