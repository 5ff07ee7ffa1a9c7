//! Leaving nothing behind of what is deleted.
use crate::kernel::{AppResult, server::Tx};

/// Forgets what became of the messages that belong to these; what is on its way still leaves, and goes when it is done.
pub async fn forget_about(tx: &Tx, abouts: &[i64]) -> AppResult<()> {
    for chunk in abouts.chunks(5_000) {
        // numbers of our own: safe inside the statement
        let ids: Vec<String> = chunk.iter().map(i64::to_string).collect();
        let ids = ids.join(",");
        let sql = format!("DELETE FROM answer WHERE about IN ({ids}) AND state <> 0");
        tx.exec(&sql, []).await?;
        let sql = format!("UPDATE answer SET about = NULL WHERE about IN ({ids})");
        tx.exec(&sql, []).await?;
    }
    Ok(())
}
