//! Queries on identities.
use super::entity::{Column, Entity, Model};
use crate::features::auth::server::Granted;
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId, Uid,
    permission::Capability,
    server::{Ctx, Tx},
};
use sea_orm::{QueryOrder, prelude::*};
use std::collections::BTreeSet;

/// The identity with that uid, in which the caller has the permission: the one way for calls from outside.
///
/// # Errors
/// [`ErrorCode::NotFound`] when there is none, when it belongs to another organisation, or when the caller may not see
/// it; [`ErrorCode::Forbidden`] when the caller sees it and lacks the permission in it.
pub async fn find<C: Capability>(ctx: &Ctx, granted: &Granted<C>, uid: &Uid) -> AppResult<Model> {
    let found = Entity::find()
        .filter(Column::Uid.eq(uid.as_str()))
        .filter(Column::OrganisationId.eq(granted.organisation_id()))
        .one(ctx.db.conn())
        .await?
        .ok_or(ErrorCode::NotFound)?;
    granted.enter(found.id)?;
    Ok(found)
}

/// The identity, locked until the transaction ends: nobody else configures it meanwhile.
pub async fn lock(tx: &Tx, id: i64) -> AppResult<Model> {
    tx.exec(
        "UPDATE identity SET nickname = nickname WHERE id = $1",
        [id.into()],
    )
    .await?;
    let found = Entity::find_by_id(id).one(tx.conn()).await?;
    found.ok_or_else(|| ErrorCode::NotFound.into())
}

/// The identity of a row's number: for jobs, which act for no organisation in particular.
pub async fn find_by_id(ctx: &Ctx, id: i64) -> AppResult<Model> {
    Entity::find_by_id(id)
        .one(ctx.db.conn())
        .await?
        .ok_or_else(|| ErrorCode::NotFound.into())
}

/// The identities with these Threema IDs, whatever their organisations: for callbacks, which the gateway signs.
pub async fn find_by_threema_ids(ctx: &Ctx, ids: &BTreeSet<ThreemaId>) -> AppResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::ThreemaId.is_in(ids.iter().map(ThreemaId::as_str)))
        .all(ctx.db.conn())
        .await?)
}

/// The identity with that Threema ID, whatever its organisation.
pub async fn find_by_threema_id(ctx: &Ctx, threema_id: &ThreemaId) -> AppResult<Option<Model>> {
    Ok(Entity::find()
        .filter(Column::ThreemaId.eq(threema_id.as_str()))
        .one(ctx.db.conn())
        .await?)
}

/// All identities of an organisation, by the time they were made: for the server's own work.
pub async fn all(ctx: &Ctx, organisation_id: i64) -> AppResult<Vec<Model>> {
    Ok(Entity::find()
        .filter(Column::OrganisationId.eq(organisation_id))
        .order_by_asc(Column::Id)
        .all(ctx.db.conn())
        .await?)
}

/// All identities of the organisation that the caller sees, by the time they were made.
pub async fn seen<C: Capability>(ctx: &Ctx, granted: &Granted<C>) -> AppResult<Vec<Model>> {
    let mut rows = all(ctx, granted.organisation_id()).await?;
    rows.retain(|row| granted.rights().sees(&row.id));
    Ok(rows)
}
