//! To whom a message goes: lists, the failed of another message, or the people of a broadcast.
use super::{
    drafts::list_ids_of,
    entity,
    store::{self, To},
};
use crate::features::{
    auth::server::Granted,
    identities::server::{self as identities, Identity},
    lists::server::{Newcomers, greet},
    messages::model::{BROADCAST_NAME, Scope, Settings},
    plans::server::check_limit,
    recipients::server::insert_missing,
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId,
    permission::{Capability, cap},
    server::{Ctx, Tx},
    validate::Check,
};
use sea_orm::{ActiveValue::Set, ConnectionTrait};

/// Whom a message goes to, by what is stored of it.
pub async fn to_of<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    identity: &Identity,
    row: &entity::Model,
) -> AppResult<To> {
    if let Some(failed) = row.retry_of {
        return Ok(To::FailedOf(failed));
    }
    Ok(match Scope::of(&row.scope) {
        Scope::Lists => To::Lists(list_ids_of(ctx, conn, row.id).await?),
        Scope::Identity => To::Identity,
        Scope::Organisation => To::Organisation(identity.organisation_id),
        Scope::People => To::People(row.id),
    })
}

/// What is stored of a message besides lists and texts.
pub fn settings_of(row: &entity::Model) -> Settings {
    Settings {
        scope: Scope::of(&row.scope),
        name: row.broadcast_name.clone(),
        takes_replies: row.takes_replies,
        newcomers: row.for_newcomers,
    }
}

/// Puts them into a row.
pub fn set_settings(row: &mut entity::ActiveModel, settings: &Settings) {
    row.scope = Set(settings.scope.code().to_owned());
    row.broadcast_name = Set(settings.name.clone());
    row.takes_replies = Set(settings.takes_replies);
    row.for_newcomers = Set(settings.newcomers);
}

/// Everybody of the organisation takes a right of its own, besides that of sending.
pub fn may_reach<C: Capability + Clone>(granted: &Granted<C>, scope: Scope) -> AppResult<()> {
    match scope {
        Scope::Organisation => granted.clone().also::<cap::BroadcastToOrganisation>().map(|_| ()),
        Scope::Lists | Scope::Identity | Scope::People => Ok(()),
    }
}

/// A broadcast that is sent has a name.
pub fn check_name(row: &entity::Model) -> AppResult<()> {
    if !Scope::of(&row.scope).is_broadcast() {
        return Ok(());
    }
    let mut check = Check::new();
    check.text("name", &row.broadcast_name, BROADCAST_NAME);
    check.done()
}

/// Locks the identities in which nobody may come or go while the message is made, when newcomers get it later: each person
/// is then either among those who get it now or among those who get it later. Call it before any list is locked.
/// Of a message to the failed of another one, locks that one: the second click finds whom the first one has sent to.
pub async fn hold_scope(ctx: &Ctx, tx: &Tx, identity: &Identity, row: &entity::Model) -> AppResult<()> {
    if let Some(first) = row.retry_of {
        return store::hold(tx, first).await;
    }
    if !row.for_newcomers {
        return Ok(());
    }
    if Scope::of(&row.scope) != Scope::Organisation {
        return check_limit(ctx, tx, identity.id, 0).await;
    }
    for each in identities::all(ctx, identity.organisation_id).await? {
        check_limit(ctx, tx, each.id, 0).await?;
    }
    Ok(())
}

/// From now on whoever comes gets it too.
pub async fn greet_newcomers_with(
    tx: &Tx,
    identity: &Identity,
    row: &entity::Model,
    to: &To,
) -> AppResult<()> {
    let whose = match to {
        To::Lists(ids) => Newcomers::Lists(ids.clone()),
        To::Identity => Newcomers::Identity(identity.id),
        To::Organisation(_) => Newcomers::Organisation,
        To::People(_) | To::FailedOf(_) | To::Chosen(_) => return Ok(()),
    };
    greet(tx, row.id, identity.organisation_id, &whose).await
}

/// People of the organisation whom this identity does not know, as SQL that gives their IDs.
fn strangers_sql(organisation_id: i64, identity_id: i64) -> String {
    format!(
        "SELECT DISTINCT o.threema_id AS threema_id FROM recipient o JOIN identity i ON i.id = o.identity_id
         WHERE i.organisation_id = {organisation_id} AND i.id <> {identity_id} AND o.places > 0
           AND NOT EXISTS (SELECT 1 FROM recipient k WHERE k.identity_id = {identity_id} AND k.threema_id = o.threema_id)"
    )
}

/// How many of them a message goes to besides those whom its identity knows.
pub async fn count_strangers<C: ConnectionTrait>(
    ctx: &Ctx,
    conn: &C,
    identity: &Identity,
    to: &To,
) -> AppResult<u64> {
    let To::Organisation(organisation_id) = to else {
        return Ok(0);
    };
    let sql = format!(
        "SELECT COUNT(*) AS n FROM ({}) s",
        strangers_sql(*organisation_id, identity.id)
    );
    let row = conn.query_one_raw(ctx.db.stmt(&sql, [])).await?;
    let n: i64 = row.ok_or(ErrorCode::NotFound)?.try_get("", "n")?;
    Ok(u64::try_from(n).unwrap_or_default())
}

/// Makes them recipients of this identity, who are on none of its lists; within the plan's limit, as everybody who is reached.
/// Of what other identities know about them only the language comes along.
pub async fn invite_strangers(ctx: &Ctx, tx: &Tx, identity: &Identity, to: &To) -> AppResult<()> {
    let To::Organisation(organisation_id) = to else {
        return Ok(());
    };
    let sql = strangers_sql(*organisation_id, identity.id);
    let rows = tx.conn().query_all_raw(tx.stmt(&sql, [])).await?;
    let mut ids = Vec::with_capacity(rows.len());
    for row in rows {
        let id: String = row.try_get("", "threema_id")?;
        ids.extend(id.parse::<ThreemaId>().ok());
    }
    invite(ctx, tx, identity, ids).await
}

/// The same for these people.
pub async fn invite(ctx: &Ctx, tx: &Tx, identity: &Identity, mut ids: Vec<ThreemaId>) -> AppResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    ids.sort_unstable();
    check_limit(ctx, tx, identity.id, ids.len() as u64).await?;
    let now = ctx.now().0;
    insert_missing(tx, identity.id, &ids, (0, 0), now).await?;
    let sql = "UPDATE recipient SET language = (SELECT MIN(o.language) FROM identity i JOIN recipient o ON o.identity_id = i.id
                   WHERE i.organisation_id = $2 AND o.threema_id = recipient.threema_id)
               WHERE identity_id = $1 AND places = 0 AND created_at = $3 AND language IS NULL";
    let values = [identity.id.into(), identity.organisation_id.into(), now.into()];
    tx.exec(sql, values).await.map(|_| ())
}
