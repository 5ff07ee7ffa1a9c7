//! Who is signed in: session, administrator and rights in one statement, since every call asks.
use super::{
    confirm::CONFIRMED_AT,
    guard::{CALLER, Caller, CallerRow},
    rights::RIGHTS,
    session_store::{session_administrator, token_hash},
    sign_in::MUST_SET_UP,
};
use crate::features::audit::server::ActorKind;
use crate::kernel::{
    AppResult, Timestamp,
    server::{Ctx, faults::internal},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use serde_json::{Map, Value};
use tower_sessions::Session;

/// Who is signed in, and what everybody must know of the session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who it is.
    pub caller: Caller,
    /// All that the session may do is to set a second factor up, since the rules ask for one.
    pub must_set_up: bool,
    pub(super) last_used_at: Timestamp,
}

/// Who is signed in with this session; none when nobody is, and when the administrator is gone or disabled.
///
/// The session's record is not loaded by it: only the few use cases that change a session do that.
pub async fn session_caller(
    ctx: &Ctx,
    session: &Session,
    address: Option<String>,
) -> AppResult<Option<SignedIn>> {
    let Some(id) = session.id() else {
        return Ok(None);
    };
    let sql = format!(
        "SELECT s.data, s.last_used_at, {CALLER}, {RIGHTS} FROM session s JOIN administrator a ON a.id = s.administrator_id
         WHERE s.token_hash = $1 AND s.expires_at > $2 AND a.disabled_at IS NULL"
    );
    let statement = ctx.db.stmt(&sql, [token_hash(&id).into(), ctx.now().0.into()]);
    let Some(row) = ctx.db.conn().query_one_raw(statement).await? else {
        // it may have ended: the layer of sessions takes the cookie away once it has missed the record
        session_administrator(session).await?;
        return Ok(None);
    };
    let data: String = row.try_get("", "data")?;
    let data: Map<String, Value> = serde_json::from_str(&data).map_err(|e| internal(&e))?;
    let caller = CallerRow::from_query_result(&row, "")?.caller(ActorKind::Administrator, address);
    let confirmed_at = data.get(CONFIRMED_AT).and_then(Value::as_i64).map(Timestamp);
    Ok(Some(SignedIn {
        caller: Caller {
            confirmed_at,
            ..caller
        },
        // what cannot be read counts as yes
        must_set_up: data
            .get(MUST_SET_UP)
            .is_some_and(|flag| flag.as_bool() != Some(false)),
        last_used_at: Timestamp(row.try_get("", "last_used_at")?),
    }))
}
