//! `/live`: server-sent events for open pages; and the bridge between machines.
use app::features::{
    auth::server::{Caller, Looks, Standing, Stands},
    groups::server::whole_entry,
};
use app::kernel::{
    ErrorCode,
    live::{Change, GroupPart},
    permission::Right,
    server::{
        Ctx,
        live::{Listening, LiveEvent, Told, Whole},
    },
};
use axum::{
    Extension,
    extract::{Query, State},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{StreamExt, stream};
use sea_orm::ConnectionTrait;
use std::{collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time::{Interval, MissedTickBehavior, interval},
};

/// How often a stream looks whether its caller still stands, however quiet it is.
const LOOK: Duration = Duration::from_secs(10);

/// Where a page has stood: the `id` of the last event that it has heard, or what came with it (`Site::live`).
#[derive(serde::Deserialize)]
pub struct Since {
    since: Option<String>,
}

/// The changes of the caller's organisation in the identities that the caller sees, one JSON event each. An event
/// `lagged` says that some were missed: the page loads its state again. An event `access` is the last one: rights have
/// changed, and the page loads anew; or `again`: the session has another token, or none, and the page asks again.
pub async fn live(
    State(ctx): State<Ctx>,
    Extension(looks): Extension<Looks>,
    session: tower_sessions::Session,
    caller: Option<Extension<Caller>>,
    Query(since): Query<Since>,
) -> Response {
    let Some(Extension(caller)) = caller else {
        return app::kernel::AppError::from(ErrorCode::SignInRequired).into_response();
    };
    let mut look = interval(LOOK);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let Listening {
        before,
        missed,
        events,
    } = ctx.live.listen_since(since.since.as_deref());
    let listener = Listener {
        events,
        before,
        missed,
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

/// What a page is to be told.
enum Tell {
    Change(Arc<Told>),
    /// It has missed something.
    Lagged,
}

/// One open page.
struct Listener {
    ctx: Ctx,
    /// What came while the page was away, and then what comes.
    before: VecDeque<Arc<Told>>,
    missed: bool,
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
            let heard = self.hear().await;
            let (now, told) = match heard {
                Some(Ok(event)) if !self.concerns(&event) => continue,
                Some(Ok(event)) if matches!(event.change, Change::Access { .. }) => (true, None),
                // among what was missed there may have been that rights were taken away
                Some(Ok(event)) if event.change == Change::Missed => (true, Some(Tell::Lagged)),
                Some(Err(RecvError::Lagged(_))) => (true, Some(Tell::Lagged)),
                Some(Ok(event)) => (false, Some(Tell::Change(event))),
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
            if let Some(tell) = told {
                return Some((Ok(self.write(&tell).await), self));
            }
        }
    }

    /// None: nothing was heard, and it is time to look.
    async fn hear(&mut self) -> Option<Result<Arc<Told>, RecvError>> {
        if std::mem::take(&mut self.missed) {
            return Some(Err(RecvError::Lagged(0)));
        }
        if let Some(event) = self.before.pop_front() {
            return Some(Ok(event));
        }
        tokio::select! {
            heard = self.events.recv() => Some(heard),
            _ = self.look.tick() => None,
        }
    }

    /// What the page gets. The caller stands: what was written is read only now, and by their right.
    async fn write(&self, tell: &Tell) -> Event {
        let Tell::Change(event) = tell else {
            // the page loads anew only after this, so nothing before it is missing
            let mark = self.ctx.live.mark();
            return Event::default().event("lagged").id(mark).data("{}");
        };
        let whole = match &event.change {
            Change::Group {
                part: GroupPart::Entry(_),
                ..
            } => {
                let me = self.standing.caller().who.administrator_id;
                event.whole(me, || self.read(event)).await
            }
            _ => None,
        };
        Event::default()
            .id(event.mark())
            .data(whole.unwrap_or_else(|| event.json()))
    }

    /// None: the page is told that there is something, and loads it by itself.
    async fn read(&self, event: &LiveEvent) -> Option<Whole> {
        let granted = self.standing.granted().ok()?;
        let whole = whole_entry(&self.ctx, &granted, &event.change).await;
        whole
            .inspect_err(|error| tracing::warn!(%error, "an entry of a chat could not be told"))
            .ok()?
    }

    fn concerns(&self, event: &LiveEvent) -> bool {
        let caller = self.standing.caller();
        if event.change == Change::Missed {
            return true;
        }
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
                    // what was told until now nobody here has heard
                    ctx.live.missed();
                    // none: the connection broke; asked again it would mend itself, and nobody knew what was missed
                    while let Ok(Some(notice)) = listener.try_recv().await {
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
