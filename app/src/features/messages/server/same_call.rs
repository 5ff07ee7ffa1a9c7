//! The same call once more (`Idempotency-Key`): it is answered with the message that the first one has made.
use super::{SendNow, audience::settings_of, body, drafts::list_ids_of, entity};
use crate::features::{
    identities::server::Identity,
    messages::model::{MessageState as S, Settings},
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
    (settings, lists): (&Settings, &[i64]),
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
    // what was sent back may have been changed: nothing has left, and the answer says so
    if row.state != S::Draft.code() && !same(ctx, identity, &row, input, (settings, lists)).await? {
        return Err(AppError::field("Idempotency-Key", Problem::Taken));
    }
    Ok(row.uid.parse().ok())
}

async fn same(
    ctx: &Ctx,
    identity: &Identity,
    row: &entity::Model,
    input: &SendNow,
    (settings, lists): (&Settings, &[i64]),
) -> AppResult<bool> {
    let mut asked = lists.to_vec();
    asked.sort_unstable();
    let was = settings_of(row);
    // that newcomers get it, somebody may have ended since
    Ok(
        (was.scope, &was.name, was.takes_replies) == (settings.scope, &settings.name, settings.takes_replies)
            && list_ids_of(ctx, ctx.db.conn(), row.id).await? == asked
            && (row.erased_at.is_some()
                || (other_people(ctx, row, input).await? == 0
                    && body::texts(ctx, identity.organisation_id, row).await? == input.texts)),
    )
}

/// How many people either the message names or this call, but not both; of those whom the identity knows, because others
/// are not named.
async fn other_people(ctx: &Ctx, row: &entity::Model, input: &SendNow) -> AppResult<i64> {
    let sql = format!(
        "WITH asked AS MATERIALIZED (SELECT j.value AS threema_id FROM {} AS j)
         SELECT COUNT(*) AS n FROM recipient r WHERE r.identity_id = $1
           AND (r.threema_id IN (SELECT threema_id FROM asked)
                OR r.id IN (SELECT recipient_id FROM message_person WHERE message_id = $2))
           AND NOT (r.threema_id IN (SELECT threema_id FROM asked)
                AND r.id IN (SELECT recipient_id FROM message_person WHERE message_id = $2))",
        json_texts(ctx.db.is_sqlite(), "$3")
    );
    let people = texts_json(&unify(input.people.clone()));
    let values = [row.identity_id.into(), row.id.into(), people.into()];
    let row = ctx.db.conn().query_one_raw(ctx.db.stmt(&sql, values)).await?;
    Ok(row.map_or(Ok(0), |r| r.try_get("", "n"))?)
}
