//! The fan-out: turns queued deliveries into boxes and hands them to the gateway, batch by batch.
//!
//! A batch is leased (a committed row), sealed, sent, and its results are written in one transaction that only works
//! while the lease is still ours. A batch that was leased and not written, because the process died or the gateway
//! did not answer, is sent again with the very same nonces and boxes: the phone drops what it has (rule 16).
mod batch;
mod held;
mod lease;
mod outcome;
mod results;

pub use held::key_accepted;
pub use lease::sent_in_doubt;

use crate::features::gateway::server::GatewayClient;
use crate::kernel::{AppResult, server::Ctx};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{Semaphore, watch},
    task::JoinSet,
};

/// Batches that one process has in flight: enough to fill 100 ms of latency, few enough to stay small in memory.
const IN_FLIGHT: usize = 6;
/// How long to wait when nothing is to do and nobody rings.
const IDLE: Duration = Duration::from_secs(1);
/// How long to wait when the database is away.
const DATABASE_AWAY: Duration = Duration::from_secs(2);

/// What the batches of one process share.
#[derive(Debug)]
pub struct Fanout {
    ctx: Ctx,
    /// Names this process in leases.
    holder: String,
    gateway: GatewayClient,
    /// One place a core: sealing more batches at once would only take the time from requests and from the database.
    sealing: Semaphore,
    /// Identities whose account is to be left alone until then (429).
    gates: Mutex<HashMap<i64, i64>>,
    /// Leases whose end could not be written.
    orphans: Mutex<Vec<lease::Lease>>,
}

impl Fanout {
    /// For the process that is called `holder` in leases.
    pub fn new(ctx: Ctx, holder: String) -> Arc<Self> {
        Arc::new(Self {
            gateway: GatewayClient::of(&ctx),
            sealing: Semaphore::new(std::thread::available_parallelism().map_or(1, usize::from)),
            gates: Mutex::default(),
            orphans: Mutex::default(),
            holder,
            ctx,
        })
    }

    /// Works until it is told to stop, then finishes what is in flight.
    pub async fn run(self: Arc<Self>, mut stopped: watch::Receiver<bool>) {
        let mut tasks = JoinSet::new();
        while !*stopped.borrow() {
            let rung = self.ctx.work.notified();
            tokio::pin!(rung);
            // from here on a ring is not missed
            rung.as_mut().enable();
            let wait = match self.fill(&mut tasks).await {
                Ok(wait) => wait,
                Err(error) => {
                    tracing::warn!(%error, "the fan-out waits for the database");
                    DATABASE_AWAY
                }
            };
            tokio::select! {
                Some(_) = tasks.join_next() => {}
                () = rung => {}
                () = tokio::time::sleep(wait) => {}
                _ = stopped.changed() => {}
            }
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Starts as many batches as there is room for; answers how long there is nothing more to do.
    async fn fill(self: &Arc<Self>, tasks: &mut JoinSet<()>) -> AppResult<Duration> {
        self.return_orphans().await?;
        let next = lease::promote(&self.ctx).await?;
        let room = IN_FLIGHT - tasks.len();
        if room > 0 {
            for lease in lease::take(&self.ctx, &self.holder, room, &self.gated()).await? {
                let this = Arc::clone(self);
                tasks.spawn(async move { this.work(lease).await });
            }
        }
        if tasks.is_empty() {
            lease::cancel_left_over(&self.ctx).await?;
        }
        let until_next =
            next.map(|at| Duration::from_millis(u64::try_from(at - self.ctx.now().0).unwrap_or_default()));
        Ok(until_next.unwrap_or(IDLE).min(IDLE))
    }

    async fn work(&self, lease: lease::Lease) {
        if let Err(error) = batch::work(self, &lease).await {
            tracing::warn!(%error, batch = lease.batch, "a batch goes back");
            self.orphans
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(lease);
        }
    }

    /// Frees leases whose batch ended without a result, for example because the database was away.
    async fn return_orphans(&self) -> AppResult<()> {
        let orphans = std::mem::take(&mut *self.orphans.lock().unwrap_or_else(PoisonError::into_inner));
        for (at, orphan) in orphans.iter().enumerate() {
            if let Err(error) = lease::give_back(&self.ctx, orphan).await {
                self.orphans
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .extend_from_slice(&orphans[at..]);
                return Err(error);
            }
        }
        Ok(())
    }

    fn gated(&self) -> Vec<i64> {
        let now = self.ctx.now().0;
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, until| *until > now);
        gates.keys().copied().collect()
    }

    fn gate(&self, identity_id: i64, until: i64) {
        self.gates
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(identity_id, until);
    }
}
