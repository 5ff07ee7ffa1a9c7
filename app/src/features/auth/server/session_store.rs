//! Sessions in the database. The cookie's token is never stored: only its SHA-256, and no token in the record either.
//!
//! A session ends by the rules of the organisation, by the clock of [`Ctx`]: some time after its last use, and some time
//! after its start in any case. A new token (sign-in, confirmation) does not start it anew.
use super::{
    entity::{administrator, session},
    rules::rules,
    session_caller::SignedIn,
};
use crate::features::auth::model::Rules;
use crate::kernel::{
    AppError, AppResult, ErrorCode, Timestamp,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::{ActiveValue::Set, QuerySelect, prelude::*};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tower_sessions::{
    Session, SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Where a session keeps its administrator.
pub const ADMINISTRATOR: &str = "administrator";
/// When the password was set that the session goes back to: it is none of the administrator's after the next one.
pub const PASSWORD_AT: &str = "password_at";
/// Where it keeps when it began, and where.
pub const STARTED_AT: &str = "started_at";
pub const DEVICE: &str = "device";
pub const ADDRESS: &str = "address";
/// The last use is written at most this often.
const WRITTEN_EVERY: i64 = Timestamp::MINUTE;
/// How long a session without an administrator lives: it holds what a sign-in has begun.
const NOBODYS: i64 = 30 * Timestamp::MINUTE;

/// tower-sessions kept by SeaORM under the hash of the token.
#[derive(Clone, Debug)]
pub struct HashedStore(pub Ctx);

/// The store's errors are bare texts: these two tell [`session_fault`] what a person can be told.
const AWAY: &str = "database away";
const FULL: &str = "disk full";

fn back(error: impl Into<AppError>) -> Error {
    let error = error.into();
    Error::Backend(match error.code {
        ErrorCode::DatabaseAway => AWAY.to_owned(),
        ErrorCode::DiskFull => FULL.to_owned(),
        _ => error.to_string(),
    })
}

/// Why a session could not be read or written.
pub fn session_fault(error: &tower_sessions::session::Error) -> AppError {
    match error {
        tower_sessions::session::Error::Store(Error::Backend(what)) if what == AWAY => {
            ErrorCode::DatabaseAway.into()
        }
        tower_sessions::session::Error::Store(Error::Backend(what)) if what == FULL => {
            ErrorCode::DiskFull.into()
        }
        other => internal(other),
    }
}

/// The name of a session in the table.
pub fn token_hash(id: &Id) -> String {
    hex::encode(Sha256::digest(id.to_string()))
}

/// When a session ends that was used now.
fn end_of(rules: &Rules, started_at: Timestamp, now: Timestamp) -> Timestamp {
    let idle = now.plus(i64::from(rules.idle_minutes) * Timestamp::MINUTE);
    let absolute = started_at.plus(i64::from(rules.absolute_minutes) * Timestamp::MINUTE);
    Timestamp(idle.0.min(absolute.0))
}

impl HashedStore {
    async fn row(&self, r: &Record) -> Result<session::ActiveModel> {
        let now = self.0.now();
        let number = |key: &str| r.data.get(key).and_then(serde_json::Value::as_i64);
        let text = |key: &str| {
            r.data
                .get(key)
                .and_then(serde_json::Value::as_str)
                .map(str::to_owned)
        };
        let administrator_id = number(ADMINISTRATOR);
        let started_at = number(STARTED_AT).map_or(now, Timestamp);
        let expires_at = match administrator_id {
            Some(id) => end_of(
                &administrators_rules(&self.0, id).await.map_err(back)?,
                started_at,
                now,
            ),
            None => now.plus(NOBODYS),
        };
        Ok(session::ActiveModel {
            token_hash: Set(token_hash(&r.id)),
            administrator_id: Set(administrator_id),
            data: Set(serde_json::to_string(&r.data).map_err(|e| Error::Encode(e.to_string()))?),
            created_at: Set(started_at.0),
            expires_at: Set(expires_at.0),
            last_used_at: Set(now.0),
            address: Set(text(ADDRESS)),
            device: Set(text(DEVICE).unwrap_or_default()),
        })
    }
}

async fn administrators_rules(ctx: &Ctx, administrator_id: i64) -> AppResult<Rules> {
    let row = administrator::Entity::find_by_id(administrator_id)
        .one(ctx.db.conn())
        .await?;
    match row {
        Some(row) => rules(ctx, row.organisation_id).await,
        None => Ok(Rules::default()),
    }
}

/// Whether the administrator of a session, if there is one, has the same password as when it was proved. Who sets a new one
/// changes the administrator's row first and removes the sessions then: either waits for the other, so none slips through.
async fn is_password_same(tx: &Tx, r: &Record) -> AppResult<bool> {
    let number = |key: &str| r.data.get(key).and_then(serde_json::Value::as_i64);
    let Some(id) = number(ADMINISTRATOR) else {
        return Ok(true);
    };
    let row = administrator::Entity::find_by_id(id)
        .lock_shared()
        .one(tx.conn())
        .await?;
    Ok(row.is_some_and(|a| a.password_changed_at == number(PASSWORD_AT)))
}

#[async_trait::async_trait]
impl SessionStore for HashedStore {
    /// Not for whoever has proved to be the one by a password that was replaced meanwhile.
    async fn create(&self, r: &mut Record) -> Result<()> {
        // 128 random bits: no collision to look for
        let row = self.row(r).await?;
        let tx = self.0.db.begin().await.map_err(back)?;
        if !is_password_same(&tx, r).await.map_err(back)? {
            tracing::warn!("a session was not begun: the password was changed meanwhile");
            return Ok(());
        }
        session::Entity::insert(row)
            .exec_without_returning(tx.conn())
            .await
            .map_err(back)?;
        tx.commit().await.map_err(back)
    }

    /// Changes a session that is there: one that somebody has ended meanwhile does not come back.
    async fn save(&self, r: &Record) -> Result<()> {
        let row = self.row(r).await?;
        let tx = self.0.db.begin().await.map_err(back)?;
        session::Entity::update_many()
            .set(row)
            .filter(session::Column::TokenHash.eq(token_hash(&r.id)))
            .exec(tx.conn())
            .await
            .map_err(back)?;
        tx.commit().await.map_err(back)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = session::Entity::find_by_id(token_hash(id))
            .filter(session::Column::ExpiresAt.gt(self.0.now().0))
            .one(self.0.db.conn())
            .await
            .map_err(back)?;
        let Some(row) = row else { return Ok(None) };
        let data: HashMap<String, serde_json::Value> =
            serde_json::from_str(&row.data).map_err(|e| Error::Decode(e.to_string()))?;
        let expiry_date = time::OffsetDateTime::from_unix_timestamp(row.expires_at / 1000)
            .map_err(|e| Error::Decode(e.to_string()))?;
        Ok(Some(Record {
            id: *id,
            data,
            expiry_date,
        }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        let tx = self.0.db.begin().await.map_err(back)?;
        session::Entity::delete_by_id(token_hash(id))
            .exec(tx.conn())
            .await
            .map_err(back)?;
        tx.commit().await.map_err(back)
    }
}

/// The administrator who is signed in with this session.
pub async fn session_administrator(session: &Session) -> AppResult<Option<i64>> {
    session.get(ADMINISTRATOR).await.map_err(|e| session_fault(&e))
}

/// A new token for a session. One that somebody has ended meanwhile does not come back by it: only whoever removes the row
/// goes on.
pub(super) async fn new_token(ctx: &Ctx, session: &Session) -> AppResult<()> {
    // what it holds goes on under the new token: it is read before the row is removed
    session_administrator(session).await?;
    let old = session.id().map(|id| token_hash(&id)).unwrap_or_default();
    let tx = ctx.db.begin().await?;
    let removed = session::Entity::delete_by_id(old).exec(tx.conn()).await?;
    tx.commit().await?;
    if removed.rows_affected == 0 {
        return Err(ErrorCode::SignInRequired.into());
    }
    session.cycle_id().await.map_err(|e| session_fault(&e))
}

/// Notes that the session of somebody signed in was used, and from where; writes at most once a minute.
pub async fn session_used(ctx: &Ctx, session: &Session, by: &SignedIn) -> AppResult<()> {
    let now = ctx.now();
    let Some(id) = session.id() else {
        return Ok(());
    };
    if now.since(by.last_used_at) < WRITTEN_EVERY {
        return Ok(());
    }
    let who = &by.caller.who;
    let rules = rules(ctx, who.organisation_id).await?;
    let idle = now.plus(i64::from(rules.idle_minutes) * Timestamp::MINUTE);
    let absolute = i64::from(rules.absolute_minutes) * Timestamp::MINUTE;
    let tx = ctx.db.begin().await?;
    tx.exec(
        "UPDATE session SET last_used_at = $1, address = $2,
             expires_at = CASE WHEN created_at + $3 < $4 THEN created_at + $3 ELSE $4 END
         WHERE token_hash = $5 AND expires_at > $1",
        [
            now.0.into(),
            who.address.clone().into(),
            absolute.into(),
            idle.0.into(),
            token_hash(&id).into(),
        ],
    )
    .await?;
    tx.commit().await
}

/// Removes sessions that have ended; answers how many.
pub async fn remove_ended_sessions(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let removed = session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lte(ctx.now().0))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(removed.rows_affected)
}
