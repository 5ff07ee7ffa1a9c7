//! Signing in and out, and what every page needs to know.
use super::{
    confirm::mark,
    devices,
    entity::{administrator, organisation},
    guard::{Caller, Visit},
    password, refusals,
    rights::shown_rights,
    rules::{passkeys_anywhere, rules},
    second_factor,
    session_store::{ADDRESS, ADMINISTRATOR, DEVICE, PASSWORD_AT, STARTED_AT, new_token, session_fault},
    throttle::{self, Kind},
    user_agent,
};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::features::auth::model::{Me, NextStep, SecondStep, Site};
use crate::kernel::{
    AppResult, ErrorCode, Timestamp,
    server::{Ctx, faults::internal},
};
use sea_orm::prelude::*;
use serde_json::json;

/// Where a session keeps that a second factor has to be set up before anything else.
pub(super) const MUST_SET_UP: &str = "must_set_up";

/// What every page needs to know before it is drawn.
pub async fn site(ctx: Ctx, visit: Visit) -> AppResult<Site> {
    // before anything is read: what changes meanwhile, the page hears
    let live = ctx.live.mark();
    let (me, restored_from) = match &visit.caller {
        Some(caller) => me(&ctx, caller).await?.unzip(),
        None => (None, None),
    };
    let (second_step, passkeys) = match me {
        Some(_) => (None, false),
        None => (second_step(&ctx, &visit).await?, passkeys_anywhere(&ctx).await?),
    };
    Ok(Site {
        passkeys,
        second_step,
        language: me.as_ref().map_or(visit.language, |m| m.language),
        live: me.is_some().then_some(live),
        me,
        restored_from: restored_from.flatten(),
        local_gateway: ctx.settings.local_gateway,
        mail: ctx.settings.mail.is_some(),
        links: [
            ctx.settings.support_url.clone(),
            ctx.settings.terms_url.clone(),
            ctx.settings.privacy_url.clone(),
        ],
    })
}

/// What is still owed after the right password.
async fn second_step(ctx: &Ctx, visit: &Visit) -> AppResult<Option<SecondStep>> {
    let Some((_, factor)) = second_factor::pending_second_step(ctx, &visit.session).await? else {
        return Ok(None);
    };
    Ok(Some(SecondStep {
        kind: second_factor::kind(&factor)?,
        // the end is enough to know which phone to take
        threema_id: factor
            .threema_id
            .map(|id| format!("••••{}", id.get(4..).unwrap_or_default())),
    }))
}

/// The administrator, and the time of the backup that their organisation was restored from.
async fn me(ctx: &Ctx, caller: &Caller) -> AppResult<Option<(Me, Option<Timestamp>)>> {
    let Some(id) = caller.who.administrator_id else {
        return Ok(None);
    };
    let Some(a) = administrator::Entity::find_by_id(id).one(ctx.db.conn()).await? else {
        return Ok(None);
    };
    let rights = shown_rights(ctx, &caller.rights).await?;
    let organisation = organisation::Entity::find_by_id(a.organisation_id)
        .one(ctx.db.conn())
        .await?;
    let restored_from = organisation.as_ref().and_then(|o| o.restored_from);
    let me = Me {
        uid: a
            .uid
            .parse()
            .map_err(|_| internal(&"a stored uid is malformed"))?,
        name: a.name,
        email: a.email,
        language: a.language.parse().unwrap_or_default(),
        organisation: organisation.map(|o| o.name).unwrap_or_default(),
        full_access: a.full_access,
        rights,
    };
    Ok(Some((me, restored_from.map(Timestamp))))
}

/// Signs in with e-mail and password. The answer is the same whether the account exists or not.
pub async fn sign_in(ctx: Ctx, visit: Visit, email: String, password: String) -> AppResult<NextStep> {
    let email = email.trim().to_lowercase();
    throttle::check(&ctx, Kind::Password, &email, &visit).await?;
    let found = administrator::Entity::find()
        .filter(administrator::Column::Email.eq(&email))
        .filter(administrator::Column::DisabledAt.is_null())
        .one(ctx.db.conn())
        .await?;
    let fits = password::verify(&password, found.as_ref().map(|a| a.password_hash.clone())).await?;
    let Some(administrator) = found.filter(|_| fits) else {
        refusals::note(&ctx, &visit, email).await?;
        return Err(ErrorCode::WrongCredentials.into());
    };
    if let Some(factor) = second_factor::active(&ctx, administrator.id).await? {
        throttle::was_right(&ctx, Kind::Password, &email, &visit).await?;
        second_factor::begin_second_step(&ctx, &visit, &administrator, &factor).await?;
        return Ok(NextStep::Code);
    }
    throttle::passed(&ctx, Kind::Password, &email, &visit).await?;
    first_session(&ctx, &visit, &administrator, "password").await
}

/// Starts the session of somebody without a second factor; where the rules ask for one, all that it may do at first is to
/// set one up.
pub async fn first_session(
    ctx: &Ctx,
    visit: &Visit,
    administrator: &administrator::Model,
    by: &str,
) -> AppResult<NextStep> {
    start_session(ctx, visit, administrator, by).await?;
    if !rules(ctx, administrator.organisation_id)
        .await?
        .second_factor_required
    {
        return Ok(NextStep::Done);
    }
    visit
        .session
        .insert(MUST_SET_UP, true)
        .await
        .map_err(|e| session_fault(&e))?;
    Ok(NextStep::SetUp)
}

/// The second factor is there: the session is one like all others, with a new token when it was none before.
pub(super) async fn set_up_done(ctx: &Ctx, visit: &Visit) -> AppResult<()> {
    let owed: Option<bool> = visit
        .session
        .get(MUST_SET_UP)
        .await
        .map_err(|e| session_fault(&e))?;
    if owed != Some(true) {
        return Ok(());
    }
    new_token(ctx, &visit.session).await?;
    let _: Option<bool> = visit
        .session
        .remove(MUST_SET_UP)
        .await
        .map_err(|e| session_fault(&e))?;
    Ok(())
}

/// Gives the session a new token and the administrator; `by` says how they proved who they are.
pub async fn start_session(
    ctx: &Ctx,
    visit: &Visit,
    administrator: &administrator::Model,
    by: &str,
) -> AppResult<()> {
    let _: Option<bool> = visit
        .session
        .remove(MUST_SET_UP)
        .await
        .map_err(|e| session_fault(&e))?;
    visit.session.cycle_id().await.map_err(|e| session_fault(&e))?;
    let device = visit
        .user_agent
        .as_deref()
        .map(user_agent::device)
        .unwrap_or_default();
    for (key, value) in [
        (ADMINISTRATOR, json!(administrator.id)),
        (PASSWORD_AT, json!(administrator.password_changed_at)),
        (STARTED_AT, json!(ctx.now())),
        (DEVICE, json!(device)),
        (ADDRESS, json!(visit.address)),
    ] {
        let kept = visit.session.insert(key, value).await;
        kept.map_err(|e| session_fault(&e))?;
    }
    mark(ctx, visit).await?;
    devices::remember(ctx, visit, administrator).await?;
    let who = Who {
        organisation_id: administrator.organisation_id,
        kind: ActorKind::Administrator,
        administrator_id: Some(administrator.id),
        address: visit.address.clone(),
    };
    let tx = ctx.db.begin().await?;
    record(
        ctx,
        &tx,
        &who,
        "session.start",
        &administrator.uid,
        serde_json::json!({ "by": by }),
    )
    .await?;
    tx.exec(
        "UPDATE administrator SET last_sign_in_at = $1 WHERE id = $2",
        [ctx.now().0.into(), administrator.id.into()],
    )
    .await?;
    tx.commit().await
}

/// Ends the session.
pub async fn sign_out(ctx: Ctx, visit: Visit) -> AppResult<()> {
    visit.session.flush().await.map_err(|e| session_fault(&e))?;
    leptos_axum::redirect("/login");
    let Some(caller) = &visit.caller else {
        return Ok(());
    };
    let tx = ctx.db.begin().await?;
    record(
        &ctx,
        &tx,
        &caller.who,
        "session.sign-out",
        "",
        serde_json::json!({}),
    )
    .await?;
    tx.commit().await
}
