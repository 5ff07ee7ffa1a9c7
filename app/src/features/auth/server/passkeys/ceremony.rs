//! Challenges: kept here, given out once, worth nothing after five minutes or for another purpose.
use super::{refused, relying_party::SECONDS};
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, faults::internal},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde::{Serialize, de::DeserializeOwned};

/// What a challenge is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// A new passkey.
    Register,
    /// Signing in.
    SignIn,
    /// Proving once more who is signed in.
    Confirm,
}

impl Purpose {
    const fn code(self) -> &'static str {
        match self {
            Self::Register => "register",
            Self::SignIn => "sign-in",
            Self::Confirm => "confirm",
        }
    }
}

#[derive(FromQueryResult)]
struct Row {
    purpose: String,
    administrator_id: Option<i64>,
    state: String,
    expires_at: i64,
}

/// Keeps the state of a ceremony; answers its name.
pub async fn open<S: Serialize>(
    ctx: &Ctx,
    purpose: Purpose,
    administrator_id: Option<i64>,
    state: &S,
) -> AppResult<String> {
    let id = hex::encode(ctx.rng.array::<16>());
    let state = serde_json::to_string(state).map_err(|e| internal(&e))?;
    let now = ctx.now();
    let expires_at = now.plus(SECONDS as i64 * Timestamp::SECOND);
    let tx = ctx.db.begin().await?;
    tx.exec(
        "DELETE FROM passkey_ceremony WHERE expires_at <= $1",
        [now.0.into()],
    )
    .await?;
    tx.exec(
        "INSERT INTO passkey_ceremony (id, purpose, administrator_id, state, expires_at) VALUES ($1, $2, $3, $4, $5)",
        [
            id.clone().into(),
            purpose.code().into(),
            administrator_id.into(),
            state.into(),
            expires_at.0.into(),
        ],
    )
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes the state of a ceremony, whatever becomes of it: a second try finds nothing.
pub async fn take<S: DeserializeOwned>(
    ctx: &Ctx,
    purpose: Purpose,
    administrator_id: Option<i64>,
    id: &str,
) -> AppResult<S> {
    let tx = ctx.db.begin().await?;
    let sql =
        "DELETE FROM passkey_ceremony WHERE id = $1 RETURNING purpose, administrator_id, state, expires_at";
    let row = tx.conn().query_one_raw(tx.stmt(sql, [id.into()])).await?;
    let row = row.map(|r| Row::from_query_result(&r, "")).transpose()?;
    tx.commit().await?;
    let row = row.ok_or_else(|| refused(&"no such challenge"))?;
    let fits = row.purpose == purpose.code() && row.administrator_id == administrator_id;
    if !fits || row.expires_at <= ctx.now().0 {
        return Err(refused(&"the challenge is for something else, or too old"));
    }
    serde_json::from_str(&row.state).map_err(|e| internal(&e))
}
