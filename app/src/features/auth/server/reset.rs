//! A new password by a one-time link: asked for by mail, made by an administrator with full access, or by the operator.
//!
//! Whoever asks gets the same answer in the same time, whether the account exists or not: the request only notes that
//! somebody asked; whether there is such an account, the worker finds out later.
use super::{
    devices,
    entity::{administrator, reset_link},
    guard::{Granted, Visit},
    organisation::administrator_by_email,
    own_password::{new_hash, set_password},
    rules::rules,
    sessions::remove_sessions,
    standing::access_changed,
    throttle,
};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::features::auth::model::{PasswordReset, ResetLink, ResetView};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx, jobs},
};
use sea_orm::{ActiveValue::Set, prelude::*};
use serde_json::json;
use sha2::{Digest, Sha256};

/// How long a link works.
const WORKS_FOR: i64 = 30 * Timestamp::MINUTE;

fn hash(token: &str) -> String {
    hex::encode(Sha256::digest(token))
}

/// Somebody without their password asks for a link by mail. Always the same answer.
pub async fn request_reset(ctx: Ctx, visit: Visit, email: String) -> AppResult<()> {
    let email = email.trim().to_lowercase();
    // an address that no account can have is not worth a row
    if ctx.settings.mail.is_none() || email.is_empty() || email.len() > 254 {
        return Ok(());
    }
    if !throttle::may_ask_for_link(&ctx, &email, &visit).await? {
        return Ok(());
    }
    let tx = ctx.db.begin().await?;
    jobs::enqueue(&tx, jobs::RESET_MAIL, email.into_bytes(), ctx.now().0).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    Ok(())
}

/// Who makes links that anybody can ask for.
const MAIL: &str = "mail";

/// Makes the link in the caller's transaction; older ones of the administrator stop working. But anybody can ask for a mail:
/// it ends earlier mails only, not what an operator or a colleague has handed over.
async fn make(ctx: &Ctx, tx: &Tx, who: &Who, of: &administrator::Model, by: &str) -> AppResult<ResetLink> {
    match by {
        MAIL => {
            let sql = "DELETE FROM reset_link WHERE administrator_id = $1 AND made_by = $2";
            tx.exec(sql, [of.id.into(), by.into()]).await?;
        }
        _ => remove_links(tx, of.id).await?,
    }
    let token = hex::encode(ctx.rng.array::<32>());
    let expires_at = ctx.now().plus(WORKS_FOR);
    let row = reset_link::ActiveModel {
        token_hash: Set(hash(&token)),
        administrator_id: Set(of.id),
        created_at: Set(ctx.now().0),
        expires_at: Set(expires_at.0),
        made_by: Set(by.to_owned()),
    };
    reset_link::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    record(
        ctx,
        tx,
        who,
        "administrator.reset_link",
        &of.uid,
        json!({ "by": by }),
    )
    .await?;
    Ok(ResetLink {
        url: format!("{}/reset?token={token}", ctx.settings.public_url),
        expires_at,
    })
}

/// Links of an administrator stop working, in the caller's transaction.
pub async fn remove_links(tx: &Tx, administrator_id: i64) -> AppResult<()> {
    let sql = "DELETE FROM reset_link WHERE administrator_id = $1";
    tx.exec(sql, [administrator_id.into()]).await.map(|_| ())
}

/// A link for the mail that somebody asked for; none when there is no such account.
pub(super) async fn link_for_mail(
    ctx: &Ctx,
    email: &str,
) -> AppResult<Option<(administrator::Model, ResetLink)>> {
    let Some(row) = administrator_by_email(ctx, email).await? else {
        return Ok(None);
    };
    let who = Who {
        organisation_id: row.organisation_id,
        kind: ActorKind::Job,
        administrator_id: None,
        address: None,
    };
    let tx = ctx.db.begin().await?;
    let link = make(ctx, &tx, &who, &row, MAIL).await?;
    tx.commit().await?;
    Ok(Some((row, link)))
}

/// The operator's link.
pub async fn operators_reset_link(ctx: &Ctx, email: &str) -> AppResult<ResetLink> {
    let row = administrator_by_email(ctx, email)
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let who = Who {
        organisation_id: row.organisation_id,
        kind: ActorKind::Operator,
        administrator_id: None,
        address: None,
    };
    let tx = ctx.db.begin().await?;
    let link = make(ctx, &tx, &who, &row, "operator").await?;
    tx.commit().await?;
    Ok(link)
}

/// A link that an administrator with full access hands to a colleague; it is shown once.
pub async fn make_reset_link(
    ctx: Ctx,
    granted: Granted<cap::ResetPasswords>,
    of: Uid,
) -> AppResult<ResetLink> {
    granted.fresh(ctx.now())?;
    let row = administrator::Entity::find()
        .filter(administrator::Column::OrganisationId.eq(granted.organisation_id()))
        .filter(administrator::Column::Uid.eq(of.as_str()))
        .filter(administrator::Column::DisabledAt.is_null())
        .one(ctx.db.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let tx = ctx.db.begin().await?;
    let link = make(&ctx, &tx, granted.who(), &row, "administrator").await?;
    tx.commit().await?;
    Ok(link)
}

/// Whose password the link is for.
async fn owner(ctx: &Ctx, token: &str) -> AppResult<administrator::Model> {
    let link = reset_link::Entity::find_by_id(hash(token))
        .filter(reset_link::Column::ExpiresAt.gt(ctx.now().0))
        .one(ctx.db.conn())
        .await?
        .ok_or(ErrorCode::ResetLink)?;
    let row = administrator::Entity::find_by_id(link.administrator_id)
        .filter(administrator::Column::DisabledAt.is_null())
        .one(ctx.db.conn())
        .await?;
    row.ok_or_else(|| ErrorCode::ResetLink.into())
}

/// What a link allows; it stays unused.
pub async fn reset_view(ctx: Ctx, _visit: Visit, token: String) -> AppResult<ResetView> {
    let row = owner(&ctx, &token).await?;
    Ok(ResetView {
        min_length: rules(&ctx, row.organisation_id).await?.password_min_length,
        email: row.email,
    })
}

/// Sets a new password by a link, which is used up then. All sessions of the administrator end; the next step is the
/// sign-in, with the second factor where there is one.
pub async fn reset_password(ctx: Ctx, visit: Visit, input: PasswordReset) -> AppResult<()> {
    let row = owner(&ctx, &input.token).await?;
    let hashed = new_hash(&ctx, &row, "password", &input.password).await?;
    let who = Who {
        organisation_id: row.organisation_id,
        kind: ActorKind::Administrator,
        administrator_id: Some(row.id),
        address: visit.address.clone(),
    };
    let tx = ctx.db.begin().await?;
    // whoever removes it has it: of two at the same moment only one goes on
    let used = reset_link::Entity::delete_by_id(hash(&input.token))
        .exec(tx.conn())
        .await?;
    if used.rows_affected == 0 {
        return Err(ErrorCode::ResetLink.into());
    }
    remove_links(&tx, row.id).await?;
    set_password(&ctx, &tx, row.id, &hashed).await?;
    let ended = remove_sessions(&tx, row.id, None).await?;
    throttle::forget_account(&tx, &row.email).await?;
    let how = json!({ "by": "link", "sessionsEnded": ended });
    record(&ctx, &tx, &who, "administrator.password", &row.uid, how).await?;
    tx.commit().await?;
    access_changed(&ctx, row.organisation_id, row.id);
    // the link has proved who it is: whoever guesses elsewhere does not slow down the sign-in that comes next
    devices::remember(&ctx, &visit, &row).await
}

/// Removes links that do not work any more; answers how many.
pub async fn remove_ended_links(ctx: &Ctx) -> AppResult<u64> {
    let tx = ctx.db.begin().await?;
    let sql = "DELETE FROM reset_link WHERE expires_at <= $1";
    let removed = tx.exec(sql, [ctx.now().0.into()]).await?;
    tx.commit().await?;
    Ok(removed)
}
