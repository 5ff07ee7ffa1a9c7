//! Browsers in which an administrator has signed in before. They carry a cookie that says so: guessing elsewhere does not
//! slow them down, and a guess in one of them counts for that browser only. The cookie alone opens nothing.
use super::{
    entity::{administrator, known_device},
    guard::Visit,
    language::cookie,
};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, Tx},
};
use axum::http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use sea_orm::{ActiveValue::Set, prelude::*};
use sha2::{Digest, Sha256};

/// A browser that has not been used for this long is a stranger again.
const KEPT: i64 = 90 * Timestamp::DAY;

/// The cookie's name, with https and without.
const COOKIES: [&str; 2] = ["__Host-fanfare-device", "fanfare-device"];

/// What the browser's cookie holds.
pub fn of(headers: &HeaderMap) -> Option<String> {
    COOKIES
        .iter()
        .find_map(|name| cookie(headers, name))
        .map(str::to_owned)
}

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// The browser's name in the table, when the account has signed in there.
pub(super) async fn known(ctx: &Ctx, email: &str, visit: &Visit) -> AppResult<Option<String>> {
    let Some(token) = &visit.device else {
        return Ok(None);
    };
    let found = known_device::Entity::find_by_id(hash(token))
        .filter(known_device::Column::LastUsedAt.gt(ctx.now().0 - KEPT))
        .one(ctx.db.conn())
        .await?;
    let Some(found) = found else { return Ok(None) };
    let owner = administrator::Entity::find_by_id(found.administrator_id)
        .one(ctx.db.conn())
        .await?;
    Ok(owner.filter(|a| a.email == email).map(|_| found.token_hash))
}

/// Notes that the administrator has signed in in this browser; the answer sets the cookie.
pub(super) async fn remember(ctx: &Ctx, visit: &Visit, who: &administrator::Model) -> AppResult<()> {
    let known = known(ctx, &who.email, visit).await?;
    let token = match (&known, &visit.device) {
        (Some(_), Some(token)) => token.clone(),
        _ => hex::encode(ctx.rng.array::<16>()),
    };
    let row = known_device::ActiveModel {
        token_hash: Set(hash(&token)),
        administrator_id: Set(who.id),
        last_used_at: Set(ctx.now().0),
    };
    let tx = ctx.db.begin().await?;
    known_device::Entity::delete_by_id(hash(&token))
        .exec(tx.conn())
        .await?;
    known_device::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    tx.commit().await?;
    let (name, secure) = match ctx.settings.https {
        true => (COOKIES[0], "; Secure"),
        false => (COOKIES[1], ""),
    };
    let seconds = KEPT / Timestamp::SECOND;
    let cookie = format!("{name}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    if let (Some(response), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        response.append_header(header::SET_COOKIE, cookie);
    }
    Ok(())
}

/// Forgets the browsers of an administrator, in the caller's transaction.
pub(super) async fn forget(tx: &Tx, administrator_id: i64) -> AppResult<()> {
    let sql = "DELETE FROM known_device WHERE administrator_id = $1";
    tx.exec(sql, [administrator_id.into()]).await.map(|_| ())
}

/// Forgets browsers that have not been used for long; answers how many.
pub async fn forget_old_devices(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let sql = "DELETE FROM known_device WHERE last_used_at <= $1";
    let removed = tx.exec(sql, [(ctx.now().0 - KEPT).into()]).await?;
    tx.commit().await?;
    Ok(removed)
}
