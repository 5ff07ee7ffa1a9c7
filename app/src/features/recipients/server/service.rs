//! Showing and editing recipients.
use super::{
    entity::{Column, Entity, Model},
    fold::{recipient_key, recipient_search},
    pages::{find_recipient, page_of, recipient_of},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    identities::server::{Identity, find as find_identity},
    plans::server::current_plan,
    recipients::model::{Recipient, RecipientDetails, RecipientState, RecipientsPage},
};
use crate::kernel::{
    AppResult, PageRequest, ThreemaId, Uid,
    live::Change,
    permission::cap,
    server::{Ctx, live::LiveEvent},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*, sea_query::ExprTrait};

/// One page of everybody that the identity knows.
pub async fn list_recipients(
    ctx: Ctx,
    granted: Granted<cap::SeeRecipients>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<RecipientsPage> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let known = Entity::find()
        .filter(Column::IdentityId.eq(identity.id))
        .count(ctx.db.conn())
        .await?;
    let plan = current_plan(ctx.db.conn(), identity.id, ctx.now()).await?;
    Ok(RecipientsPage {
        page: page_of(&ctx.db, identity.id, None, known, &request).await?,
        count: u64::try_from(identity.recipient_count).unwrap_or_default(),
        limit: plan.map_or(Some(0), |p| p.recipient_limit),
        held: held_count(&ctx, identity.id).await?,
        external: match identity.internal_only {
            true => external_count(&ctx, identity.id).await?,
            false => 0,
        },
    })
}

/// How many recipients of the identity are in feeds only.
pub async fn external_count(ctx: &Ctx, identity_id: i64) -> AppResult<u64> {
    Ok(Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::FeedPlaces.gt(0))
        .filter(Expr::col(Column::Places).eq(Expr::col(Column::FeedPlaces)))
        .count(ctx.db.conn())
        .await?)
}

/// How many recipients of the identity are held because their key has changed.
pub async fn held_count(ctx: &Ctx, identity_id: i64) -> AppResult<u64> {
    Ok(Entity::find()
        .filter(Column::IdentityId.eq(identity_id))
        .filter(Column::State.eq(RecipientState::KeyChanged.number()))
        .count(ctx.db.conn())
        .await?)
}

/// Changes names, language and category; what is empty is emptied.
pub async fn edit_recipient(
    ctx: Ctx,
    granted: Granted<cap::ManageRecipients>,
    identity: Uid,
    recipient: ThreemaId,
    input: RecipientDetails,
) -> AppResult<Recipient> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let before = find_recipient(&ctx, identity.id, &recipient).await?;
    let mut row = before.clone().into_active_model();
    row.name_key = Set(recipient_key(
        recipient.as_str(),
        &input.first_name,
        &input.last_name,
    ));
    row.search_text = Set(recipient_search(
        recipient.as_str(),
        &input.first_name,
        &input.last_name,
        &input.category,
    ));
    row.first_name = Set(input.first_name);
    row.last_name = Set(input.last_name);
    row.category = Set(input.category);
    row.language = Set(Some(input.language).filter(|l| !l.is_empty()));
    let tx = ctx.db.begin().await?;
    let after = row.update(tx.conn()).await?;
    let detail = serde_json::json!({
        "threemaId": recipient, "before": shown(&before), "after": shown(&after),
    });
    record(&ctx, &tx, granted.who(), "recipient.edit", &identity.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    recipient_of(after)
}

fn shown(row: &Model) -> serde_json::Value {
    serde_json::json!({
        "firstName": row.first_name, "lastName": row.last_name,
        "language": row.language, "category": row.category,
    })
}

/// Tells open pages that lists or recipients of the identity have changed. Call it after the commit.
pub fn tell(ctx: &Ctx, identity: &Identity) {
    if let Ok(uid) = identity.uid.parse() {
        ctx.live.tell(LiveEvent {
            organisation_id: identity.organisation_id,
            identity_id: Some(identity.id),
            change: Change::Identity { uid },
        });
    }
}
