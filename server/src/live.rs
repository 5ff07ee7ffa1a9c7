//! `/live`: server-sent events for open pages; and the bridge between machines.
use app::features::auth::server::Caller;
use app::kernel::{
    ErrorCode,
    server::{Ctx, live::LiveEvent},
};
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::StreamExt;
use sea_orm::ConnectionTrait;
use std::convert::Infallible;
use tokio::sync::broadcast::error::RecvError;
use tokio_stream::wrappers::BroadcastStream;

/// The changes of the caller's organisation, one JSON event each. An event `lagged` says that some were missed: the page
/// loads its state again.
pub async fn live(State(ctx): State<Ctx>, caller: Option<Extension<Caller>>) -> Response {
    let Some(Extension(caller)) = caller else {
        return app::kernel::AppError::from(ErrorCode::SignInRequired).into_response();
    };
    let organisation = caller.who.organisation_id;
    let events = BroadcastStream::new(ctx.live.listen()).filter_map(move |event| async move {
        match event {
            Ok(e) if e.organisation_id == organisation => Some(Ok::<_, Infallible>(change(&e))),
            Ok(_) => None,
            Err(_) => Some(Ok(Event::default().event("lagged").data("{}"))),
        }
    });
    let events = events.take_until(Box::pin(ctx.live.until_closed()));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

fn change(event: &LiveEvent) -> Event {
    Event::default().json_data(&event.change).unwrap_or_default()
}

const CHANNEL: &str = "fanfare_live";

/// Passes this process's events to the other machines; `own` names this process. A failed notice is only a page that is told later.
pub async fn tell_others(ctx: Ctx, own: String) {
    let mut outgoing = ctx.live.outgoing();
    loop {
        let event = match outgoing.recv().await {
            Ok(event) => event,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        let Ok(payload) = serde_json::to_string(&event) else {
            continue;
        };
        let notify = ctx.db.stmt(
            "SELECT pg_notify($1, $2)",
            [CHANNEL.into(), format!("{own}|{payload}").into()],
        );
        if let Err(error) = ctx.db.conn().execute_raw(notify).await {
            tracing::warn!(%error, "other machines were not told of a change");
        }
    }
}

/// Hears the events of the other machines; connects again when the connection breaks.
pub async fn hear_others(ctx: Ctx, url: String, own: String) {
    loop {
        match sea_orm::sqlx::postgres::PgListener::connect(&url).await {
            Ok(mut listener) => {
                if listener.listen(CHANNEL).await.is_ok() {
                    while let Ok(notice) = listener.recv().await {
                        let payload = notice.payload();
                        let theirs = payload.split_once('|').filter(|(from, _)| *from != own);
                        if let Some(event) = theirs.and_then(|(_, json)| serde_json::from_str(json).ok()) {
                            ctx.live.heard(event);
                            ctx.work.notify_waiters();
                        }
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "changes of other machines cannot be heard"),
        }
        tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    }
}
