//! The organisations' data keys at work. They may be changed by `fanfare keys rotate` while this process runs: it notices
//! when it seals, and when something does not open.
use super::{
    Ctx, Tx,
    faults::internal,
    master_key::{TRIES, fitting_master},
    secret::{DataKeys, DoesNotOpen, Key, KeyRing, Place},
};
use crate::kernel::{AppResult, ErrorCode};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::sync::Arc;
use zeroize::Zeroizing;

/// An organisation's data keys as they stand in its row.
#[derive(Debug, FromQueryResult)]
pub struct Wrapped {
    /// Names the organisation.
    pub uid: String,
    /// The present one
    pub data_key_sealed: Vec<u8>,
    /// The one that is being replaced
    pub previous_key_sealed: Option<Vec<u8>>,
}

/// Reads the row.
pub async fn wrapped<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    lock: &str,
) -> AppResult<Wrapped> {
    let sql =
        format!("SELECT uid, data_key_sealed, previous_key_sealed FROM organisation WHERE id = $1{lock}");
    Wrapped::find_by_statement(ctx.db.stmt(&sql, [organisation_id.into()]))
        .one(conn)
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

impl Wrapped {
    /// Opens the keys.
    pub fn unwrap(self, master: &Key) -> Result<DataKeys, DoesNotOpen> {
        let current = master.unwrap(&KeyRing::data_key_place(&self.uid), &self.data_key_sealed)?;
        let previous = self.previous_key_sealed.as_deref();
        let previous = previous.map(|sealed| master.unwrap(&KeyRing::previous_key_place(&self.uid), sealed));
        Ok(DataKeys {
            wrapped: self.data_key_sealed,
            current,
            earlier: previous.transpose()?.into_iter().collect(),
        })
    }
}

/// Opens an organisation's data keys as they stand now.
pub async fn load_data_keys<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
) -> AppResult<Arc<DataKeys>> {
    // the master key may be changed between the two statements
    for _ in 0..TRIES {
        let row = wrapped(ctx, conn, organisation_id, "").await?;
        let Some(master) = fitting_master(ctx, conn, "").await? else {
            return Err(internal(&"the master key does not fit the database any more"));
        };
        if let Ok(keys) = row.unwrap(&master) {
            return Ok(ctx.keys.keep(organisation_id, keys));
        }
    }
    Err(DoesNotOpen.into())
}

/// Opens a value that is sealed by the organisation's data key; `conn` is the transaction where the organisation may have
/// been made in it.
pub async fn open_sealed<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    place: &Place,
    sealed: &[u8],
) -> AppResult<Zeroizing<Vec<u8>>> {
    if let Some(keys) = ctx.keys.data_keys(organisation_id)
        && let Some(plain) = keys.open(place, sealed)
    {
        return Ok(plain);
    }
    // not opened yet in this process, or the key was changed by another
    let keys = load_data_keys(ctx, conn, organisation_id).await?;
    keys.open(place, sealed).ok_or_else(|| DoesNotOpen.into())
}

/// Opens a key that is sealed by the organisation's data key.
pub async fn open_key<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    organisation_id: i64,
    place: &Place,
    sealed: &[u8],
) -> AppResult<Key> {
    let bytes = open_sealed(ctx, conn, organisation_id, place, sealed).await?;
    Key::from_bytes(&bytes).ok_or_else(|| DoesNotOpen.into())
}

/// The organisation's data key to seal with, in the transaction that writes what is sealed: until that ends, nobody
/// changes the key, so nothing is ever sealed by a key that is gone.
pub async fn sealing_key(ctx: &Ctx, tx: &Tx, organisation_id: i64) -> AppResult<Key> {
    let lock = if tx.is_sqlite() { "" } else { " FOR KEY SHARE" };
    let row = wrapped(ctx, tx.conn(), organisation_id, lock).await?;
    if let Some(keys) = ctx.keys.data_keys(organisation_id)
        && keys.wrapped == row.data_key_sealed
    {
        return Ok(keys.current.clone());
    }
    let keys = load_data_keys(ctx, tx.conn(), organisation_id).await?;
    Ok(keys.current.clone())
}
