//! Public keys: fetched in bulk, cached with their age, and never changed silently.
use super::{
    bulk::{hex_bytes, json_rows},
    pages::{find_recipient, fingerprint, recipient_of},
    service::tell,
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    gateway::{
        server::{Account, BULK_PUBLIC_KEYS, CallError, GatewayClient, SenderKeys},
        wire::{PrivateKey, PublicKey},
    },
    identities::server::{
        Identity, find as find_identity, find_by_id, open_gateway_secret, open_private_key,
    },
    recipients::model::{Recipient, RecipientState},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, ThreemaId, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal, jobs},
};
use sea_orm::{ConnectionTrait, FromQueryResult};
use std::{collections::HashMap, sync::Arc};

/// How long a key is used without asking again (reference/threema-gateway.md section 1.7).
pub const KEY_AGE_MS: i64 = 24 * Timestamp::HOUR;
/// Chunks that one round of [`run_key_jobs`] fetches for one identity, so that the others get their turn.
const CHUNKS_A_ROUND: usize = 20;

#[derive(FromQueryResult)]
struct Due {
    id: i64,
    threema_id: String,
    public_key: Option<Vec<u8>>,
    key_checked_at: i64,
    has_shared: bool,
}

/// What [`Due`] reads.
const DUE: &str = "SELECT id, threema_id, public_key, key_checked_at, shared_key_stored IS NOT NULL AS has_shared FROM recipient";

impl Due {
    /// The shared key is derived now, while nobody waits, when this is the recipient's first key or none is stored.
    fn wants_shared(&self, key: &PublicKey) -> bool {
        match &self.public_key {
            None => true,
            Some(known) => !self.has_shared && known == key.as_bytes(),
        }
    }
}

/// Fetches the keys of the identity's recipients that have none or one older than 24 hours; answers how many were
/// asked for.
///
/// # Errors
/// [`ErrorCode::GatewayAway`], [`ErrorCode::GatewayRefused`]; what was fetched until then stays.
pub async fn fetch_keys(ctx: &Ctx, identity: &Identity) -> AppResult<usize> {
    let before = ctx.now().0 - KEY_AGE_MS;
    fetch_rounds(ctx, identity, before, usize::MAX).await
}

/// Refreshes the keys of these recipients where they are missing or older than 24 hours; answers how many were asked
/// for. The fan-out calls it before it seals.
///
/// # Errors
/// As [`fetch_keys`].
pub async fn refresh_keys_for(ctx: &Ctx, identity: &Identity, recipient_ids: &[i64]) -> AppResult<usize> {
    let before = ctx.now().0 - KEY_AGE_MS;
    let mut asked = 0;
    for chunk in recipient_ids.chunks(BULK_PUBLIC_KEYS) {
        let ids: Vec<_> = chunk.iter().map(i64::to_string).collect();
        let sql = format!(
            "{DUE} WHERE identity_id = $1 AND key_checked_at < $2 AND id IN ({})",
            ids.join(",")
        );
        let due = due(ctx, &sql, [identity.id.into(), before.into()]).await?;
        asked += due.len();
        if !due.is_empty() {
            fetch_chunk(ctx, identity, due).await?;
        }
    }
    if asked > 0 {
        tell(ctx, identity);
    }
    Ok(asked)
}

/// Fetches the keys of recipients that were just added, of all identities; answers how many were asked for. 0: nothing
/// is left, another process is at it, or no gateway answers (which is logged): the caller should wait before it calls
/// again. Of the processes on one database only one at a time asks for an identity (`holder` names this one).
pub async fn run_key_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let sql = "SELECT id FROM identity WHERE EXISTS (SELECT 1 FROM recipient \
               WHERE recipient.identity_id = identity.id AND recipient.key_checked_at < $1) ORDER BY id";
    let rows = ctx
        .db
        .conn()
        .query_all_raw(ctx.db.stmt(sql, [1i64.into()]))
        .await?;
    let mut asked = 0;
    for row in rows {
        let id: i64 = row.try_get("", "id")?;
        let payload = serde_json::to_vec(&id).map_err(|e| internal(&e))?;
        let Some(job) = jobs::claim(ctx, holder, jobs::FETCH_KEYS, payload).await? else {
            continue;
        };
        let identity = find_by_id(ctx, id).await?;
        match fetch_rounds(ctx, &identity, 1, CHUNKS_A_ROUND).await {
            Ok(n) => asked += n,
            Err(error) => {
                tracing::warn!(identity = identity.threema_id, %error, "public keys could not be fetched");
            }
        }
        jobs::give_up(ctx, job).await?;
    }
    Ok(asked)
}

/// Takes the held recipient's new key, when it is still the one with that fingerprint.
///
/// # Errors
/// [`ErrorCode::WrongState`] when the recipient is not held; [`ErrorCode::Changed`] when the gateway has given yet
/// another key since the person looked.
pub async fn accept_key(
    ctx: Ctx,
    granted: Granted<cap::ManageRecipients>,
    identity: Uid,
    recipient: ThreemaId,
    new_fingerprint: String,
) -> AppResult<Recipient> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let row = find_recipient(&ctx, identity.id, &recipient).await?;
    let (Some(known), Some(new)) = (&row.public_key, &row.new_public_key) else {
        return Err(ErrorCode::WrongState.into());
    };
    if row.state != RecipientState::KeyChanged.number() {
        return Err(ErrorCode::WrongState.into());
    }
    if fingerprint(new) != new_fingerprint {
        return Err(ErrorCode::Changed.into());
    }
    // what cannot be used for sealing does not get in, whoever accepts it
    PublicKey::from_bytes(new).map_err(|_| ErrorCode::WrongState)?;
    let tx = ctx.db.begin().await?;
    let sql = "UPDATE recipient SET public_key = new_public_key, new_public_key = NULL, shared_key_stored = NULL, state = $1 \
               WHERE id = $2 AND state = $3 AND new_public_key = $4";
    let values = [
        RecipientState::Reachable.number().into(),
        row.id.into(),
        RecipientState::KeyChanged.number().into(),
        new.clone().into(),
    ];
    if tx.exec(sql, values).await? == 0 {
        return Err(ErrorCode::Changed.into());
    }
    let detail = serde_json::json!({
        "threemaId": recipient,
        "before": { "publicKey": fingerprint(known) }, "after": { "publicKey": new_fingerprint },
    });
    record(
        &ctx,
        &tx,
        granted.who(),
        "recipient.accept-key",
        &identity.uid,
        detail,
    )
    .await?;
    // deliveries that were held may go now
    let payload = serde_json::to_vec(&row.id).map_err(|e| internal(&e))?;
    jobs::enqueue(&tx, jobs::KEY_ACCEPTED, payload, ctx.now().0).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    ctx.work.notify_waiters();
    recipient_of(find_recipient(&ctx, identity.id, &recipient).await?)
}

async fn due(ctx: &Ctx, sql: &str, values: [sea_orm::Value; 2]) -> AppResult<Vec<Due>> {
    let statement = ctx.db.stmt(sql, values);
    Ok(Due::find_by_statement(statement).all(ctx.db.conn()).await?)
}

async fn fetch_rounds(ctx: &Ctx, identity: &Identity, before: i64, chunks: usize) -> AppResult<usize> {
    let sql = format!(
        "{DUE} WHERE identity_id = $1 AND key_checked_at < $2 \
         ORDER BY key_checked_at, id LIMIT {BULK_PUBLIC_KEYS}"
    );
    let mut asked = 0;
    for _ in 0..chunks {
        let due = due(ctx, &sql, [identity.id.into(), before.into()]).await?;
        if due.is_empty() {
            break;
        }
        asked += due.len();
        fetch_chunk(ctx, identity, due).await?;
    }
    if asked > 0 {
        tell(ctx, identity);
    }
    Ok(asked)
}

/// Asks for one chunk and writes all answers by one statement. No transaction is open while the gateway is asked.
async fn fetch_chunk(ctx: &Ctx, identity: &Identity, due: Vec<Due>) -> AppResult<()> {
    let account = Account {
        threema_id: identity
            .threema_id
            .parse()
            .map_err(|_| internal(&"a stored identity is malformed"))?,
        secret: open_gateway_secret(ctx, identity).await?,
    };
    let ids: Vec<ThreemaId> = due.iter().filter_map(|d| d.threema_id.parse().ok()).collect();
    let keys: HashMap<ThreemaId, PublicKey> = GatewayClient::of(ctx)
        .pubkeys_bulk(&account, &ids)
        .await
        .map_err(|e| gateway_fault(&e))?
        .into_iter()
        .collect();
    let private = open_private_key(ctx, identity).await?;
    let rng = Arc::clone(&ctx.rng);
    let deriving = move || {
        let sender = SenderKeys::new(PrivateKey::from_bytes(*private.expose()));
        let row = |d: Due| {
            let key = d.threema_id.parse().ok().and_then(|id| keys.get(&id));
            let stored = key
                .filter(|k| d.wants_shared(k))
                .map(|k| hex::encode(sender.store_shared(&*rng, k)));
            let key = key.map(|k| hex::encode(k.as_bytes()));
            serde_json::json!([d.id, key, stored, d.key_checked_at])
        };
        due.into_iter().map(row).collect()
    };
    let rows = tokio::task::spawn_blocking(deriving)
        .await
        .map_err(|e| internal(&e))?;
    save_keys(ctx, rows).await
}

/// What the gateway said, laid against what we have: the same key or a first one is taken; another one is kept aside
/// and holds the recipient; none means unknown, or revoked where there was one. Where somebody else has written an answer
/// since the gateway was asked, theirs stays: ours may be the older one.
async fn save_keys(ctx: &Ctx, rows: Vec<serde_json::Value>) -> AppResult<()> {
    use RecipientState::{KeyChanged, Reachable, Revoked, Unknown};
    let tx = ctx.db.begin().await?;
    let sqlite = tx.is_sqlite();
    let sql = format!(
        "UPDATE recipient SET \
         state = CASE WHEN g.k IS NULL AND public_key IS NULL THEN {} WHEN g.k IS NULL THEN {} \
           WHEN public_key IS NULL OR public_key = g.k THEN {} ELSE {} END, \
         new_public_key = CASE WHEN public_key <> g.k THEN g.k END, \
         public_key = COALESCE(public_key, g.k), shared_key_stored = COALESCE(g.s, shared_key_stored), key_checked_at = $2 \
         FROM (SELECT CAST(value ->> 0 AS BIGINT) AS id, {} AS k, {} AS s, CAST(value ->> 3 AS BIGINT) AS seen FROM {} AS j) AS g \
         WHERE recipient.id = g.id AND recipient.key_checked_at = g.seen",
        Unknown.number(),
        Revoked.number(),
        Reachable.number(),
        KeyChanged.number(),
        hex_bytes(sqlite, "value ->> 1"),
        hex_bytes(sqlite, "value ->> 2"),
        json_rows(sqlite, "$1"),
    );
    let json = serde_json::Value::Array(rows).to_string();
    tx.exec(&sql, [json.into(), ctx.now().0.into()]).await?;
    tx.commit().await
}

fn gateway_fault(error: &CallError) -> AppError {
    tracing::warn!(%error, "public keys could not be fetched");
    match error {
        CallError::Unauthorized => ErrorCode::GatewayRefused.into(),
        _ => ErrorCode::GatewayAway.into(),
    }
}
