//! Somebody who listens for long: rights that are taken away, and sessions that end, count within a second.
use super::{
    guard::{Caller, load_caller},
    session_store::HashedStore,
};
use crate::kernel::{
    AppResult, Timestamp,
    live::Change,
    server::{Ctx, live::LiveEvent},
};
use tower_sessions::{SessionStore, session::Id};

/// How long what was found out counts.
const FRESH_MS: i64 = Timestamp::SECOND;

/// How a caller stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    /// As at the beginning.
    Yes,
    /// The session has ended, or has another token since its administrator confirmed who they are: who is still signed
    /// in comes again.
    NotInThisSession,
    /// Rights have changed, or the administrator is gone.
    No,
}

/// A caller whose session and rights are looked at again.
#[derive(Clone, Debug)]
pub struct Standing {
    caller: Caller,
    session: Option<Id>,
    looked_at: Timestamp,
}

impl Standing {
    /// From now on; `session` is what the caller came in by, unless it was a key.
    pub fn new(ctx: &Ctx, caller: Caller, session: Option<Id>) -> Self {
        Self {
            caller,
            session,
            looked_at: ctx.now(),
        }
    }

    /// The caller.
    pub const fn caller(&self) -> &Caller {
        &self.caller
    }

    /// Whether session and rights are those from the beginning; asks the database at most once a second.
    pub async fn holds(&mut self, ctx: &Ctx) -> AppResult<Stands> {
        let now = ctx.now();
        if (0..FRESH_MS).contains(&(now.0 - self.looked_at.0)) {
            return Ok(Stands::Yes);
        }
        self.holds_now(ctx).await
    }

    /// The same, asked at once.
    pub async fn holds_now(&mut self, ctx: &Ctx) -> AppResult<Stands> {
        self.looked_at = ctx.now();
        let who = &self.caller.who;
        let now = match who.administrator_id {
            // also who may more by now: the page shows it
            Some(id) => load_caller(ctx, id, who.kind, None).await?,
            None => Some(self.caller.clone()),
        };
        if now.is_none_or(|now| now.rights != self.caller.rights) {
            return Ok(Stands::No);
        }
        match self.session_lasts(ctx).await? {
            true => Ok(Stands::Yes),
            false => Ok(Stands::NotInThisSession),
        }
    }

    /// The caller of a call that may have taken its time until here, with the rights of now; none when session or
    /// administrator are gone. Asks the database only if it took longer than a second.
    pub async fn caller_now(self, ctx: &Ctx) -> AppResult<Option<Caller>> {
        if (0..FRESH_MS).contains(&(ctx.now().0 - self.looked_at.0)) {
            return Ok(Some(self.caller));
        }
        match self.session_lasts(ctx).await? {
            true => self.caller.renewed(ctx.db.conn()).await,
            false => Ok(None),
        }
    }

    async fn session_lasts(&self, ctx: &Ctx) -> AppResult<bool> {
        let Some(id) = &self.session else {
            return Ok(true);
        };
        let found = HashedStore(ctx.clone()).load(id).await;
        found
            .map(|record| record.is_some())
            .map_err(|e| crate::kernel::server::faults::internal(&e))
    }
}

/// Tells open pages of an administrator that rights or sessions have changed: their streams end at once and they load
/// anew. Call it after the commit.
pub fn access_changed(ctx: &Ctx, organisation_id: i64, administrator_id: i64) {
    ctx.live.tell(LiveEvent {
        organisation_id,
        identity_id: None,
        change: Change::Access { administrator_id },
    });
}
