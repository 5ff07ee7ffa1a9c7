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
        if let Some(id) = &self.session {
            let store = HashedStore(ctx.clone());
            let found = store.load(id).await;
            if found
                .map_err(|e| crate::kernel::server::faults::internal(&e))?
                .is_none()
            {
                return Ok(Stands::NotInThisSession);
            }
        }
        Ok(Stands::Yes)
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
