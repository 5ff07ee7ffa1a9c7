//! Rule 18: network addresses go after ten days; the chain holds without them.
use crate::kernel::{AppResult, Timestamp, server::Ctx};

/// How long addresses are kept.
pub const ADDRESS_DAYS: i64 = 10;

/// Rows a transaction: on SQLite nobody else writes meanwhile.
const CHUNK: u64 = 5_000;

/// Erases addresses that are due, and their salts with them: what stays in the chain can then not be guessed back.
/// Answers how many.
pub async fn erase_addresses(ctx: &Ctx) -> AppResult<u64> {
    let due = ctx.now().plus(-ADDRESS_DAYS * Timestamp::DAY).0;
    let sql = format!(
        "UPDATE audit_entry SET address = NULL, address_salt = NULL WHERE id IN \
         (SELECT id FROM audit_entry WHERE address IS NOT NULL AND at <= $1 LIMIT {CHUNK})"
    );
    let mut erased = 0;
    loop {
        let tx = ctx.db.begin().await?;
        let now = tx.exec(&sql, [due.into()]).await?;
        tx.commit().await?;
        erased += now;
        if now < CHUNK {
            break;
        }
    }
    if erased > 0 && !ctx.db.is_sqlite() {
        use sea_orm::ConnectionTrait;
        // dead rows would keep them
        ctx.db.conn().execute_unprepared("VACUUM audit_entry").await?;
    }
    Ok(erased)
}
