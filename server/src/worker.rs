//! The background work of a process: fan-out, jobs, clearing away.
use app::{
    features::{
        answers::server::run_answers,
        auth::server::{run_mail_jobs, run_refusal_jobs},
        inbound::server::run_inbound_jobs,
        messages::server::{fanout::Fanout, greet_newcomers, key_accepted},
        recipients::server::run_key_jobs,
        retention,
        sign_in_codes::server::run_code_jobs,
    },
    kernel::{
        AppResult,
        server::{Ctx, process::Process},
    },
};
use std::{future::Future, sync::Arc, time::Duration};
use tokio::{sync::watch, task::JoinHandle};

/// How long a loop waits when it has nothing to do and nobody rings.
const IDLE: Duration = Duration::from_secs(2);
/// How often dead processes are looked for.
const REAP: Duration = Duration::from_secs(1);
/// How often retention runs.
const RETENTION: Duration = Duration::from_secs(300);

/// The running loops.
#[derive(Debug)]
pub struct Workers(Vec<JoinHandle<()>>);

/// Starts every loop; they end when told to stop, after what they have in hand.
pub fn start(ctx: &Ctx, process: &Arc<Process>, stopped: watch::Receiver<bool>) -> Workers {
    let fanout = Fanout::new(ctx.clone(), process.id.clone());
    let holder = process.id.clone();
    let inbound = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { run_inbound_jobs(&ctx, &holder).await }
        })
    };
    let mail = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { run_mail_jobs(&ctx, &holder).await }
        })
    };
    let refusals = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { run_refusal_jobs(&ctx, &holder).await }
        })
    };
    let held = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { key_accepted(&ctx, &holder).await }
        })
    };
    let keys = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { run_key_jobs(&ctx, &holder).await }
        })
    };
    let codes = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { run_code_jobs(&ctx, &holder).await }
        })
    };
    let answers = {
        let (ctx, holder) = (ctx.clone(), holder.clone());
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let (ctx, holder) = (ctx.clone(), holder.clone());
            async move { run_answers(&ctx, &holder).await }
        })
    };
    let newcomers = {
        let ctx = ctx.clone();
        whenever_rung(ctx.clone(), stopped.clone(), move || {
            let ctx = ctx.clone();
            async move { greet_newcomers(&ctx).await }
        })
    };
    let reaping = {
        let (ctx, process) = (ctx.clone(), Arc::clone(process));
        every(REAP, stopped.clone(), move || {
            let (ctx, process) = (ctx.clone(), Arc::clone(&process));
            async move {
                if process.reap(&ctx).await? > 0 {
                    ctx.work.notify_waiters();
                }
                Ok(())
            }
        })
    };
    let erasing = {
        let ctx = ctx.clone();
        every(RETENTION, stopped.clone(), move || {
            let ctx = ctx.clone();
            async move { retention::server::run(&ctx).await }
        })
    };
    Workers(vec![
        tokio::spawn(fanout.run(stopped)),
        tokio::spawn(inbound),
        tokio::spawn(mail),
        tokio::spawn(refusals),
        tokio::spawn(held),
        tokio::spawn(keys),
        tokio::spawn(codes),
        tokio::spawn(answers),
        tokio::spawn(newcomers),
        tokio::spawn(reaping),
        tokio::spawn(erasing),
    ])
}

/// Does a round as long as rounds find something, then waits for the bell.
async fn whenever_rung<F, Fut>(ctx: Ctx, mut stopped: watch::Receiver<bool>, round: F)
where
    F: Fn() -> Fut + Send,
    Fut: Future<Output = AppResult<usize>> + Send,
{
    while !*stopped.borrow() {
        let rung = ctx.work.notified();
        tokio::pin!(rung);
        rung.as_mut().enable();
        match round().await {
            Ok(0) => {}
            Ok(_) => continue,
            Err(error) => {
                tracing::warn!(%error, "a round of jobs is tried again");
                tokio::select! {
                    () = tokio::time::sleep(IDLE) => continue,
                    _ = stopped.changed() => return,
                }
            }
        }
        tokio::select! {
            () = rung => {}
            () = tokio::time::sleep(IDLE) => {}
            _ = stopped.changed() => {}
        }
    }
}

async fn every<F, Fut>(pause: Duration, mut stopped: watch::Receiver<bool>, round: F)
where
    F: Fn() -> Fut + Send,
    Fut: Future<Output = AppResult<()>> + Send,
{
    while !*stopped.borrow() {
        if let Err(error) = round().await {
            tracing::warn!(%error, "background work is tried again");
        }
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            _ = stopped.changed() => {}
        }
    }
}

impl Workers {
    /// Waits until everything in hand is written.
    pub async fn finish(self) {
        for handle in self.0 {
            let _ = handle.await;
        }
    }
}
