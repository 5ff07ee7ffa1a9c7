//! The installation's own row: does the master key fit, and the one-time link for the first set-up.
use super::{
    entity::{administrator, installation},
    guard::Visit,
    organisation::{AdministratorInput, create_administrator, find_or_create_organisation},
    password_rules::{OwnWords, check_new_password},
    sign_in::start_session,
};
use crate::features::audit::server::{ActorKind, Who};
use crate::features::auth::model::{Rules, SetUp};
use crate::kernel::{AppResult, ErrorCode, server::Ctx};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

const ROW: i64 = 1;

/// A new one-time set-up token while there is no administrator; older ones stop working.
pub async fn new_set_up_link(ctx: &Ctx) -> AppResult<Option<String>> {
    if administrator::Entity::find().one(ctx.db.conn()).await?.is_some() {
        return Ok(None);
    }
    let token = hex::encode(ctx.rng.array::<16>());
    let tx = ctx.db.begin().await?;
    let row = installation::Entity::find_by_id(ROW)
        .one(tx.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    let mut row = row.into_active_model();
    row.setup_token_hash = Set(Some(Sha256::digest(&token).to_vec()));
    row.update(tx.conn()).await?;
    tx.commit().await?;
    Ok(Some(format!("{}/setup?token={token}", ctx.settings.public_url)))
}

/// Makes the first organisation and its first administrator, and signs in. The token works once.
pub async fn set_up(ctx: Ctx, visit: Visit, input: SetUp) -> AppResult<()> {
    let input = input.validate()?;
    let hash = Sha256::digest(&input.token);
    let fits = |row: &installation::Model| {
        row.setup_token_hash
            .as_deref()
            .is_some_and(|stored| bool::from(stored.ct_eq(hash.as_slice())))
    };
    // before the costly hash, so that a wrong link costs nothing
    let row = installation::Entity::find_by_id(ROW).one(ctx.db.conn()).await?;
    row.filter(fits).ok_or(ErrorCode::SetupLink)?;
    let own = OwnWords {
        email: &input.email,
        organisation: &input.organisation,
    };
    check_new_password(&Rules::default(), Some(own), "password", &input.password)?;
    let administrator =
        AdministratorInput::new(input.name, input.email, &input.password, input.language).await?;

    let tx = ctx.db.begin().await?;
    let row = installation::Entity::find_by_id(ROW).one(tx.conn()).await?;
    let mut row = row.filter(fits).ok_or(ErrorCode::SetupLink)?.into_active_model();
    row.setup_token_hash = Set(None);
    row.update(tx.conn()).await?;
    let organisation = find_or_create_organisation(&ctx, &tx, &input.organisation).await?;
    let who = Who {
        organisation_id: organisation.id,
        kind: ActorKind::Administrator,
        administrator_id: None,
        address: visit.address.clone(),
    };
    let administrator = create_administrator(&ctx, &tx, &who, administrator).await?;
    tx.commit().await?;
    start_session(&ctx, &visit, &administrator, "password").await
}
