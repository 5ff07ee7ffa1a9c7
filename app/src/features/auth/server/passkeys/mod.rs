//! Passkeys: discoverable credentials with user verification, so that one of them counts as both factors.
mod ceremony;
mod entity;
mod manage;
mod register;
mod relying_party;
mod verify;

pub use manage::{delete_passkey, load_passkeys, passkey_holders, rename_passkey};
pub use register::{finish_passkey, start_passkey};
pub use verify::{
    finish_passkey_confirmation, finish_passkey_sign_in, start_passkey_confirmation, start_passkey_sign_in,
};

use super::{entity::administrator, rules::rules};
use crate::kernel::{AppError, AppResult, ErrorCode, server::Ctx, server::faults::internal};
use entity::{Column, Entity, Model};
use sea_orm::{QueryOrder, prelude::*};
use webauthn_rs::prelude::Passkey;

/// Refused without saying why: the reason is in the log.
fn refused(why: &dyn std::fmt::Display) -> AppError {
    tracing::info!(%why, "a passkey was refused");
    ErrorCode::PasskeyRefused.into()
}

/// An error unless the organisation allows passkeys.
async fn check_allowed(ctx: &Ctx, organisation_id: i64) -> AppResult<()> {
    match rules(ctx, organisation_id).await?.passkeys_allowed {
        true => Ok(()),
        false => Err(ErrorCode::PasskeysOff.into()),
    }
}

/// The passkeys of an administrator, oldest first.
async fn passkeys_of(ctx: &Ctx, administrator_id: i64) -> AppResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::AdministratorId.eq(administrator_id))
        .order_by_asc(Column::Id)
        .all(ctx.db.conn())
        .await?)
}

fn credential(row: &Model) -> AppResult<Passkey> {
    serde_json::from_str(&row.credential).map_err(|e| internal(&e))
}

/// Whether the administrator can prove by a passkey who they are.
pub(super) async fn has_passkey(ctx: &Ctx, administrator: &administrator::Model) -> AppResult<bool> {
    let allowed = rules(ctx, administrator.organisation_id).await?.passkeys_allowed;
    Ok(allowed && !passkeys_of(ctx, administrator.id).await?.is_empty())
}
