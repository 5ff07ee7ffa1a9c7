//! `fanfare serve`, `fanfare worker` and `fanfare gateway`.
use crate::{
    boot::{self, Sentence},
    config::Config,
    live,
    router::{self, Parts},
    worker,
};
use app::{
    features::{audit::server::heads, auth::server::new_set_up_link, retention},
    kernel::server::{Ctx, process::Process},
};
use std::{future::Future, net::SocketAddr, sync::Arc};
use tokio::{net::TcpListener, sync::watch};

/// A context after retention: what is due is gone before anything is shown or sent (rule 18).
async fn ready(config: &Config) -> Result<Ctx, Sentence> {
    let ctx = boot::context(config).await?;
    if let Err(error) = retention::server::run(&ctx).await {
        tracing::warn!(%error, "retention is tried again while running");
    }
    Ok(ctx)
}

/// Cockpit, REST API, callbacks, jobs, fan-out; and the local gateway unless it is switched off.
pub async fn serve(config: &Config) -> Result<(), Sentence> {
    let ctx = ready(config).await?;
    let process = Arc::new(Process::start(&ctx, &config.database_url()).await?);
    let (stop, stopped) = watch::channel(false);
    let gateway = config
        .runs_local_gateway()
        .map(|listen| tokio::spawn(run_gateway(config.clone(), listen, stopped.clone())));
    let listener = bind(config.listen).await?;
    let workers = worker::start(&ctx, &process, stopped.clone());
    bridge(&ctx, &config.database_url(), &process.id);
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .map_err(|e| format!("no measuring instruments: {e}"))?;
    let parts = Parts {
        metrics,
        metrics_token: config.metrics_token.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
    };
    let app = router::build(&ctx, parts);
    announce(&ctx, config).await;
    note_heads(&ctx).await;
    let live = ctx.live.clone();
    let ending = async move {
        shutdown(stop).await;
        live.close();
    };
    let served = axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(ending)
        .await;
    workers.finish().await;
    if let Some(gateway) = gateway {
        // its last writes are done when it has ended
        let _ = gateway.await;
    }
    process.end(&ctx).await;
    served.map_err(|e| format!("the server ended: {e}"))
}

/// Fan-out and jobs only.
pub async fn work(config: &Config) -> Result<(), Sentence> {
    let ctx = ready(config).await?;
    let process = Arc::new(Process::start(&ctx, &config.database_url()).await?);
    let (stop, stopped) = watch::channel(false);
    let workers = worker::start(&ctx, &process, stopped);
    bridge(&ctx, &config.database_url(), &process.id);
    tracing::info!(process = process.id, "worker ready");
    shutdown(stop).await;
    workers.finish().await;
    process.end(&ctx).await;
    Ok(())
}

async fn bind(listen: SocketAddr) -> Result<TcpListener, Sentence> {
    TcpListener::bind(listen).await.map_err(|e| {
        format!("{listen} cannot be listened on ({e}): end the other program there, or set another address")
    })
}

/// Between machines live events travel over PostgreSQL; SQLite serves one machine.
fn bridge(ctx: &Ctx, url: &str, own: &str) {
    if !ctx.db.is_sqlite() {
        tokio::spawn(live::tell_others(ctx.clone(), own.to_owned()));
        tokio::spawn(live::hear_others(ctx.clone(), url.to_owned(), own.to_owned()));
    }
}

async fn announce(ctx: &Ctx, config: &Config) {
    tracing::info!("Fanfare listens on {} as {}", config.listen, config.origin());
    if let Ok(Some(link)) = new_set_up_link(ctx).await {
        // for a person at a terminal; standard error, like every message
        eprintln!("\n  Open this link to set Fanfare up (it works once):\n\n    {link}\n");
        return;
    }
    eprintln!("\n  Fanfare: {}\n", config.origin());
}

/// The ends of the audit log, in a log that somebody with the database alone cannot change.
async fn note_heads(ctx: &Ctx) {
    match heads(ctx).await {
        Ok(heads) => {
            for (organisation, entries, head) in heads {
                tracing::info!(organisation, entries, head, "audit log");
            }
        }
        Err(error) => tracing::warn!(%error, "the ends of the audit log are not known"),
    }
}

/// Ends with Ctrl+C or a termination signal; then everything is told to stop.
async fn shutdown(stop: watch::Sender<bool>) {
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminate => {}
    }
    let _ = stop.send(true);
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // an error means that the sender is gone: stop too
    let _ = stopped.wait_for(|s| *s).await;
}

async fn run_gateway(
    config: Config,
    listen: SocketAddr,
    stopped: watch::Receiver<bool>,
) -> Result<(), Sentence> {
    let done = serve_gateway(&config, listen, until(stopped)).await;
    if let Err(sentence) = &done {
        tracing::error!("the local gateway does not run: {sentence}");
    }
    done
}

/// Only the local gateway.
pub async fn gateway(config: &Config) -> Result<(), Sentence> {
    let listen = config
        .local_gateway_listen
        .0
        .ok_or("FANFARE_LOCAL_GATEWAY_LISTEN is off: there is nothing to start")?;
    let (stop, stopped) = watch::channel(false);
    tokio::spawn(shutdown(stop));
    serve_gateway(config, listen, until(stopped)).await
}

async fn serve_gateway(
    config: &Config,
    listen: SocketAddr,
    stopped: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Sentence> {
    std::fs::create_dir_all(&config.data_dir).map_err(|e| {
        format!(
            "the data folder {} cannot be made: {e}",
            config.data_dir.display()
        )
    })?;
    let gateway = app::features::local_gateway::server::LocalGateway::open(
        &config.local_gateway_file(),
        Arc::new(app::kernel::server::clock::SystemClock),
        Arc::new(app::kernel::server::rng::SystemRng),
        config.local_gateway_retry_seconds,
    )
    .await
    .map_err(|e| {
        format!(
            "the local gateway's file {} cannot be opened: {e}",
            config.local_gateway_file().display()
        )
    })?;
    let listener = bind(listen).await?;
    tracing::info!("local gateway listens on {listen}");
    let router = gateway.router();
    let ending = async move {
        stopped.await;
        gateway.close();
    };
    axum::serve(listener, router)
        .with_graceful_shutdown(ending)
        .await
        .map_err(|e| format!("the local gateway ended: {e}"))
}
