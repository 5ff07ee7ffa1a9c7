//! Somebody who listens for long: rights that are taken away, and sessions that end, count within a second.
use super::{
    guard::{Caller, Granted},
    looks::{Looks, Now, Whom, look},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Timestamp,
    live::Change,
    permission::Capability,
    server::{Ctx, live::LiveEvent},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use tower_sessions::{Session, session::Id};

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

    /// The proof of a permission, if the caller has it. Ask [`Standing::holds`] before.
    ///
    /// # Errors
    /// [`ErrorCode::Forbidden`]
    pub fn granted<C: Capability>(&self) -> AppResult<Granted<C>> {
        Granted::check(self.caller.clone())
    }

    /// Whether session and rights are those from the beginning; asks the database at most once a second, together with
    /// all others who want to know.
    pub async fn holds(&mut self, ctx: &Ctx, looks: &Looks) -> AppResult<Stands> {
        if self.is_fresh(ctx) {
            return Ok(Stands::Yes);
        }
        self.holds_now(ctx, looks).await
    }

    /// The same, asked at once: no answer counts that was on its way already.
    pub async fn holds_now(&mut self, ctx: &Ctx, looks: &Looks) -> AppResult<Stands> {
        let asked_at = ctx.now();
        let Some(whom) = self.whom() else {
            return Ok(Stands::Yes);
        };
        let now = looks.ask(ctx, whom).await?;
        self.looked_at = asked_at;
        // also who may more by now: the page shows it
        let now = now.filter(|now| *now.rights == self.caller.rights);
        Ok(now.map_or(Stands::No, |now| match now.in_session {
            true => Stands::Yes,
            false => Stands::NotInThisSession,
        }))
    }

    fn is_fresh(&self, ctx: &Ctx) -> bool {
        (0..FRESH_MS).contains(&(ctx.now().0 - self.looked_at.0))
    }

    /// None: the operator, whom nobody has to look for.
    fn whom(&self) -> Option<Whom> {
        let id = self.caller.who.administrator_id?;
        Some(Whom::new(id, self.session.as_ref()))
    }

    /// The caller of a call that may have taken its time until here, with the rights of now; none when session or
    /// administrator are gone. Asks the database only if it took longer than a second.
    pub async fn caller_now(self, ctx: &Ctx) -> AppResult<Option<Caller>> {
        if self.is_fresh(ctx) {
            return Ok(Some(self.caller));
        }
        let Some(whom) = self.whom() else {
            return Ok(Some(self.caller));
        };
        let now = look(ctx, &whom).await?;
        Ok(now
            .filter(|now| now.in_session)
            .map(|now| narrowed(&self.caller, &now)))
    }
}

/// The same caller, never with more rights than before.
fn narrowed(caller: &Caller, now: &Now) -> Caller {
    Caller {
        rights: caller.rights.and(&now.rights),
        ..caller.clone()
    }
}

/// The proof for a download, which is asked for again with each of its parts: it ends with the right and with the session.
#[derive(Clone, Debug)]
pub struct Lasting<C> {
    granted: Granted<C>,
    session: Option<Id>,
}

impl<C: Capability> Lasting<C> {
    /// From now on; `session` is what the caller came in by.
    pub const fn new(granted: Granted<C>, session: Option<Id>) -> Self {
        Self { granted, session }
    }

    /// The proof as it was at the beginning.
    pub const fn granted(&self) -> &Granted<C> {
        &self.granted
    }

    /// The proof with the rights of this moment.
    ///
    /// # Errors
    /// [`ErrorCode::SignInRequired`] when session or administrator are gone, [`ErrorCode::Forbidden`] without the
    /// permission.
    pub async fn renewed(&self, ctx: &Ctx) -> AppResult<Granted<C>> {
        let Some(id) = self.granted.administrator_id() else {
            return Granted::check(self.granted.caller().clone());
        };
        let now = look(ctx, &Whom::new(id, self.session.as_ref())).await?;
        let now = now
            .filter(|now| now.in_session)
            .ok_or(ErrorCode::SignInRequired)?;
        Granted::check(narrowed(self.granted.caller(), &now))
    }
}

impl<C: Capability, S: Send + Sync> FromRequestParts<S> for Lasting<C> {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, AppError> {
        let granted = Granted::from_request_parts(parts, state).await?;
        let session = parts.extensions.get::<Session>().and_then(Session::id);
        Ok(Self::new(granted, session))
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
