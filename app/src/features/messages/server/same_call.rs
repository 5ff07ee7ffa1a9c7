//! The same call once more (`Idempotency-Key`): it is answered with the message that the first one has made.
use super::{
    SendNow, body,
    drafts::{is_open, list_ids_of},
    entity,
};
use crate::features::{
    identities::server::Identity,
    messages::model::Scope,
    recipients::server::{json_texts, texts_json, unify},
};
use crate::kernel::{AppError, AppResult, Problem, Uid, server::Ctx};
use sea_orm::prelude::*;

/// The message that an earlier call with this key has made; none when there was no such call.
///
/// # Errors
/// A field error when the key was used for something else: answering its message would hide that nothing is sent now.
pub async fn made_before(
    ctx: &Ctx,
    identity: &Identity,
    input: &SendNow,
    lists: &[i64],
) -> AppResult<Option<Uid>> {
    let Some(key) = input.idempotency_key.as_deref() else {
        return Ok(None);
    };
    let row = entity::Entity::find()
        .filter(entity::Column::IdentityId.eq(identity.id))
        .filter(entity::Column::IdempotencyKey.eq(key))
        .one(ctx.db.conn())
        .await?;
    let Some(row) = row else { return Ok(None) };
    // what was sent back for a change may have been changed: nothing has left, and the answer says so
    if !is_open(&row) && !same(ctx, identity, &row, input, lists).await? {
        return Err(AppError::field("Idempotency-Key", Problem::Taken));
    }
    Ok(row.uid.parse().ok())
}

async fn same(
    ctx: &Ctx,
    identity: &Identity,
    row: &entity::Model,
    input: &SendNow,
    lists: &[i64],
) -> AppResult<bool> {
    let mut asked = lists.to_vec();
    asked.sort_unstable();
    Ok(Scope::of(&row.scope) == input.settings.scope
        && list_ids_of(ctx, ctx.db.conn(), row.id).await? == asked
        && strangers(ctx, row.id, input).await? == 0
        && (row.erased_at.is_some() || body::texts(ctx, identity.organisation_id, row).await? == input.texts))
}

/// How many people the message names whom this call does not. The other way round says nothing: who is not known to the
/// identity is not named.
async fn strangers(ctx: &Ctx, message_id: i64, input: &SendNow) -> AppResult<i64> {
    let sql = format!(
        "SELECT COUNT(*) AS n FROM message_person p JOIN recipient r ON r.id = p.recipient_id
         WHERE p.message_id = $1 AND r.threema_id NOT IN (SELECT j.value FROM {} AS j)",
        json_texts(ctx.db.is_sqlite(), "$2")
    );
    let values = [message_id.into(), texts_json(&unify(input.people.clone())).into()];
    let row = ctx.db.conn().query_one_raw(ctx.db.stmt(&sql, values)).await?;
    Ok(row.map_or(Ok(0), |r| r.try_get("", "n"))?)
}
