//! Giving a code: as the second step of a sign-in, and to confirm later who is signed in.
use super::{Model, active, backup, kind, message, totp};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::features::auth::{
    model::FactorKind,
    server::{
        Granted, Visit, confirm::confirmed, entity::administrator, sign_in::start_session, signed_in,
        throttle,
    },
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, Timestamp,
    permission::cap,
    server::{Ctx, faults::internal},
};
use sea_orm::prelude::*;
use tower_sessions::Session;

/// Where a session keeps who has given the right password and still owes the code.
const SECOND_STEP: &str = "second_step";
/// How long the right password waits for its code.
const PATIENCE: i64 = 10 * Timestamp::MINUTE;

/// The password was right: the session remembers it, and a code goes out if codes come by message.
pub async fn begin(
    ctx: &Ctx,
    visit: &Visit,
    administrator: &administrator::Model,
    factor: &Model,
) -> AppResult<()> {
    visit.session.cycle_id().await.map_err(|e| internal(&e))?;
    let step = (administrator.id, ctx.now());
    visit
        .session
        .insert(SECOND_STEP, step)
        .await
        .map_err(|e| internal(&e))?;
    match kind(factor)? {
        FactorKind::Totp => Ok(()),
        // when too many have gone out already, one of them or a backup code serves
        FactorKind::Message => match message::send(ctx, administrator, factor).await {
            Err(error) if matches!(error.code, ErrorCode::TooManyTries { .. }) => Ok(()),
            result => result,
        },
    }
}

/// Who owes the code in this session.
pub async fn pending(ctx: &Ctx, session: &Session) -> AppResult<Option<(administrator::Model, Model)>> {
    let step: Option<(i64, Timestamp)> = session.get(SECOND_STEP).await.map_err(|e| internal(&e))?;
    let Some((id, _)) = step.filter(|(_, at)| (0..=PATIENCE).contains(&ctx.now().since(*at))) else {
        return Ok(None);
    };
    let administrator = administrator::Entity::find_by_id(id)
        .one(ctx.db.conn())
        .await?
        .filter(|a| a.disabled_at.is_none());
    let factor = active(ctx, id).await?;
    Ok(administrator.zip(factor))
}

async fn owing(ctx: &Ctx, visit: &Visit) -> AppResult<(administrator::Model, Model)> {
    pending(ctx, &visit.session)
        .await?
        .ok_or_else(|| ErrorCode::SecondStepOver.into())
}

/// The second step of a sign-in.
pub async fn sign_in_by_code(ctx: Ctx, visit: Visit, code: String) -> AppResult<()> {
    let (administrator, factor) = owing(&ctx, &visit).await?;
    let who = Who {
        organisation_id: administrator.organisation_id,
        kind: ActorKind::Administrator,
        administrator_id: Some(administrator.id),
        address: visit.address.clone(),
    };
    let by = check(&ctx, &administrator, &factor, &who, &visit, &code).await?;
    throttle::passed(&ctx, &administrator.email, &visit).await?;
    let _: Option<serde_json::Value> = visit
        .session
        .remove(SECOND_STEP)
        .await
        .map_err(|e| internal(&e))?;
    start_session(&ctx, &visit, &administrator, by).await
}

/// Another code by message, in the second step of a sign-in.
pub async fn resend_code(ctx: Ctx, visit: Visit) -> AppResult<()> {
    let (administrator, factor) = owing(&ctx, &visit).await?;
    if kind(&factor)? != FactorKind::Message {
        return Err(ErrorCode::WrongState.into());
    }
    message::send(&ctx, &administrator, &factor).await
}

/// Proves by a code who is signed in.
pub async fn confirm_by_code(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
    code: String,
) -> AppResult<()> {
    let visit = visit?;
    let administrator = signed_in(&ctx, &granted).await?;
    let factor = active(&ctx, administrator.id)
        .await?
        .ok_or(ErrorCode::WrongState)?;
    let by = check(&ctx, &administrator, &factor, granted.who(), &visit, &code).await?;
    confirmed(&ctx, &granted, &visit, &administrator.uid, by).await
}

/// Sends the code that [`confirm_by_code`] asks for.
pub async fn send_confirmation_code(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<()> {
    let administrator = signed_in(&ctx, &granted).await?;
    let factor = active(&ctx, administrator.id)
        .await?
        .ok_or(ErrorCode::WrongState)?;
    if kind(&factor)? != FactorKind::Message {
        return Err(ErrorCode::WrongState.into());
    }
    message::send(&ctx, &administrator, &factor).await
}

/// Checks a code of either kind, or a backup code; answers what it was. Guessing is slowed down by account and address,
/// apart from passwords, so that a right password does not wipe the count.
async fn check(
    ctx: &Ctx,
    administrator: &administrator::Model,
    factor: &Model,
    who: &Who,
    visit: &Visit,
    code: &str,
) -> AppResult<&'static str> {
    let subject = format!("code:{}", administrator.email);
    throttle::check(ctx, &subject, visit).await?;
    let code: String = code
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    let by = match code.len() {
        backup::LEN => backup_code(ctx, administrator, who, &code).await?,
        _ => factor_code(ctx, administrator, factor, &code).await?,
    };
    let Some(by) = by else {
        let tx = ctx.db.begin().await?;
        let nothing = serde_json::Value::Null;
        record(ctx, &tx, who, "session.code-refused", &administrator.uid, nothing).await?;
        tx.commit().await?;
        return Err(AppError::field("code", Problem::WrongCode));
    };
    throttle::passed(ctx, &subject, visit).await?;
    Ok(by)
}

async fn factor_code(
    ctx: &Ctx,
    administrator: &administrator::Model,
    factor: &Model,
    code: &str,
) -> AppResult<Option<&'static str>> {
    let (fits, by) = match kind(factor)? {
        FactorKind::Totp => (totp::accepts(ctx, administrator, factor, code).await?, "totp"),
        FactorKind::Message => (
            message::accepts(ctx, administrator, factor, code).await?,
            "message",
        ),
    };
    Ok(fits.then_some(by))
}

async fn backup_code(
    ctx: &Ctx,
    administrator: &administrator::Model,
    who: &Who,
    code: &str,
) -> AppResult<Option<&'static str>> {
    let tx = ctx.db.begin().await?;
    let taken = backup::take(ctx, &tx, administrator.id, code).await?;
    if taken {
        let nothing = serde_json::Value::Null;
        record(ctx, &tx, who, "backup-code.use", &administrator.uid, nothing).await?;
    }
    tx.commit().await?;
    Ok(taken.then_some("backup-code"))
}
