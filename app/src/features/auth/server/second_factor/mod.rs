//! The second factor of a sign-in: a code of an authenticator app (TOTP) or one that comes by Threema message, and backup
//! codes for the day when neither is at hand.
mod backup;
mod entity;
mod manage;
mod message;
mod prove;
mod totp;

pub use manage::{
    finish_second_factor, load_second_factor, new_backup_codes, operators_remove_second_factor,
    remove_second_factor, start_message_factor, start_totp,
};
pub use message::{CodeToSend, code_to_send};
pub(super) use prove::{begin as begin_second_step, pending as pending_second_step};
pub use prove::{confirm_by_code, resend_code, send_confirmation_code, sign_in_by_code};

use super::entity::administrator;
use crate::features::auth::model::FactorKind;
use crate::kernel::{
    AppResult,
    server::{Ctx, data_key::open_sealed, faults::internal, secret::Place},
};
use entity::{Column, Entity, Model};
use sea_orm::prelude::*;

/// The factor of an administrator: the one that counts, or the one that is being set up.
async fn find(ctx: &Ctx, administrator_id: i64, active: bool) -> AppResult<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::AdministratorId.eq(administrator_id))
        .filter(Column::Active.eq(active))
        .one(ctx.db.conn())
        .await?)
}

/// The factor that counts.
pub(super) async fn active(ctx: &Ctx, administrator_id: i64) -> AppResult<Option<Model>> {
    find(ctx, administrator_id, true).await
}

/// What kind of factor it is.
pub(super) fn kind(row: &Model) -> AppResult<FactorKind> {
    FactorKind::parse(&row.kind).ok_or_else(|| internal(&"a stored kind of second factor is unknown"))
}

fn place(column: &str, row: &Model) -> Place {
    Place::new("second_factor", column, &row.uid)
}

async fn open(
    ctx: &Ctx,
    administrator: &administrator::Model,
    place: &Place,
    sealed: &[u8],
) -> AppResult<zeroize::Zeroizing<Vec<u8>>> {
    open_sealed(ctx, ctx.db.conn(), administrator.organisation_id, place, sealed).await
}
