//! Setting a second factor up, replacing and removing it.
use super::{Model, active, backup, entity::ActiveModel, entity::Entity, find, kind, message, place, totp};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::features::auth::{
    model::{Factor, FactorKind, SecondFactor, TotpSetUp},
    server::{
        Granted, Visit, administrator_by_email, entity::administrator, rules::rules, set_up_done, signed_in,
        throttle,
    },
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem, ThreemaId, Timestamp,
    permission::cap,
    server::{Ctx, data_key::sealing_key},
};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    IntoActiveModel,
    prelude::*,
};

/// What counts now, and how many backup codes are left.
pub async fn load_second_factor(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<SecondFactor> {
    let administrator = signed_in(&ctx, &granted).await?;
    let row = active(&ctx, administrator.id).await?;
    let factor = |row: Model| {
        Ok::<_, AppError>(Factor {
            kind: kind(&row)?,
            threema_id: row.threema_id,
            since: Timestamp(row.created_at),
        })
    };
    Ok(SecondFactor {
        active: row.map(factor).transpose()?,
        backup_codes: backup::left(&ctx, administrator.id).await?,
        required: rules(&ctx, granted.organisation_id())
            .await?
            .second_factor_required,
    })
}

/// Begins with an authenticator app: its secret. It counts when a code of it was given.
pub async fn start_totp(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<TotpSetUp> {
    granted.fresh(ctx.now())?;
    let administrator = signed_in(&ctx, &granted).await?;
    let secret = zeroize::Zeroizing::new(ctx.rng.array::<{ totp::SECRET_LEN }>());
    begin(
        &ctx,
        &administrator,
        FactorKind::Totp,
        None,
        Some(secret.as_slice()),
    )
    .await?;
    Ok(TotpSetUp {
        secret: totp::base32(secret.as_slice()),
        address: totp::address(&administrator.email, secret.as_slice()),
    })
}

/// Begins with codes by Threema message: sends the first one. It counts when that one was given.
pub async fn start_message_factor(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    threema_id: String,
) -> AppResult<()> {
    granted.fresh(ctx.now())?;
    let id = threema_id.trim().to_uppercase().parse::<ThreemaId>();
    let id = id.ok().filter(|id| !id.as_str().starts_with('*'));
    let id = id.ok_or_else(|| AppError::field("threema_id", Problem::NotAThreemaId))?;
    let administrator = signed_in(&ctx, &granted).await?;
    let row = begin(
        &ctx,
        &administrator,
        FactorKind::Message,
        Some(id.to_string()),
        None,
    )
    .await?;
    message::send(&ctx, &administrator, &row).await
}

/// A factor that does not count yet, in place of another such one. The limit on codes by message goes on.
async fn begin(
    ctx: &Ctx,
    administrator: &administrator::Model,
    kind: FactorKind,
    threema_id: Option<String>,
    secret: Option<&[u8]>,
) -> AppResult<Model> {
    let before = find(ctx, administrator.id, false).await?;
    let (codes_sent, codes_since) = before
        .as_ref()
        .map_or((0, 0), |row| (row.codes_sent, row.codes_since));
    let mut row = Model {
        id: 0,
        uid: ctx.rng.uid().to_string(),
        administrator_id: administrator.id,
        active: false,
        kind: kind.code().to_owned(),
        secret_sealed: None,
        last_step: 0,
        threema_id,
        code_sealed: None,
        code_expires_at: 0,
        code_tries: 0,
        codes_sent,
        codes_since,
        created_at: ctx.now().0,
    };
    let tx = ctx.db.begin().await?;
    if let Some(secret) = secret {
        let key = sealing_key(ctx, &tx, administrator.organisation_id).await?;
        row.secret_sealed = Some(key.seal(&*ctx.rng, &place("secret_sealed", &row), secret));
    }
    if let Some(before) = before {
        Entity::delete_by_id(before.id).exec(tx.conn()).await?;
    }
    let mut new = row.into_active_model().reset_all();
    new.id = NotSet;
    let made = new.insert(tx.conn()).await?;
    tx.commit().await?;
    Ok(made)
}

/// The first right code: from now on the factor counts, in place of the one before. Answers new backup codes.
pub async fn finish_second_factor(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
    code: String,
) -> AppResult<Vec<String>> {
    let visit = visit?;
    let administrator = signed_in(&ctx, &granted).await?;
    let row = find(&ctx, administrator.id, false)
        .await?
        .ok_or(ErrorCode::WrongState)?;
    let code: String = code.chars().filter(char::is_ascii_digit).collect();
    let subject = format!("code:{}", administrator.email);
    throttle::check(&ctx, &subject, &visit).await?;
    let fits = match kind(&row)? {
        FactorKind::Totp => totp::accepts(&ctx, &administrator, &row, &code).await?,
        FactorKind::Message => message::accepts(&ctx, &administrator, &row, &code).await?,
    };
    if !fits {
        return Err(AppError::field("code", Problem::WrongCode));
    }
    throttle::passed(&ctx, &subject, &visit).await?;
    let codes = activate(&ctx, &granted, &administrator, row).await?;
    set_up_done(&visit).await?;
    Ok(codes)
}

async fn activate(
    ctx: &Ctx,
    granted: &Granted<cap::SignedIn>,
    administrator: &administrator::Model,
    row: Model,
) -> AppResult<Vec<String>> {
    let before = active(ctx, administrator.id).await?;
    let change = serde_json::json!({ "before": before.as_ref().map(|b| &b.kind), "after": row.kind });
    let tx = ctx.db.begin().await?;
    if let Some(before) = before {
        Entity::delete_by_id(before.id).exec(tx.conn()).await?;
    }
    let counts = ActiveModel {
        id: Set(row.id),
        active: Set(true),
        created_at: Set(ctx.now().0),
        ..Default::default()
    };
    counts.update(tx.conn()).await?;
    let codes = backup::renew(ctx, &tx, administrator.id).await?;
    record(
        ctx,
        &tx,
        granted.who(),
        "second-factor.set",
        &administrator.uid,
        change,
    )
    .await?;
    tx.commit().await?;
    Ok(codes)
}

/// Removes the second factor and its backup codes.
pub async fn remove_second_factor(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<()> {
    granted.fresh(ctx.now())?;
    if rules(&ctx, granted.organisation_id())
        .await?
        .second_factor_required
    {
        return Err(ErrorCode::SecondFactorRequired.into());
    }
    let administrator = signed_in(&ctx, &granted).await?;
    remove(&ctx, granted.who(), &administrator).await
}

/// The operator helps somebody who has lost phone and backup codes.
pub async fn operators_remove_second_factor(ctx: &Ctx, email: &str) -> AppResult<()> {
    let administrator = administrator_by_email(ctx, email)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let who = Who {
        organisation_id: administrator.organisation_id,
        kind: ActorKind::Operator,
        administrator_id: None,
        address: None,
    };
    remove(ctx, &who, &administrator).await
}

async fn remove(ctx: &Ctx, who: &Who, administrator: &administrator::Model) -> AppResult<()> {
    let row = active(ctx, administrator.id).await?.ok_or(ErrorCode::NotFound)?;
    let tx = ctx.db.begin().await?;
    Entity::delete_by_id(row.id).exec(tx.conn()).await?;
    backup::remove(&tx, administrator.id).await?;
    let change = serde_json::json!({ "before": row.kind, "after": null });
    record(ctx, &tx, who, "second-factor.remove", &administrator.uid, change).await?;
    tx.commit().await
}

/// Ten new backup codes; the old ones stop working.
pub async fn new_backup_codes(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<Vec<String>> {
    granted.fresh(ctx.now())?;
    let administrator = signed_in(&ctx, &granted).await?;
    active(&ctx, administrator.id)
        .await?
        .ok_or(ErrorCode::WrongState)?;
    let tx = ctx.db.begin().await?;
    let codes = backup::renew(&ctx, &tx, administrator.id).await?;
    let nothing = serde_json::Value::Null;
    record(
        &ctx,
        &tx,
        granted.who(),
        "backup-code.renew",
        &administrator.uid,
        nothing,
    )
    .await?;
    tx.commit().await?;
    Ok(codes)
}
