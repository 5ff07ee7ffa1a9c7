//! Showing and configuring identities.
use super::{entity::Model, store};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    identities::model::{IdentityConfiguration, IdentityView, PlanChange},
    plans::{
        model::PlanView,
        server::{current_plan, current_plans, start_plan},
    },
};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp, Uid,
    live::Change,
    permission::cap,
    server::{Ctx, faults::internal, live::LiveEvent},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};

/// All identities that the caller sees, by the time they were made; who sees none gets none.
pub async fn list(ctx: Ctx, granted: Granted<cap::SignedIn>) -> AppResult<Vec<IdentityView>> {
    let rows = store::seen(&ctx, &granted).await?;
    let ids = rows.iter().map(|row| row.id);
    let plans = current_plans(ctx.db.conn(), ids, ctx.now()).await?;
    let view = |row: Model| {
        let plan = plans.get(&row.id).copied();
        view_of(row, plan)
    };
    rows.into_iter().map(view).collect()
}

/// One identity.
pub async fn load(ctx: Ctx, granted: Granted<cap::SeeIdentities>, identity: Uid) -> AppResult<IdentityView> {
    let row = store::find(&ctx, &granted, &identity).await?;
    let plan = current_plan(ctx.db.conn(), row.id, ctx.now()).await?;
    view_of(row, plan)
}

/// Changes nickname, description, default language, undo window and above which number approval is needed. That number
/// stays unless the form has changed it: a page that was open for long must not put an old one back.
///
/// # Errors
/// [`ErrorCode::Changed`] when the number is changed from one that is not there any more.
pub async fn configure(
    ctx: Ctx,
    granted: Granted<cap::ConfigureIdentities>,
    identity: Uid,
    input: IdentityConfiguration,
) -> AppResult<IdentityView> {
    let input = input.validate()?;
    let found = store::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = store::lock(&tx, found.id).await?;
    let approval = input.approval_above.map(i64::from);
    let changed = input.approval_above != input.approval_was && approval != before.approval_above;
    if changed {
        if before.approval_above != input.approval_was.map(i64::from) {
            return Err(ErrorCode::Changed.into());
        }
        // whoever may do this could send without the second pair of eyes
        granted.fresh(ctx.now())?;
    }
    let shown = |row: &Model| {
        serde_json::json!({
            "nickname": row.nickname, "description": row.description,
            "defaultLanguage": row.default_language, "undoSeconds": row.undo_seconds, "approvalAbove": row.approval_above,
        })
    };
    let mut row = before.clone().into_active_model();
    row.nickname = Set(input.nickname);
    row.description = Set(input.description);
    row.default_language = Set(input.default_language.to_string());
    row.undo_seconds = Set(input.undo_seconds.into());
    if changed {
        row.approval_above = Set(approval);
        let detail = serde_json::json!({
            "before": { "approvalAbove": before.approval_above }, "after": { "approvalAbove": approval },
        });
        record(&ctx, &tx, granted.who(), "identity.approval", &before.uid, detail).await?;
    }
    let after = row.update(tx.conn()).await?;
    let detail = serde_json::json!({ "before": shown(&before), "after": shown(&after) });
    record(&ctx, &tx, granted.who(), "identity.configure", &after.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &after, &identity);
    let plan = current_plan(ctx.db.conn(), after.id, ctx.now()).await?;
    view_of(after, plan)
}

/// Switches whether only internal people are answered (rule 5).
pub async fn set_availability(
    ctx: Ctx,
    granted: Granted<cap::ConfigureIdentities>,
    identity: Uid,
    internal_only: bool,
) -> AppResult<IdentityView> {
    let found = store::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = store::lock(&tx, found.id).await?;
    let was = before.internal_only;
    let mut row = before.into_active_model();
    row.internal_only = Set(internal_only);
    let after = row.update(tx.conn()).await?;
    if was != internal_only {
        let detail = serde_json::json!({
            "before": { "internalOnly": was }, "after": { "internalOnly": internal_only },
        });
        record(
            &ctx,
            &tx,
            granted.who(),
            "identity.availability",
            &after.uid,
            detail,
        )
        .await?;
    }
    tx.commit().await?;
    tell(&ctx, &after, &identity);
    let plan = current_plan(ctx.db.conn(), after.id, ctx.now()).await?;
    view_of(after, plan)
}

/// Starts another plan at once; those who are there already stay, even over the new limit (rule 3).
pub async fn change_plan(
    ctx: Ctx,
    granted: Granted<cap::ChangePlan>,
    identity: Uid,
    input: PlanChange,
) -> AppResult<IdentityView> {
    let (choice, months) = input.validate()?;
    let row = store::find(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = current_plan(tx.conn(), row.id, ctx.now()).await?;
    let plan = start_plan(&ctx, &tx, row.id, &choice, months).await?;
    let detail = serde_json::json!({ "before": before, "after": plan });
    record(&ctx, &tx, granted.who(), "identity.plan", &row.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &row, &identity);
    view_of(row, Some(plan))
}

/// Open pages load the identity again.
pub(super) fn tell(ctx: &Ctx, row: &Model, uid: &Uid) {
    ctx.live.tell(LiveEvent {
        organisation_id: row.organisation_id,
        identity_id: Some(row.id),
        change: Change::Identity { uid: uid.clone() },
    });
}

/// What the cockpit shows of a row.
pub(super) fn view_of(row: Model, plan: Option<PlanView>) -> AppResult<IdentityView> {
    let malformed = || internal(&"a stored identity is malformed");
    Ok(IdentityView {
        uid: row.uid.parse().map_err(|_| malformed())?,
        threema_id: row.threema_id.parse().map_err(|_| malformed())?,
        nickname: row.nickname,
        description: row.description,
        default_language: row.default_language.parse().map_err(|_| malformed())?,
        undo_seconds: u32::try_from(row.undo_seconds).map_err(|_| malformed())?,
        approval_above: row.approval_above.and_then(|n| u64::try_from(n).ok()),
        internal_only: row.internal_only,
        public_key: hex::encode(row.public_key),
        recipient_count: u64::try_from(row.recipient_count).unwrap_or_default(),
        plan,
        created_at: Timestamp(row.created_at),
    })
}
