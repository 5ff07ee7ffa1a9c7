//! The organisations' data keys at work, opened once per process.
use super::{
    Ctx, Tx,
    faults::internal,
    secret::{Key, KeyRing, Place},
};
use crate::kernel::{AppResult, ErrorCode};
use sea_orm::ConnectionTrait;

/// Opens a key that is sealed by the organisation's data key; `conn` is the transaction where the organisation may have
/// been made in it.
pub async fn open_key<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    place: &Place,
    sealed: &[u8],
) -> AppResult<Key> {
    let key = match ctx.keys.data_key(organisation_id) {
        Some(key) => key,
        None => load(ctx, conn, organisation_id).await?,
    };
    Ok(key.unwrap(place, sealed)?)
}

/// The organisation's data key to seal with, in the transaction that writes what is sealed.
pub async fn sealing_key(ctx: &Ctx, tx: &Tx, organisation_id: i64) -> AppResult<Key> {
    match ctx.keys.data_key(organisation_id) {
        Some(key) => Ok(key),
        None => load(ctx, tx.conn(), organisation_id).await,
    }
}

async fn load<C: ConnectionTrait>(ctx: &Ctx, conn: &C, organisation_id: i64) -> AppResult<Key> {
    let sql = "SELECT uid, data_key_sealed FROM organisation WHERE id = $1";
    let row = conn
        .query_one_raw(ctx.db.stmt(sql, [organisation_id.into()]))
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let malformed = |e: sea_orm::DbErr| internal(&e);
    let uid: String = row.try_get("", "uid").map_err(malformed)?;
    let sealed: Vec<u8> = row.try_get("", "data_key_sealed").map_err(malformed)?;
    let key = ctx
        .keys
        .master()
        .unwrap(&KeyRing::data_key_place(&uid), &sealed)?;
    ctx.keys.keep(organisation_id, key.clone());
    Ok(key)
}
