//! `/live`: server-sent events for open pages; and the bridge between machines.
use app::features::auth::server::{Caller, Looks, Standing, Stands};
use app::kernel::{
    ErrorCode,
    live::Change,
    permission::Right,
    server::{
        Ctx,
        live::{LiveEvent, Told},
    },
};
use axum::{
    Extension,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use sea_orm::ConnectionTrait;
use std::{convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Interval, MissedTickBehavior, interval},
};

/// How often a stream looks whether its caller still stands, however quiet it is.
const LOOK: Duration = Duration::from_secs(10);

/// The changes of the caller's organisation in the identities that the caller sees, one JSON event each. An event
/// `lagged` says that some were missed: the page loads its state again. An event `access` is the last one: rights have
/// changed, and the page loads anew; or `again`: the session has another token, or none, and the page asks again.
pub async fn live(
    State(ctx): State<Ctx>,
    Extension(looks): Extension<Looks>,
    session: tower_sessions::Session,
    caller: Option<Extension<Caller>>,
) -> Response {
    let Some(Extension(caller)) = caller else {
        return app::kernel::AppError::from(ErrorCode::SignInRequired).into_response();
    };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let listener = Listener {
        events: ctx.live.listen(),
        standing: Standing::new(&ctx, caller, session.id()),
        ctx: ctx.clone(),
        looks,
        look,
        ended: false,
    };
    let events = stream::unfold(listener, Listener::next);
    let events = events.take_until(Box::pin(ctx.live.until_closed()));
    Sse::new(events).keep_alive(KeepAlive::default()).into_response()
}

/// One open page.
struct Listener {
    ctx: Ctx,
    events: broadcast::Receiver<Arc<Told>>,
    standing: Standing,
    /// All pages look together: see [`Looks`].
    looks: Looks,
    /// Goes on whatever is heard: the events of others keep no stream from looking.
    look: Interval,
    ended: bool,
}

impl Listener {
    /// The next event for the page, and none after the last one.
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Self)> {
        if self.ended {
            return None;
        }
        loop {
            let heard = tokio::select! {
                heard = self.events.recv() => Some(heard),
                _ = self.look.tick() => None,
            };
            let (now, told) = match heard {
                Some(Ok(event)) if !self.concerns(&event) => continue,
                Some(Ok(event)) if matches!(event.change, Change::Access { .. }) => (true, None),
                Some(Ok(event)) => (false, Some(Event::default().data(event.json()))),
                // among what was missed there may have been that rights were taken away
                Some(Err(RecvError::Lagged(_))) => (true, Some(Event::default().event("lagged").data("{}"))),
                Some(Err(RecvError::Closed)) => return None,
                None => (false, None),
            };
            let stands = match now {
                true => self.standing.holds_now(&self.ctx, &self.looks).await,
                false => self.standing.holds(&self.ctx, &self.looks).await,
            };
            let last = match stands {
                Ok(Stands::Yes) => None,
                Ok(Stands::No) => Some("access"),
                // a fault of the database says nothing about the caller: come again
                Ok(Stands::NotInThisSession) | Err(_) => Some("again"),
            };
            if let Some(last) = last {
                self.ended = true;
                return Some((Ok(Event::default().event(last).data("{}")), self));
            }
            if let Some(told) = told {
                return Some((Ok(told), self));
            }
        }
    }

    fn concerns(&self, event: &LiveEvent) -> bool {
        let caller = self.standing.caller();
        if event.organisation_id != caller.who.organisation_id {
            return false;
        }
        match &event.change {
            Change::Access { administrator_id } => caller.who.administrator_id == Some(*administrator_id),
            Change::Conversation { .. } => self.may(event, Right::Conversations),
            // who writes in a group, and when, is for those who may read there
            Change::Group { .. } | Change::Presence { .. } => self.may(event, Right::Groups),
            _ => event.identity_id.is_none_or(|id| caller.sees(id)),
        }
    }

    fn may(&self, event: &LiveEvent, right: Right) -> bool {
        let rights = &self.standing.caller().rights;
        event.identity_id.is_some_and(|id| rights.within(&id).has(right))
    }
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
