//! Signing in and out, and what every page needs to know.
use super::{
    confirm::mark,
    entity::{administrator, organisation},
    guard::{Caller, Visit},
    password,
    rights::shown_rights,
    session_store::ADMINISTRATOR,
    throttle,
};
use crate::features::audit::server::{ActorKind, Who, record};
use crate::features::auth::model::{Me, Site};
use crate::kernel::{
    AppResult, ErrorCode,
    server::{Ctx, faults::internal},
};
use sea_orm::prelude::*;

/// What every page needs to know before it is drawn.
pub async fn site(ctx: Ctx, visit: Visit) -> AppResult<Site> {
    let me = match &visit.caller {
        Some(caller) => me(&ctx, caller).await?,
        None => None,
    };
    Ok(Site {
        language: me.as_ref().map_or(visit.language, |m| m.language),
        me,
        local_gateway: ctx.settings.local_gateway,
        links: [
            ctx.settings.support_url.clone(),
            ctx.settings.terms_url.clone(),
            ctx.settings.privacy_url.clone(),
        ],
    })
}

async fn me(ctx: &Ctx, caller: &Caller) -> AppResult<Option<Me>> {
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
    Ok(Some(Me {
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
    }))
}

/// Signs in with e-mail and password. The answer is the same whether the account exists or not.
pub async fn sign_in(ctx: Ctx, visit: Visit, email: String, password: String) -> AppResult<()> {
    let email = email.trim().to_lowercase();
    throttle::check(&ctx, &email, visit.address.as_deref()).await?;
    let found = administrator::Entity::find()
        .filter(administrator::Column::Email.eq(&email))
        .filter(administrator::Column::DisabledAt.is_null())
        .one(ctx.db.conn())
        .await?;
    let fits = password::verify(&password, found.as_ref().map(|a| a.password_hash.clone())).await?;
    let Some(administrator) = found.filter(|_| fits) else {
        throttle::failed(&ctx, &email, visit.address.as_deref()).await?;
        return Err(ErrorCode::WrongCredentials.into());
    };
    throttle::passed(&ctx, &email).await?;
    start_session(&ctx, &visit, &administrator).await
}

/// Gives the session a new token and the administrator.
pub async fn start_session(ctx: &Ctx, visit: &Visit, administrator: &administrator::Model) -> AppResult<()> {
    visit.session.cycle_id().await.map_err(|e| internal(&e))?;
    visit
        .session
        .insert(ADMINISTRATOR, administrator.id)
        .await
        .map_err(|e| internal(&e))?;
    mark(ctx, visit).await?;
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
        serde_json::Value::Null,
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
pub async fn sign_out(_ctx: Ctx, visit: Visit) -> AppResult<()> {
    visit.session.flush().await.map_err(|e| internal(&e))
}
