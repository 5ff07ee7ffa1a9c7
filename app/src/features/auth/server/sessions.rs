//! Where somebody is signed in, and the end of it.
use super::{
    entity::{administrator, session},
    guard::{Granted, Visit},
    session_store::token_hash,
    standing::access_changed,
};
use crate::features::audit::server::{Who, record};
use crate::features::auth::model::SessionView;
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx, faults::internal},
};
use sea_orm::prelude::*;
use serde_json::json;

/// A session's public name: the beginning of the token's hash. Forty bits name one among a person's own, and tell
/// nothing of the token.
fn uid(token_hash: &str) -> AppResult<Uid> {
    let start = token_hash.get(..Uid::LEN).unwrap_or_default();
    start
        .parse()
        .map_err(|_| internal(&"a session's hash is malformed"))
}

fn own_hash(visit: &Visit) -> String {
    visit.session.id().map(|id| token_hash(&id)).unwrap_or_default()
}

fn own_id(granted: &Granted<cap::SignedIn>) -> AppResult<i64> {
    granted
        .administrator_id()
        .ok_or_else(|| ErrorCode::SignInRequired.into())
}

/// The own sessions, this one first, then the one used last.
pub async fn list_sessions(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
) -> AppResult<Vec<SessionView>> {
    let own = own_hash(&visit?);
    let rows = session::Entity::find()
        .filter(session::Column::AdministratorId.eq(own_id(&granted)?))
        .filter(session::Column::ExpiresAt.gt(ctx.now().0))
        .all(ctx.db.conn())
        .await?;
    let mut all = rows
        .into_iter()
        .map(|row| {
            Ok(SessionView {
                uid: uid(&row.token_hash)?,
                this_one: row.token_hash == own,
                device: row.device,
                address: row.address,
                started_at: Timestamp(row.created_at),
                last_used_at: Timestamp(row.last_used_at),
                ends_at: Timestamp(row.expires_at),
            })
        })
        .collect::<AppResult<Vec<_>>>()?;
    all.sort_by_key(|s| (!s.this_one, std::cmp::Reverse(s.last_used_at)));
    Ok(all)
}

/// Ends one of the own sessions.
pub async fn end_session(ctx: Ctx, granted: Granted<cap::SignedIn>, which: Uid) -> AppResult<()> {
    let id = own_id(&granted)?;
    let tx = ctx.db.begin().await?;
    let sql = "DELETE FROM session WHERE administrator_id = $1 AND substr(token_hash, 1, 10) = $2";
    if tx.exec(sql, [id.into(), which.as_str().into()]).await? == 0 {
        return Err(ErrorCode::NotFound.into());
    }
    note_end(&ctx, &tx, granted.who(), id, 1).await?;
    tx.commit().await?;
    access_changed(&ctx, granted.organisation_id(), id);
    Ok(())
}

/// Ends all of the own sessions but this one; answers how many.
pub async fn end_other_sessions(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
) -> AppResult<u64> {
    let (id, own) = (own_id(&granted)?, own_hash(&visit?));
    let tx = ctx.db.begin().await?;
    let ended = remove_sessions(&tx, id, Some(&own)).await?;
    if ended > 0 {
        note_end(&ctx, &tx, granted.who(), id, ended).await?;
    }
    tx.commit().await?;
    access_changed(&ctx, granted.organisation_id(), id);
    Ok(ended)
}

/// Removes the sessions of an administrator, all or all but one, in the caller's transaction; answers how many.
pub async fn remove_sessions(tx: &Tx, administrator_id: i64, except: Option<&str>) -> AppResult<u64> {
    let sql = "DELETE FROM session WHERE administrator_id = $1 AND token_hash <> $2";
    let except = except.unwrap_or_default();
    tx.exec(sql, [administrator_id.into(), except.into()]).await
}

async fn note_end(ctx: &Ctx, tx: &Tx, who: &Who, administrator_id: i64, count: u64) -> AppResult<()> {
    let row = administrator::Entity::find_by_id(administrator_id)
        .one(tx.conn())
        .await?;
    let subject = row.map(|a| a.uid).unwrap_or_default();
    record(
        ctx,
        tx,
        who,
        "session.end",
        &subject,
        json!({ "sessions": count }),
    )
    .await
}
