//! Step-up: what is protected asks for a sign-in of the last ten minutes, and who is signed in can prove it once more.
use super::{
    entity::administrator,
    guard::{Granted, Visit},
    passkeys::has_passkey,
    password, refusals, second_factor,
    session_store::{new_token, session_fault},
    throttle::{self, Kind},
};
use crate::features::audit::server::{ActorKind, record};
use crate::features::auth::model::Confirmation;
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp,
    permission::{Capability, cap},
    server::Ctx,
};
use sea_orm::prelude::*;

/// Where a session keeps when its administrator last proved who they are.
pub(super) const CONFIRMED_AT: &str = "confirmed_at";
/// How long a proof counts.
const FRESH_FOR: i64 = 10 * Timestamp::MINUTE;

impl<C: Capability> Granted<C> {
    /// For what is done in the cockpit only (rights, keys, rules, exports): an administrator has proved in the last ten
    /// minutes who they are. An API key never passes: nobody can ask it who holds it. The operator passes.
    pub fn fresh(&self, now: Timestamp) -> AppResult<()> {
        match self.who().kind {
            ActorKind::Operator | ActorKind::Job => Ok(()),
            ActorKind::ApiKey(_) => Err(ErrorCode::Forbidden.into()),
            ActorKind::Administrator if self.is_fresh(now) => Ok(()),
            ActorKind::Administrator => Err(ErrorCode::ConfirmSignIn.into()),
        }
    }

    /// The same for what the REST API offers too (sending to many): an API key passes, since it has no session that
    /// somebody could have left open, and is restricted by its rights, its networks and its daily limit instead.
    pub fn fresh_or_key(&self, now: Timestamp) -> AppResult<()> {
        match self.who().kind {
            ActorKind::ApiKey(_) => Ok(()),
            _ => self.fresh(now),
        }
    }

    fn is_fresh(&self, now: Timestamp) -> bool {
        self.confirmed_at()
            .is_some_and(|at| (0..=FRESH_FOR).contains(&now.since(at)))
    }
}

/// Notes in the session that its administrator has just proved who they are.
pub(super) async fn mark(ctx: &Ctx, visit: &Visit) -> AppResult<()> {
    visit
        .session
        .insert(CONFIRMED_AT, ctx.now())
        .await
        .map_err(|e| session_fault(&e))
}

/// Whether the sign-in is fresh enough for what is protected.
pub async fn confirmation(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<Confirmation> {
    let administrator = administrator(&ctx, &granted).await?;
    let factor = second_factor::active(&ctx, administrator.id).await?;
    Ok(Confirmation {
        fresh: granted.fresh(ctx.now()).is_ok(),
        passkey: has_passkey(&ctx, &administrator).await?,
        code: factor.as_ref().map(second_factor::kind).transpose()?,
    })
}

/// Proves by the password who is signed in. Guessing is slowed down like at the sign-in.
pub async fn confirm_by_password(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
    password: String,
) -> AppResult<()> {
    let visit = visit?;
    let row = administrator(&ctx, &granted).await?;
    throttle::check(&ctx, Kind::Password, &row.email, &visit).await?;
    if !password::verify(&password, Some(row.password_hash)).await? {
        refusals::record_one(&ctx, granted.who(), &row.uid).await?;
        return Err(AppError::field("password", Problem::WrongPassword));
    }
    throttle::passed(&ctx, Kind::Password, &row.email, &visit).await?;
    confirmed(&ctx, &granted, &visit, &row.uid, "password").await
}

/// The administrator who is signed in.
pub(super) async fn administrator(
    ctx: &Ctx,
    granted: &Granted<cap::SignedIn>,
) -> AppResult<administrator::Model> {
    let id = granted.administrator_id().ok_or(ErrorCode::SignInRequired)?;
    let row = administrator::Entity::find_by_id(id).one(ctx.db.conn()).await?;
    row.ok_or_else(|| ErrorCode::SignInRequired.into())
}

/// A new token for the session, the time in it, and an entry in the audit log.
pub(super) async fn confirmed(
    ctx: &Ctx,
    granted: &Granted<cap::SignedIn>,
    visit: &Visit,
    uid: &str,
    by: &str,
) -> AppResult<()> {
    new_token(ctx, &visit.session).await?;
    mark(ctx, visit).await?;
    let tx = ctx.db.begin().await?;
    let how = serde_json::json!({ "by": by });
    record(ctx, &tx, granted.who(), "session.confirm", uid, how).await?;
    tx.commit().await
}
