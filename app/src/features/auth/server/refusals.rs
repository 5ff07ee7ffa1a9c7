//! Refused passwords leave a trace: in the server's log, and in the audit log of whose account it was.
//!
//! At the sign-in nobody may learn from the time an answer takes whether the account exists. So the call only notes what was
//! typed; whether there is such an account, a worker finds out later.
use super::{guard::Visit, organisation::administrator_by_email};
use crate::features::audit::server::{Who, record};
use crate::kernel::{
    AppResult,
    server::{Ctx, Tx, faults::internal, jobs},
};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Jobs in one round.
const AT_ONCE: u32 = 50;

/// Who was named at a sign-in, and from where.
#[derive(Serialize, Deserialize)]
struct Refused {
    email: String,
    address: Option<String>,
}

/// Notes a sign-in that was refused, the same whether the account exists or not.
pub(super) async fn note(ctx: &Ctx, visit: &Visit, email: String) -> AppResult<()> {
    let address = visit.address.clone();
    tracing::warn!(
        address = address.as_deref().unwrap_or("unknown"),
        "a sign-in was refused"
    );
    // an address that no account can have is not worth a row
    if email.is_empty() || email.len() > 254 {
        return Ok(());
    }
    let payload = serde_json::to_vec(&Refused { email, address }).map_err(|e| internal(&e))?;
    let tx = ctx.db.begin().await?;
    jobs::enqueue(&tx, jobs::REFUSED_SIGN_IN, payload, ctx.now().0).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    Ok(())
}

/// Records refused sign-ins of accounts that exist; answers how many jobs there were.
pub async fn run_refusal_jobs(ctx: &Ctx, holder: &str) -> AppResult<usize> {
    let jobs = jobs::lease(ctx, holder, jobs::REFUSED_SIGN_IN, AT_ONCE).await?;
    for job in &jobs {
        let refused: Option<Refused> = serde_json::from_slice(&job.payload).ok();
        let found = match &refused {
            Some(refused) => administrator_by_email(ctx, &refused.email).await?,
            None => None,
        };
        let tx = ctx.db.begin().await?;
        if let Some(row) = found {
            // who it was, nobody knows
            let who = Who {
                address: refused.and_then(|r| r.address),
                ..Who::job(row.organisation_id)
            };
            record_refusal(ctx, &tx, &who, &row.uid).await?;
        }
        jobs::done(&tx, job.id).await?;
        tx.commit().await?;
    }
    Ok(jobs.len())
}

/// Records that somebody who is signed in has typed a wrong password.
pub(super) async fn record_one(ctx: &Ctx, who: &Who, uid: &str) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    record_refusal(ctx, &tx, who, uid).await?;
    tx.commit().await
}

async fn record_refusal(ctx: &Ctx, tx: &Tx, who: &Who, uid: &str) -> AppResult<()> {
    record(ctx, tx, who, "session.refused", uid, json!({ "by": "password" })).await
}
