//! Rule 18: network addresses go after ten days; the chain holds without them.
use crate::kernel::{AppResult, Timestamp, server::Ctx};
use sea_orm::ConnectionTrait;

/// How long addresses are kept.
pub const ADDRESS_DAYS: i64 = 10;

/// Rows a transaction: on SQLite nobody else writes meanwhile.
const CHUNK: u64 = 5_000;

/// Erases addresses that are due, and their salts with them: what stays in the chain can then not be guessed back.
/// `shorter` are organisations with a shorter period, and its days. Answers how many.
pub async fn erase_addresses(ctx: &Ctx, shorter: &[(i64, u32)]) -> AppResult<u64> {
    let mut erased = erase(ctx, ADDRESS_DAYS, None).await?;
    for (organisation_id, days) in shorter {
        erased += erase(ctx, i64::from(*days), Some(*organisation_id)).await?;
    }
    if erased > 0 && !ctx.db.is_sqlite() {
        // dead rows would keep them
        ctx.db.conn().execute_unprepared("VACUUM audit_entry").await?;
    }
    Ok(erased)
}

async fn erase(ctx: &Ctx, days: i64, organisation_id: Option<i64>) -> AppResult<u64> {
    let due = ctx.now().plus(-days * Timestamp::DAY).0;
    let whose = organisation_id.map_or_else(String::new, |id| format!(" AND organisation_id = {id}"));
    let sql = format!(
        "UPDATE audit_entry SET address = NULL, address_salt = NULL WHERE id IN \
         (SELECT id FROM audit_entry WHERE address IS NOT NULL AND at <= $1{whose} LIMIT {CHUNK})"
    );
    let mut erased = 0;
    loop {
        let tx = ctx.db.begin().await?;
        let now = tx.exec(&sql, [due.into()]).await?;
        tx.commit().await?;
        erased += now;
        if now < CHUNK {
            return Ok(erased);
        }
    }
}
