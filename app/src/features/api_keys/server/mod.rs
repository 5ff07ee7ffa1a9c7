//! The door of `api_keys`.
mod entity;
mod manage;

use crate::features::{
    api_keys::model::NAME_CHARS,
    audit::server::{ActorKind, record},
    auth::server::{Caller, Granted, administrator_by_email, load_caller, narrowed, operator},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp, Uid,
    permission::cap,
    rights::RightSet,
    server::{Ctx, faults::internal},
    validate::Check,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{Column, Entity};
use ipnet::IpNet;
use sea_orm::{ActiveValue::Set, prelude::*};
use sha2::{Digest, Sha256};
use std::net::IpAddr;

pub use super::model::DAILY_LIMIT;
pub use manage::{make_key, other_keys, own_keys, revoke_any_key, revoke_keys_of, revoke_own_key};

const PREFIX_LEN: usize = 8;

/// Reads a network, `192.0.2.0/24`, or a single address.
pub fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse()
        .ok()
        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
}

/// Makes a key for the administrator with that e-mail, as the operator. Answers the key's text, which exists nowhere else.
///
/// # Errors
/// Field errors `email` (nobody has it), `name`, `networks` (one of them is none).
pub async fn create(ctx: &Ctx, email: &str, name: &str, networks: &[String]) -> AppResult<String> {
    let wanted = Wanted {
        name,
        networks,
        ..Wanted::default()
    };
    create_narrowed(ctx, email, wanted).await
}

/// The same, for less than the administrator may, and not for ever.
///
/// # Errors
/// As [`create`]; field errors `expires` (no date, or over), `rights` (none at all).
pub async fn create_narrowed(ctx: &Ctx, email: &str, wanted: Wanted<'_>) -> AppResult<String> {
    let administrator = administrator_by_email(ctx, email)
        .await?
        .ok_or_else(|| AppError::field("email", Problem::NotAChoice))?;
    let granted = operator::<cap::SignedIn>(administrator.organisation_id);
    let made = create_for(ctx, &granted, administrator.id, wanted).await?;
    Ok(made.0)
}

/// What a new key is to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted<'a> {
    /// What it is for.
    pub name: &'a str,
    /// Only from these networks; none: from anywhere.
    pub networks: &'a [String],
    /// The last day on which it works, `2026-12-31`; none: without end.
    pub expires: Option<&'a str>,
    /// Only these rights; none: all of the administrator's.
    pub rights: Option<RightSet>,
}

/// Makes a key that carries the permissions of an administrator of the same organisation; answers its text and its uid.
async fn create_for(
    ctx: &Ctx,
    granted: &Granted<cap::SignedIn>,
    administrator_id: i64,
    wanted: Wanted<'_>,
) -> AppResult<(String, Uid)> {
    let rights = wanted.rights.map(RightSet::tidy_all);
    let mut check = Check::new();
    let name = check.text("name", wanted.name, NAME_CHARS);
    let networks: Vec<Option<IpNet>> = wanted.networks.iter().map(|n| network(n)).collect();
    if networks.contains(&None) {
        check.fail("networks", Problem::NotANetwork);
    }
    if rights.is_some_and(RightSet::is_empty) {
        check.fail("rights", Problem::Required);
    }
    let expires_at = match wanted.expires.map(|date| end_of(date, ctx.now())).transpose() {
        Ok(end) => end,
        Err(problem) => {
            check.fail("expires", problem);
            None
        }
    };
    check.done()?;
    let networks: Vec<IpNet> = networks.into_iter().flatten().collect();
    let key = format!("fk_{}", URL_SAFE_NO_PAD.encode(ctx.rng.array::<32>()));
    let uid = ctx.rng.uid();
    let row_prefix: String = key.chars().take(PREFIX_LEN).collect();
    let row = entity::ActiveModel {
        uid: Set(uid.to_string()),
        organisation_id: Set(granted.organisation_id()),
        administrator_id: Set(administrator_id),
        name: Set(name.clone()),
        prefix: Set(row_prefix.clone()),
        key_hash: Set(hash(&key)),
        allowed_networks: Set(serde_json::to_string(&networks).map_err(|e| internal(&e))?),
        created_at: Set(ctx.now().0),
        last_used_at: Set(None),
        day: Set(0),
        day_count: Set(0),
        revoked_at: Set(None),
        expires_at: Set(expires_at.map(|t| t.0)),
        rights: Set(stored_rights(rights)?),
        ..Default::default()
    };
    let tx = ctx.db.begin().await?;
    row.insert(tx.conn()).await?;
    let detail = serde_json::json!({
        "name": name, "prefix": row_prefix, "networks": networks, "expiresAt": expires_at.map(Timestamp::rfc3339),
        "rights": rights,
    });
    record(ctx, &tx, granted.who(), "api-key.create", uid.as_str(), detail).await?;
    tx.commit().await?;
    Ok((key, uid))
}

/// A key works until its last day is over (UTC).
fn end_of(date: &str, now: Timestamp) -> Result<Timestamp, Problem> {
    let end = Timestamp::from_date(date)
        .ok_or(Problem::NotADate)?
        .plus(Timestamp::DAY);
    match end > now {
        true => Ok(end),
        false => Err(Problem::InThePast),
    }
}

fn stored_rights(rights: Option<RightSet>) -> AppResult<Option<String>> {
    let json = rights.map(|rights| serde_json::to_string(&rights));
    json.transpose().map_err(|e| internal(&e))
}

/// The rights that a key is narrowed to; none: it is not. What cannot be read allows nothing.
fn rights_of(stored: Option<&str>) -> Option<RightSet> {
    stored.map(|json| serde_json::from_str(json).unwrap_or_default())
}

/// What a request is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// It changes nothing (GET).
    Reads,
    /// It may change something.
    Writes,
}

/// Finds whose key it is, and counts the request.
///
/// The key is looked up by its SHA-256: what the time of the look-up tells is about the hash, which nobody can steer
/// towards a stored one, so no comparison of secrets can be measured.
///
/// Every request is counted in the database, by one statement: so the limit holds exactly however many processes
/// answer, and after a crash too. On a full disk nothing can be counted; then reading goes on uncounted (a limit that is
/// reached is still kept, because that needs no write), and what wants to write is told of the disk.
///
/// # Errors
/// [`ErrorCode::InvalidApiKey`] for an unknown, revoked or expired key, for a call from outside its networks and for a disabled
/// administrator alike; [`ErrorCode::DailyLimit`] past [`DAILY_LIMIT`] requests in a day.
pub async fn authenticate(ctx: &Ctx, key: &str, address: Option<&str>, intent: Intent) -> AppResult<Caller> {
    let (caller, id) = find(ctx, key, address).await?;
    match count(ctx, id).await {
        Err(error) if error.code == ErrorCode::DiskFull && intent == Intent::Reads => {}
        counted => counted?,
    }
    Ok(caller)
}

/// The caller of a key as things stand now, without counting: for a call that has been counted and took its time.
pub async fn caller_of_key(ctx: &Ctx, key: &str, address: Option<&str>) -> AppResult<Caller> {
    find(ctx, key, address).await.map(|(caller, _)| caller)
}

async fn find(ctx: &Ctx, key: &str, address: Option<&str>) -> AppResult<(Caller, i64)> {
    let refused = || AppError::new(ErrorCode::InvalidApiKey);
    let row = Entity::find()
        .filter(Column::KeyHash.eq(hash(key)))
        .filter(Column::RevokedAt.is_null())
        .one(ctx.db.conn())
        .await?
        .filter(|row| row.expires_at.is_none_or(|end| ctx.now().0 < end))
        .filter(|row| allowed(row, address))
        .ok_or_else(refused)?;
    let address = address.map(str::to_owned);
    let caller = load_caller(ctx, row.administrator_id, ActorKind::ApiKey(row.id), address).await?;
    let mut caller = caller
        .filter(|c| c.who.organisation_id == row.organisation_id)
        .ok_or_else(refused)?;
    if let Some(to) = rights_of(row.rights.as_deref()) {
        caller.rights = narrowed(ctx, row.organisation_id, &caller.rights, to).await?;
    }
    Ok((caller, row.id))
}

/// Seconds until the daily count starts again (midnight UTC), for `Retry-After`.
pub fn seconds_to_next_day(now: Timestamp) -> i64 {
    (Timestamp::DAY - now.0.rem_euclid(Timestamp::DAY)).div_euclid(Timestamp::SECOND) + 1
}

fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key))
}

fn networks_of(stored: &str) -> Option<Vec<IpNet>> {
    serde_json::from_str(stored).ok()
}

/// A stored list of networks that cannot be read allows nothing.
fn allowed(row: &entity::Model, address: Option<&str>) -> bool {
    let Some(networks) = networks_of(&row.allowed_networks) else {
        return false;
    };
    let address = address
        .and_then(|a| a.parse::<IpAddr>().ok())
        .map(|a| a.to_canonical());
    networks.is_empty() || address.is_some_and(|a| networks.iter().any(|n| n.contains(&a)))
}

/// One statement counts and decides, so that requests at the same moment cannot pass the limit together.
async fn count(ctx: &Ctx, key_id: i64) -> AppResult<()> {
    const COUNT: &str = "UPDATE api_key
        SET day_count = CASE WHEN day = $1 THEN day_count + 1 ELSE 1 END, day = $1, last_used_at = $2
        WHERE id = $3 AND (day <> $1 OR day_count < $4)
        RETURNING day_count";
    let now = ctx.now();
    let day = now.0.div_euclid(Timestamp::DAY);
    let tx = ctx.db.begin().await?;
    let values = [day.into(), now.0.into(), key_id.into(), DAILY_LIMIT.into()];
    let counted = tx.conn().query_one_raw(tx.stmt(COUNT, values)).await?;
    tx.commit().await?;
    counted.map(drop).ok_or_else(|| ErrorCode::DailyLimit.into())
}
