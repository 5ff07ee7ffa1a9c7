//! Sending codes. The code itself stays where it is sealed; the job only names it.
use super::text;
use crate::features::{
    auth::server::{CodeToSend, code_to_send},
    gateway::{
        server::{GatewayClient, ItemResult, Job as Sealing, Outgoing, Plaintext, SenderKeys, seal_batch},
        wire::{Content, PrivateKey},
    },
    identities::server::{self as identities, Identity},
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    server::{
        Ctx,
        jobs::{self, Job},
    },
};
use std::time::Duration;

/// Codes that one round sends.
const ROUND: u32 = 20;
/// How often one is tried: after that, who waits asks for another.
const TRIES: i64 = 4;
/// Somebody is waiting: a slow gateway counts as away.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Sends the codes that are due; answers how many jobs there were.
pub async fn run_code_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let jobs = jobs::lease(ctx, holder, jobs::SIGN_IN_CODE, ROUND).await?;
    for job in &jobs {
        let result = deal(ctx, job).await;
        let tx = ctx.db.begin().await?;
        match result {
            Err(error) if job.attempts < TRIES => {
                tracing::warn!(%error, attempts = job.attempts, "a code for signing in waits");
                let pause = Timestamp::SECOND << job.attempts.clamp(0, 6);
                jobs::later(&tx, job.id, ctx.now().plus(pause).0).await?;
            }
            result => {
                if let Err(error) = result {
                    tracing::error!(%error, "a code for signing in was not sent");
                }
                jobs::done(&tx, job.id).await?;
            }
        }
        tx.commit().await?;
    }
    Ok(jobs.len())
}

async fn deal(ctx: &Ctx, job: &Job) -> AppResult<()> {
    let Some(code) = code_to_send(ctx, &job.payload).await? else {
        return Ok(());
    };
    let mut last = ErrorCode::GatewayRefused.into();
    for identity in identities::all(ctx, code.organisation_id).await? {
        match send(ctx, &identity, &code).await {
            Ok(()) => return Ok(()),
            // another Broadcast ID may have credits left
            Err(error) => last = error,
        }
    }
    Err(last)
}

async fn send(ctx: &Ctx, identity: &Identity, code: &CodeToSend) -> AppResult<()> {
    let account = identities::account(ctx, identity).await?;
    let private = identities::open_private_key(ctx, identity).await?;
    let keys = SenderKeys::new(PrivateKey::from_bytes(*private.expose()));
    let gateway = GatewayClient::of(ctx).with_timeout(TIMEOUT);
    let away = |error| {
        tracing::warn!(%error, "the gateway takes no code");
        ErrorCode::GatewayAway
    };
    let recipient = gateway.pubkey(&account, &code.threema_id).await.map_err(away)?;
    let text = Content::Text(text::message(code.language, &code.code));
    let plaintext = Plaintext::new(&text);
    let sealing = Sealing {
        recipient,
        stored: None,
        nonce_seed: ctx.rng.array(),
        seq: 0,
        plaintext: &plaintext,
    };
    let boxes = seal_batch(&keys, &[sealing]);
    let outgoing: Vec<_> = boxes
        .into_iter()
        .map(|sealed| Outgoing {
            to: code.threema_id,
            sealed,
            no_push: false,
            no_delivery_receipts: true,
            group: false,
        })
        .collect();
    let results = gateway
        .send_e2e_bulk(&account, &outgoing, false)
        .await
        .map_err(away)?;
    match results.first() {
        Some(ItemResult::Accepted(_)) => Ok(()),
        _ => Err(ErrorCode::GatewayRefused.into()),
    }
}
