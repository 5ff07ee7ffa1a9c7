//! Queries on identities.
use super::entity::{Column, Entity, Model};
use crate::kernel::{AppResult, ErrorCode, ThreemaId, Uid, server::Ctx};
use sea_orm::{QueryOrder, prelude::*};

/// The identity with that uid in that organisation.
///
/// # Errors
/// [`ErrorCode::NotFound`] when there is none, or when it belongs to another organisation.
pub async fn find(ctx: &Ctx, organisation_id: i64, uid: &Uid) -> AppResult<Model> {
    Entity::find()
        .filter(Column::Uid.eq(uid.as_str()))
        .filter(Column::OrganisationId.eq(organisation_id))
        .one(ctx.db.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The identity of a row's number: for jobs, which act for no organisation in particular.
pub async fn find_by_id(ctx: &Ctx, id: i64) -> AppResult<Model> {
    Entity::find_by_id(id)
        .one(ctx.db.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The identity with that Threema ID, whatever its organisation: for the callback, which the gateway signs.
pub async fn find_by_threema_id(ctx: &Ctx, threema_id: &ThreemaId) -> AppResult<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::ThreemaId.eq(threema_id.as_str()))
        .one(ctx.db.conn())
        .await?)
}

/// All identities of an organisation, by the time they were made.
pub async fn all(ctx: &Ctx, organisation_id: i64) -> AppResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::OrganisationId.eq(organisation_id))
        .order_by_asc(Column::Id)
        .all(ctx.db.conn())
        .await?)
}
