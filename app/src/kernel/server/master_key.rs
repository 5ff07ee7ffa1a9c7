//! The master key at work. It may be changed by `fanfare keys rotate` while this process runs: it notices when it wraps
//! something, and when something does not open.
use super::{
    Ctx, Tx,
    faults::internal,
    secret::{Key, Place},
};
use crate::kernel::AppResult;
use sea_orm::{ConnectionTrait, DbErr, Statement};

const ROW: i64 = 1;
const KNOWN: &[u8] = b"fanfare master key check";
/// How often keys are read again that change while they are read.
pub(super) const TRIES: usize = 5;

fn place() -> Place {
    Place::new("installation", "key_check", ROW)
}

/// The known value that tells whether a master key fits.
pub fn key_check(ctx: &Ctx, master: &Key) -> Vec<u8> {
    master.seal(&*ctx.rng, &place(), KNOWN)
}

fn fits(master: &Key, check: &[u8]) -> bool {
    master
        .open(&place(), check)
        .is_ok_and(|known| known.as_slice() == KNOWN)
}

/// Which of some master keys fits the database behind a connection, whatever its schema.
pub async fn fitting_of<C: ConnectionTrait>(
    conn: &C,
    mut keys: impl Iterator<Item = Key>,
) -> Result<Option<Key>, DbErr> {
    let check = stored_check(conn, "").await?;
    Ok(check.and_then(|check| keys.find(|key| fits(key, &check))))
}

async fn stored_check<C: ConnectionTrait>(conn: &C, lock: &str) -> Result<Option<Vec<u8>>, DbErr> {
    let sql = format!("SELECT key_check FROM installation WHERE id = {ROW}{lock}");
    let row = conn.query_one_raw(Statement::from_string(conn.get_database_backend(), sql));
    row.await?.map(|row| row.try_get_by_index(0)).transpose()
}

/// Whether the master key fits this database; a new database takes the key it sees first.
pub async fn check_master_key(ctx: &Ctx) -> AppResult<bool> {
    if stored_check(ctx.db.conn(), "").await?.is_some() {
        return Ok(fitting_master(ctx, ctx.db.conn(), "").await?.is_some());
    }
    let tx = ctx.db.begin().await?;
    // nothing when another process was quicker: its key counts
    let sql =
        "INSERT INTO installation (id, key_check, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    let check = key_check(ctx, &ctx.keys.master());
    tx.exec(sql, [ROW.into(), check.into(), ctx.now().0.into()])
        .await?;
    tx.commit().await?;
    Ok(fitting_master(ctx, ctx.db.conn(), "").await?.is_some())
}

/// The master key that fits now: the one in memory, or one that its file has got since. The ring keeps it.
pub async fn fitting_master<C: ConnectionTrait>(ctx: &Ctx, conn: &C, lock: &str) -> AppResult<Option<Key>> {
    // the file may get its new name just while it is looked for
    for _ in 0..TRIES {
        let Some(check) = stored_check(conn, lock).await? else {
            return Ok(None);
        };
        if let Some(key) = ctx.keys.masters().find(|key| fits(key, &check)) {
            ctx.keys.set_master(key.clone());
            return Ok(Some(key));
        }
    }
    Ok(None)
}

/// The master key to wrap with in this transaction; until it ends, nobody changes the key.
pub async fn wrapping_master(ctx: &Ctx, tx: &Tx) -> AppResult<Key> {
    let lock = if tx.is_sqlite() { "" } else { " FOR UPDATE" };
    fitting_master(ctx, tx.conn(), lock)
        .await?
        .ok_or_else(|| internal(&"the master key does not fit the database any more"))
}
