//! Somebody who listens for long: rights that are taken away, and sessions that end, count within a second.
use super::{
    guard::{Caller, Granted},
    session_store::token_hash,
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Timestamp,
    live::Change,
    permission::{Capability, Right},
    rights::Rights,
    server::{Ctx, live::LiveEvent},
};
use axum::{extract::FromRequestParts, http::request::Parts};
use sea_orm::FromQueryResult;
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
        let Some(id) = self.caller.who.administrator_id else {
            return Ok(Stands::Yes);
        };
        // also who may more by now: the page shows it
        let now = look(ctx, id, self.session.as_ref()).await?;
        let now = now.filter(|now| now.rights == self.caller.rights);
        Ok(now.map_or(Stands::No, |now| match now.in_session {
            true => Stands::Yes,
            false => Stands::NotInThisSession,
        }))
    }

    /// The caller of a call that may have taken its time until here, with the rights of now; none when session or
    /// administrator are gone. Asks the database only if it took longer than a second.
    pub async fn caller_now(self, ctx: &Ctx) -> AppResult<Option<Caller>> {
        if (0..FRESH_MS).contains(&(ctx.now().0 - self.looked_at.0)) {
            return Ok(Some(self.caller));
        }
        let Some(id) = self.caller.who.administrator_id else {
            return Ok(Some(self.caller));
        };
        let now = look(ctx, id, self.session.as_ref()).await?;
        Ok(now
            .filter(|now| now.in_session)
            .map(|now| narrowed(&self.caller, &now)))
    }
}

/// What an administrator may at this moment.
struct Now {
    rights: Rights,
    /// Whether the session is there; true when none was asked for.
    in_session: bool,
}

/// The same caller, never with more rights than before.
fn narrowed(caller: &Caller, now: &Now) -> Caller {
    Caller {
        rights: caller.rights.and(&now.rights),
        ..caller.clone()
    }
}

#[derive(FromQueryResult)]
struct Row {
    full_access: bool,
    code: Option<String>,
    identity_id: Option<i64>,
    lasts: bool,
}

/// Rights and session in one query, since every open page asks; none when the administrator is gone or disabled.
async fn look(ctx: &Ctx, administrator_id: i64, session: Option<&Id>) -> AppResult<Option<Now>> {
    const SQL: &str = "SELECT a.full_access, r.code, r.identity_id,
             EXISTS (SELECT 1 FROM session s
                     WHERE s.token_hash = $1 AND s.administrator_id = a.id AND s.expires_at > $2) AS lasts
         FROM administrator a LEFT JOIN administrator_right r ON r.administrator_id = a.id
         WHERE a.id = $3 AND a.disabled_at IS NULL";
    let hash = session.map(token_hash).unwrap_or_default();
    let values = [hash.into(), ctx.now().0.into(), administrator_id.into()];
    let rows = Row::find_by_statement(ctx.db.stmt(SQL, values))
        .all(ctx.db.conn())
        .await?;
    let Some(first) = rows.first() else {
        return Ok(None);
    };
    let in_session = session.is_none() || first.lasts;
    let mut rights = Rights {
        full_access: first.full_access,
        ..Rights::default()
    };
    for row in rows.iter().filter(|_| !first.full_access) {
        // a code that the catalogue does not know gives nothing
        if let Some(right) = row.code.as_deref().and_then(Right::from_code) {
            rights.give(right, row.identity_id);
        }
    }
    Ok(Some(Now { rights, in_session }))
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
        let now = look(ctx, id, self.session.as_ref()).await?;
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
