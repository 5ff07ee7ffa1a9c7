//! Ten backup codes: shown once, kept as hashes, each good for one sign-in.
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use sha2::{Digest, Sha256};

/// How many there are.
const COUNT: usize = 10;
/// Letters and digits that nobody mixes up: 5 bits each.
const ALPHABET: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
/// 80 random bits, so that a plain hash is safe.
pub const LEN: usize = 16;

fn hash(administrator_id: i64, code: &str) -> String {
    hex::encode(Sha256::digest(format!("{administrator_id}/{code}")))
}

fn shown(code: &str) -> String {
    let parts: Vec<&str> = (0..LEN).step_by(4).map(|i| &code[i..i + 4]).collect();
    parts.join("-")
}

/// New codes in place of the old ones.
pub async fn renew(ctx: &Ctx, tx: &Tx, administrator_id: i64) -> AppResult<Vec<String>> {
    remove(tx, administrator_id).await?;
    let mut codes = Vec::with_capacity(COUNT);
    for _ in 0..COUNT {
        let random: [u8; LEN] = ctx.rng.array();
        let code: String = random
            .iter()
            .map(|b| char::from(ALPHABET[usize::from(*b) % ALPHABET.len()]))
            .collect();
        tx.exec(
            "INSERT INTO backup_code (administrator_id, code_hash) VALUES ($1, $2)",
            [administrator_id.into(), hash(administrator_id, &code).into()],
        )
        .await?;
        codes.push(shown(&code));
    }
    Ok(codes)
}

/// Removes them all.
pub async fn remove(tx: &Tx, administrator_id: i64) -> AppResult<()> {
    let sql = "DELETE FROM backup_code WHERE administrator_id = $1";
    tx.exec(sql, [administrator_id.into()]).await.map(|_| ())
}

/// Takes a code; false when there is none like it, or when it was used.
pub async fn take(ctx: &Ctx, tx: &Tx, administrator_id: i64, code: &str) -> AppResult<bool> {
    let sql = "UPDATE backup_code SET used_at = $1 WHERE administrator_id = $2 AND code_hash = $3 AND used_at IS NULL";
    let values = [
        ctx.now().0.into(),
        administrator_id.into(),
        hash(administrator_id, code).into(),
    ];
    Ok(tx.exec(sql, values).await? == 1)
}

#[derive(FromQueryResult)]
struct Left {
    n: i64,
}

/// How many are left.
pub async fn left(ctx: &Ctx, administrator_id: i64) -> AppResult<u32> {
    let sql = "SELECT COUNT(*) AS n FROM backup_code WHERE administrator_id = $1 AND used_at IS NULL";
    let row = ctx
        .db
        .conn()
        .query_one_raw(ctx.db.stmt(sql, [administrator_id.into()]))
        .await?;
    let row = row.map(|r| Left::from_query_result(&r, "")).transpose()?;
    Ok(row.and_then(|r| u32::try_from(r.n).ok()).unwrap_or_default())
}
