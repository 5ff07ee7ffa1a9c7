//! Proving by a passkey who somebody is: at the sign-in, and once more later.
use super::{
    ceremony::{self, Purpose},
    check_allowed, credential,
    entity::{Column, Entity, Model},
    has_passkey, refused,
    relying_party::{relying_party, user_handle},
};
use crate::features::auth::{
    model::Ceremony,
    server::{
        Granted, Visit, confirm::confirmed, entity::administrator, rules::passkeys_anywhere,
        sign_in::start_session, signed_in,
    },
};
use crate::kernel::{
    AppResult, ErrorCode,
    permission::cap,
    server::{Ctx, faults::internal},
};
use sea_orm::prelude::*;
use webauthn_rs::prelude::{DiscoverableAuthentication, PublicKeyCredential};

async fn start(ctx: &Ctx, purpose: Purpose, administrator_id: Option<i64>) -> AppResult<Ceremony> {
    let (options, state) = relying_party(ctx)?
        .start_discoverable_authentication()
        .map_err(|e| internal(&e))?;
    Ok(Ceremony {
        id: ceremony::open(ctx, purpose, administrator_id, &state).await?,
        options: serde_json::to_string(&options).map_err(|e| internal(&e))?,
    })
}

/// Begins a sign-in; nothing when no organisation allows passkeys, or when the address has no host name.
pub async fn start_passkey_sign_in(ctx: Ctx, _visit: Visit) -> AppResult<Option<Ceremony>> {
    if relying_party(&ctx).is_err() || !passkeys_anywhere(&ctx).await? {
        return Ok(None);
    }
    start(&ctx, Purpose::SignIn, None).await.map(Some)
}

/// Signs in. A passkey with user verification is both factors.
pub async fn finish_passkey_sign_in(ctx: Ctx, visit: Visit, id: String, answer: String) -> AppResult<()> {
    let state = ceremony::take(&ctx, Purpose::SignIn, None, &id).await?;
    let administrator = verify(&ctx, state, &answer).await?;
    start_session(&ctx, &visit, &administrator, "passkey").await
}

/// Begins the proof of who is signed in; nothing when there is no passkey for it.
pub async fn start_passkey_confirmation(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
) -> AppResult<Option<Ceremony>> {
    let administrator = signed_in(&ctx, &granted).await?;
    if relying_party(&ctx).is_err() || !has_passkey(&ctx, &administrator).await? {
        return Ok(None);
    }
    start(&ctx, Purpose::Confirm, Some(administrator.id))
        .await
        .map(Some)
}

/// Proves who is signed in.
pub async fn finish_passkey_confirmation(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    visit: AppResult<Visit>,
    id: String,
    answer: String,
) -> AppResult<()> {
    let visit = visit?;
    let administrator = signed_in(&ctx, &granted).await?;
    let state = ceremony::take(&ctx, Purpose::Confirm, Some(administrator.id), &id).await?;
    let proven = verify(&ctx, state, &answer).await?;
    if proven.id != administrator.id {
        return Err(refused(&"somebody else's passkey"));
    }
    confirmed(&ctx, &granted, &visit, &administrator.uid, "passkey").await
}

/// Whose passkey has answered the challenge. Everything is checked: challenge, origin, host, presence and verification of
/// the user, signature, backup flags, and that the counter has gone on.
async fn verify(
    ctx: &Ctx,
    state: DiscoverableAuthentication,
    answer: &str,
) -> AppResult<administrator::Model> {
    let answer: PublicKeyCredential = serde_json::from_str(answer).map_err(|e| refused(&e))?;
    if answer.type_ != "public-key" || is_framed(&answer) {
        return Err(refused(&"wrong type, or made in the frame of another site"));
    }
    let row = Entity::find()
        .filter(Column::CredentialId.eq(answer.get_credential_id().to_vec()))
        .one(ctx.db.conn())
        .await?
        .ok_or_else(|| refused(&"unknown passkey"))?;
    let administrator = administrator::Entity::find_by_id(row.administrator_id)
        .one(ctx.db.conn())
        .await?
        .filter(|a| a.disabled_at.is_none())
        .ok_or_else(|| refused(&"the administrator is gone or disabled"))?;
    let rp = relying_party(ctx)?;
    let (handle, _) = rp
        .identify_discoverable_authentication(&answer)
        .map_err(|e| refused(&e))?;
    if handle != user_handle(&administrator.uid) {
        return Err(refused(&"another user's passkey"));
    }
    let mut passkey = credential(&row)?;
    let result = rp
        .finish_discoverable_authentication_v2(&answer, state, &passkey)
        .map_err(|e| refused(&e))?;
    if !result.user_verified() {
        return Err(refused(&"without user verification"));
    }
    // only who holds the passkey learns that it is switched off
    check_allowed(ctx, administrator.organisation_id).await?;
    passkey.update_credential(&result);
    used(
        ctx,
        &row,
        &serde_json::to_string(&passkey).map_err(|e| internal(&e))?,
    )
    .await?;
    Ok(administrator)
}

/// Whether the browser says that the page stood in a frame of another site.
fn is_framed(answer: &PublicKeyCredential) -> bool {
    let data = serde_json::from_slice::<serde_json::Value>(&answer.response.client_data_json);
    data.is_ok_and(|data| data["crossOrigin"] == true)
}

/// Keeps counter and flags. Of two answers with the same counter at the same time, one comes too late.
async fn used(ctx: &Ctx, row: &Model, credential: &str) -> AppResult<()> {
    let tx = ctx.db.begin().await?;
    let changed = tx
        .exec(
            "UPDATE passkey SET credential = $1, last_used_at = $2 WHERE id = $3 AND credential = $4",
            [
                credential.into(),
                ctx.now().0.into(),
                row.id.into(),
                row.credential.clone().into(),
            ],
        )
        .await?;
    tx.commit().await?;
    match changed {
        1 => Ok(()),
        _ => Err(ErrorCode::PasskeyRefused.into()),
    }
}
