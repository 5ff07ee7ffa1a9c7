//! Handing out a private key: the one way besides a backup in which it leaves the server.
use super::{keys::open_private_key, store};
use crate::features::{audit::server::record, auth::server::Granted, identities::model::PrivateKeyFile};
use crate::kernel::{AppResult, Uid, permission::cap, server::Ctx};

/// The private key as a text file. Needs a fresh sign-in in the cockpit; an API key never gets it.
pub async fn export_private_key(
    ctx: Ctx,
    granted: Granted<cap::ExportPrivateKeys>,
    identity: Uid,
) -> AppResult<PrivateKeyFile> {
    granted.fresh(ctx.now())?;
    let row = store::find(&ctx, &granted, &identity).await?;
    let key = open_private_key(&ctx, &row).await?;
    // before it is handed out: a key that left without an entry must not be
    let tx = ctx.db.begin().await?;
    let detail = serde_json::json!({ "threemaId": row.threema_id });
    record(&ctx, &tx, granted.who(), "identity.export-key", &row.uid, detail).await?;
    tx.commit().await?;
    Ok(PrivateKeyFile {
        name: format!("{}.private-key.txt", row.threema_id.trim_start_matches('*')),
        text: format!(
            "# Private key of the Threema ID {}\n\
             # Whoever has it can read what is sent to this ID and write in its name.\n\
             # Keep it like a master key; it cannot be changed without a new ID.\n\
             private:{}\n",
            row.threema_id,
            hex::encode(key.expose())
        ),
    })
}
