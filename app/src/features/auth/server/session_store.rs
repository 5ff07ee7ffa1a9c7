//! Sessions in the database. The cookie's token is never stored: only its SHA-256, and no token in the record either.
use super::entity::session;
use crate::kernel::{
    AppError, ErrorCode,
    server::{Ctx, faults::internal},
};
use sea_orm::{ActiveValue::Set, prelude::*, sea_query::OnConflict};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Where a session keeps its administrator.
pub const ADMINISTRATOR: &str = "administrator";

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

fn hash(id: &Id) -> String {
    hex::encode(Sha256::digest(id.to_string()))
}

impl HashedStore {
    fn row(&self, r: &Record) -> Result<session::ActiveModel> {
        Ok(session::ActiveModel {
            token_hash: Set(hash(&r.id)),
            administrator_id: Set(r.data.get(ADMINISTRATOR).and_then(serde_json::Value::as_i64)),
            data: Set(serde_json::to_string(&r.data).map_err(|e| Error::Encode(e.to_string()))?),
            created_at: Set(self.0.now().0),
            expires_at: Set(r.expiry_date.unix_timestamp() * 1000),
        })
    }
}

#[async_trait::async_trait]
impl SessionStore for HashedStore {
    async fn create(&self, r: &mut Record) -> Result<()> {
        // 128 random bits: no collision to look for
        self.save(r).await
    }

    async fn save(&self, r: &Record) -> Result<()> {
        let tx = self.0.db.begin().await.map_err(back)?;
        session::Entity::insert(self.row(r)?)
            .on_conflict(
                OnConflict::column(session::Column::TokenHash)
                    .update_columns([
                        session::Column::ExpiresAt,
                        session::Column::Data,
                        session::Column::AdministratorId,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await
            .map_err(back)?;
        tx.commit().await.map_err(back)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let row = session::Entity::find_by_id(hash(id))
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
        session::Entity::delete_by_id(hash(id))
            .exec(tx.conn())
            .await
            .map_err(back)?;
        tx.commit().await.map_err(back)
    }
}

/// The administrator who is signed in with this session.
pub async fn session_administrator(
    session: &tower_sessions::Session,
) -> crate::kernel::AppResult<Option<i64>> {
    session.get(ADMINISTRATOR).await.map_err(|e| session_fault(&e))
}

/// Removes sessions that have ended; answers how many.
pub async fn remove_ended_sessions(ctx: &Ctx) -> crate::kernel::AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let removed = session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lte(ctx.now().0))
        .exec(tx.conn())
        .await?;
    tx.commit().await?;
    Ok(removed.rows_affected)
}
