//! The background work of a process: fan-out, jobs, clearing away.
use app::{
    features::{
        answers::server::run_answers,
        auth::server::{run_mail_jobs, run_refusal_jobs},
        groups::server::run_groups,
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
use std::{pin::Pin, sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    task::JoinHandle,
};

/// How long a loop waits when it has nothing to do and nobody rings.
const IDLE: Duration = Duration::from_secs(2);
/// How long callbacks gather after a round of them: one round over many costs little more than one over few.
const GATHER: Duration = Duration::from_millis(10);
/// How often dead processes are looked for.
const REAP: Duration = Duration::from_secs(1);
/// How often retention runs.
const RETENTION: Duration = Duration::from_secs(300);

/// The running loops.
#[derive(Debug)]
pub struct Workers(Vec<JoinHandle<()>>);

/// Starts every loop; they end when told to stop, after what they have in hand.
pub fn start(ctx: &Ctx, process: &Arc<Process>, stopped: watch::Receiver<bool>) -> Workers {
    let mut handles = vec![
        tokio::spawn(Fanout::new(ctx.clone(), process.id.clone()).run(stopped.clone())),
        tokio::spawn(reap(ctx.clone(), Arc::clone(process), stopped.clone())),
        tokio::spawn(erase(ctx.clone(), stopped.clone())),
    ];
    let came_in = Bell {
        own: Arc::clone(&ctx.came_in),
        gather: GATHER,
    };
    let mut start = |round: Round, bell: Bell| {
        let work = whenever_rung(ctx.clone(), process.id.clone(), stopped.clone(), round, bell);
        handles.push(tokio::spawn(work));
    };
    start(|ctx, holder| Box::pin(run_inbound_jobs(ctx, holder)), came_in);
    for round in ROUNDS {
        start(round, Bell::default());
    }
    Workers(handles)
}

/// One round of jobs for the process of that name; answers how many it has done. In a box, so that the loop is compiled
/// once and not around each kind of job.
type Round = for<'a> fn(&'a Ctx, &'a str) -> Pin<Box<dyn Future<Output = AppResult<usize>> + Send + 'a>>;

const ROUNDS: [Round; 8] = [
    |ctx, holder| Box::pin(run_mail_jobs(ctx, holder)),
    |ctx, holder| Box::pin(run_refusal_jobs(ctx, holder)),
    |ctx, _| Box::pin(key_accepted(ctx)),
    |ctx, holder| Box::pin(run_key_jobs(ctx, holder)),
    |ctx, holder| Box::pin(run_code_jobs(ctx, holder)),
    |ctx, holder| Box::pin(run_answers(ctx, holder)),
    |ctx, holder| Box::pin(run_groups(ctx, holder)),
    |ctx, _| Box::pin(greet_newcomers(ctx)),
];

/// A bell that only one kind of work hears, besides the one for all; by itself it is one that nobody rings.
#[derive(Default)]
struct Bell {
    own: Arc<Notify>,
    /// The pause between two rounds.
    gather: Duration,
}

/// Does a round as long as rounds find something, then waits for the bells.
async fn whenever_rung(
    ctx: Ctx,
    holder: String,
    mut stopped: watch::Receiver<bool>,
    round: Round,
    bell: Bell,
) {
    while !*stopped.borrow() {
        let (rung, own) = (ctx.work.notified(), bell.own.notified());
        tokio::pin!(rung, own);
        rung.as_mut().enable();
        own.as_mut().enable();
        match round(&ctx, &holder).await {
            Ok(0) => {}
            Ok(_) => {
                if !bell.gather.is_zero() {
                    pause(bell.gather, &mut stopped).await;
                }
                continue;
            }
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
            () = own => {}
            () = tokio::time::sleep(IDLE) => {}
            _ = stopped.changed() => {}
        }
    }
}

/// Frees what processes held that have died.
async fn reap(ctx: Ctx, process: Arc<Process>, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        match process.reap(&ctx).await {
            Ok(0) => {}
            Ok(_) => ctx.work.notify_waiters(),
            Err(error) => tracing::warn!(%error, "dead processes are looked for again"),
        }
        pause(REAP, &mut stopped).await;
    }
}

/// Erases what is due.
async fn erase(ctx: Ctx, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        if let Err(error) = retention::server::run(&ctx).await {
            tracing::warn!(%error, "retention is tried again");
        }
        pause(RETENTION, &mut stopped).await;
    }
}

async fn pause(time: Duration, stopped: &mut watch::Receiver<bool>) {
    tokio::select! {
        () = tokio::time::sleep(time) => {}
        _ = stopped.changed() => {}
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
