//! A new passkey.
use super::{
    ceremony::{self, Purpose},
    check_allowed, credential,
    entity::{ActiveModel, Entity},
    passkeys_of, refused,
    relying_party::{relying_party, user_handle},
};
use crate::features::audit::server::record;
use crate::features::auth::{
    model::{Ceremony, passkey_name},
    server::{Granted, signed_in},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Problem,
    permission::cap,
    server::{
        Ctx,
        faults::{internal, is_duplicate},
    },
};
use sea_orm::{ActiveValue::Set, EntityTrait};
use webauthn_rs::prelude::{PasskeyRegistration, RegisterPublicKeyCredential};

/// The most passkeys of one administrator.
const MOST: usize = 20;

/// Begins: what the browser asks an authenticator for.
pub async fn start_passkey(ctx: Ctx, granted: Granted<cap::SignedIn>, name: String) -> AppResult<Ceremony> {
    granted.fresh(ctx.now())?;
    check_allowed(&ctx, granted.organisation_id()).await?;
    passkey_name(&name)?;
    let administrator = signed_in(&ctx, &granted).await?;
    let own = passkeys_of(&ctx, administrator.id).await?;
    if own.len() >= MOST {
        return Err(AppError::field("name", Problem::TooMany { max: MOST }));
    }
    let exclude = own
        .iter()
        .map(|row| Ok(credential(row)?.cred_id().clone()))
        .collect::<AppResult<Vec<_>>>()?;
    let (options, state) = relying_party(&ctx)?
        .start_passkey_registration(
            user_handle(&administrator.uid),
            &administrator.email,
            &administrator.name,
            Some(exclude),
        )
        .map_err(|e| internal(&e))?;
    let mut options = serde_json::to_value(options).map_err(|e| internal(&e))?;
    // without a name typed in first, only discoverable ones can be found
    let selection = &mut options["publicKey"]["authenticatorSelection"];
    selection["residentKey"] = "required".into();
    selection["requireResidentKey"] = true.into();
    let id = ceremony::open(&ctx, Purpose::Register, Some(administrator.id), &state).await?;
    Ok(Ceremony {
        id,
        options: options.to_string(),
    })
}

/// Ends: checks what the authenticator has made, and keeps it.
pub async fn finish_passkey(
    ctx: Ctx,
    granted: Granted<cap::SignedIn>,
    id: String,
    name: String,
    answer: String,
) -> AppResult<()> {
    let name = passkey_name(&name)?;
    check_allowed(&ctx, granted.organisation_id()).await?;
    let administrator = signed_in(&ctx, &granted).await?;
    let state: PasskeyRegistration =
        ceremony::take(&ctx, Purpose::Register, Some(administrator.id), &id).await?;
    let answer: RegisterPublicKeyCredential = serde_json::from_str(&answer).map_err(|e| refused(&e))?;
    let discoverable = answer.extensions.cred_props.as_ref().and_then(|p| p.rk);
    if discoverable != Some(true) {
        return Err(ErrorCode::PasskeyNotDiscoverable.into());
    }
    let own = passkeys_of(&ctx, administrator.id).await?;
    if own
        .iter()
        .any(|row| row.credential_id == answer.raw_id.as_slice())
    {
        return Err(ErrorCode::PasskeyKnown.into());
    }
    let passkey = relying_party(&ctx)?
        .finish_passkey_registration(&answer, &state)
        .map_err(|e| refused(&e))?;
    let uid = ctx.rng.uid().to_string();
    let row = ActiveModel {
        uid: Set(uid.clone()),
        administrator_id: Set(administrator.id),
        credential_id: Set(passkey.cred_id().to_vec()),
        credential: Set(serde_json::to_string(&passkey).map_err(|e| internal(&e))?),
        name: Set(name.clone()),
        created_at: Set(ctx.now().0),
        ..Default::default()
    };
    let tx = ctx.db.begin().await?;
    let made = Entity::insert(row).exec_without_returning(tx.conn()).await;
    made.map_err(|e| match is_duplicate(&e) {
        true => ErrorCode::PasskeyKnown.into(),
        false => AppError::from(e),
    })?;
    let detail = serde_json::json!({ "name": name });
    record(&ctx, &tx, granted.who(), "passkey.create", &uid, detail).await?;
    tx.commit().await
}
