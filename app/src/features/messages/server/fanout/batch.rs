//! One batch: load, check keys, seal, send, write.
use super::{
    Fanout,
    lease::Lease,
    outcome::{Outcome, Whole},
    results::{self, Row},
};
use crate::features::{
    gateway::{
        server::{Job, Outgoing, Plaintext, SenderKeys, seal_batch},
        wire::{Content, PrivateKey, PublicKey},
    },
    identities::server::{self as identities, Identity},
    messages::{
        model::{PauseReason, Reason, Texts},
        server::{body, entity},
    },
    plans::server as plans,
    recipients::server as recipients,
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, ThreemaId,
    server::{Ctx, faults::internal},
};
use sea_orm::{EntityTrait, FromQueryResult};
use std::collections::BTreeMap;

/// A pending delivery as it is loaded.
#[derive(FromQueryResult)]
struct Pending {
    seq: i64,
    recipient_id: i64,
    threema_id: String,
    language: String,
    public_key: Option<Vec<u8>>,
    recipient_key: Option<Vec<u8>>,
    shared_key_stored: Option<Vec<u8>>,
    recipient_state: i64,
    key_checked_at: Option<i64>,
}

/// Works on a batch to its end; an error means that no result could be written.
pub async fn work(fanout: &Fanout, lease: &Lease) -> AppResult<()> {
    let ctx = &fanout.ctx;
    let message = entity::Entity::find_by_id(lease.message_id)
        .one(ctx.db.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let identity = identities::find_by_id(ctx, message.identity_id).await?;
    if plans::active_plan(ctx.db.conn(), identity.id, ctx.now())
        .await?
        .is_none()
    {
        return results::write(fanout, lease, &identity, &[], &Whole::PlanEnded).await;
    }
    let pending = match load_checked(ctx, &identity, lease).await? {
        Ok(pending) => pending,
        Err(whole) => return results::write(fanout, lease, &identity, &[], &whole).await,
    };
    let (mut rows, ready) = sort(pending);
    if ready.is_empty() {
        return results::write(fanout, lease, &identity, &rows, &Whole::Answered).await;
    }
    let texts = body::texts(ctx, identity.organisation_id, &message).await?;
    let account = identities::account(ctx, &identity).await?;
    let seqs: Vec<i64> = ready.iter().map(|r| r.seq).collect();
    let outgoing = seal(fanout, &identity, &message, texts, ready).await?;
    let whole = match fanout.gateway.send_e2e_bulk(&account, outgoing, false).await {
        Ok(items) => {
            let whole = Whole::of(&items);
            rows.extend(seqs.into_iter().zip(items).map(|(seq, item)| Row {
                seq,
                outcome: Outcome::of(item),
            }));
            whole
        }
        Err(error) => Whole::failed(error),
    };
    results::write(fanout, lease, &identity, &rows, &whole).await
}

async fn load(ctx: &Ctx, lease: &Lease) -> AppResult<Vec<Pending>> {
    let sql = "SELECT d.seq AS seq, d.recipient_id AS recipient_id, r.threema_id AS threema_id, d.language AS language,
                      d.public_key AS public_key, r.public_key AS recipient_key, r.shared_key_stored AS shared_key_stored, r.state AS recipient_state, r.key_checked_at AS key_checked_at
               FROM delivery d JOIN recipient r ON r.id = d.recipient_id
               WHERE d.message_id = $1 AND d.seq >= $2 AND d.seq < $3 AND d.state = 0 ORDER BY d.seq";
    let values = [lease.message_id.into(), lease.first().into(), lease.end().into()];
    Ok(Pending::find_by_statement(ctx.db.stmt(sql, values))
        .all(ctx.db.conn())
        .await?)
}

/// The pending deliveries with keys no older than a day; what it means for the batch when keys are due and the gateway does
/// not give them.
async fn load_checked(
    ctx: &Ctx,
    identity: &Identity,
    lease: &Lease,
) -> AppResult<Result<Vec<Pending>, Whole>> {
    let pending = load(ctx, lease).await?;
    let before = ctx.now().0 - recipients::KEY_AGE_MS;
    let due: Vec<i64> = pending
        .iter()
        .filter(|p| p.recipient_key.is_none() || p.key_checked_at.is_none_or(|at| at < before))
        .map(|p| p.recipient_id)
        .collect();
    if due.is_empty() {
        return Ok(Ok(pending));
    }
    match recipients::refresh_keys_for(ctx, identity, &due).await {
        Ok(_) => Ok(Ok(load(ctx, lease).await?)),
        Err(error) if error.code == ErrorCode::GatewayRefused => {
            Ok(Err(Whole::Pause(PauseReason::Unauthorized)))
        }
        Err(error) if error.code == ErrorCode::GatewayAway => Ok(Err(Whole::away())),
        Err(error) => Err(error),
    }
}

struct Ready {
    seq: i64,
    to: ThreemaId,
    key: PublicKey,
    stored: Option<Vec<u8>>,
    language: LanguageCode,
}

/// Parts those that can be sealed from those that are left out or held.
fn sort(pending: Vec<Pending>) -> (Vec<Row>, Vec<Ready>) {
    let (mut rows, mut ready) = (Vec::new(), Vec::with_capacity(pending.len()));
    for p in pending {
        // the recipient's key changes only when somebody accepts the new one; the frozen one is the same until then
        let key = p.recipient_key.as_ref().or(p.public_key.as_ref());
        let key = key.and_then(|k| PublicKey::from_bytes(k).ok());
        let outcome = match (p.recipient_state, key, p.threema_id.parse(), p.language.parse()) {
            (4, ..) => Outcome::Skipped(Reason::Revoked),
            (2, ..) => Outcome::Skipped(Reason::UnknownId),
            (3, ..) => Outcome::Held,
            (_, Some(key), Ok(to), Ok(language)) => {
                ready.push(Ready {
                    seq: p.seq,
                    to,
                    key,
                    stored: p.shared_key_stored,
                    language,
                });
                continue;
            }
            _ => Outcome::Skipped(Reason::UnknownId),
        };
        rows.push(Row { seq: p.seq, outcome });
    }
    (rows, ready)
}

/// Seals off the async threads, on all cores.
async fn seal(
    fanout: &Fanout,
    identity: &Identity,
    message: &entity::Model,
    texts: Texts,
    ready: Vec<Ready>,
) -> AppResult<Vec<Outgoing>> {
    let private = identities::open_private_key(&fanout.ctx, identity).await?;
    let sender = SenderKeys::new(PrivateKey::from_bytes(*private.expose()));
    let nonce_seed: [u8; 16] = message
        .nonce_seed
        .as_slice()
        .try_into()
        .map_err(|_| internal(&"a nonce seed is not 16 bytes long"))?;
    let sealing = move || {
        let variants: BTreeMap<LanguageCode, Plaintext> = texts
            .into_iter()
            .map(|(l, text)| (l, Plaintext::new(&Content::Text(text))))
            .collect();
        let jobs: Option<Vec<Job<'_>>> = ready
            .iter()
            .map(|r| {
                // one whose variant is missing gets another one rather than that nobody of the batch gets any
                let plaintext = variants.get(&r.language).or_else(|| variants.values().next())?;
                Some(Job {
                    recipient: r.key,
                    stored: r.stored.as_deref(),
                    nonce_seed,
                    seq: r.seq.unsigned_abs(),
                    plaintext,
                })
            })
            .collect();
        let boxes = seal_batch(&sender, &jobs?);
        let outgoing = |(r, sealed): (&Ready, _)| Outgoing {
            to: r.to,
            sealed,
            no_push: false,
            no_delivery_receipts: false,
            group: false,
        };
        Some(ready.iter().zip(boxes).map(outgoing).collect())
    };
    let _place = fanout.sealing.acquire().await.map_err(|e| internal(&e))?;
    let sealed = tokio::task::spawn_blocking(sealing)
        .await
        .map_err(|e| internal(&e))?;
    sealed.ok_or_else(|| internal(&"a delivery's text variant is gone"))
}
