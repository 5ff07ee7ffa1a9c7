//! Bringing phones to the staged state, and the staged state back to that of the phones.
use super::{
    queue::add_round,
    store::{self, Group},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    groups::model::{judge::RESYNC_AFTER, plan::Round},
    identities::server::{Identity, find as find_identity},
    plans::server::{check_limit, check_valid},
    recipients::server::name_key,
};
use crate::kernel::{
    AppResult, ErrorCode, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use std::time::Duration;

/// How often [`wait_until_sent`] looks.
const LOOK: Duration = Duration::from_millis(50);
/// How long it waits at most.
const PATIENCE: u32 = 50_000 / 50;

/// Puts a round on its way that brings every phone to the staged state.
///
/// # Errors
/// [`ErrorCode::PlanEnded`]; [`ErrorCode::WrongState`] for a group that was dissolved.
pub async fn synchronise(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    check_valid(&ctx, ctx.db.conn(), identity.id).await?;
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let round = start_round(&ctx, &tx, &identity, group.clone()).await?;
    let detail = serde_json::json!({
        "name": group.name, "to": round.full.len(), "removed": round.out.len(), "savesHistory": group.saves_history,
    });
    record(&ctx, &tx, granted.who(), "group.synchronise", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

/// The staged state becomes the sent one, and its round is put on its way. The group is locked.
pub(super) async fn start_round(ctx: &Ctx, tx: &Tx, identity: &Identity, group: Group) -> AppResult<Round> {
    let round = Round::staged(&store::standings(tx.conn(), group.id).await?);
    let number = group.version + 1;
    let group = Group {
        sent_name: group.name.clone(),
        sent_picture_id: group.picture_id,
        version: number,
        ..group
    };
    // the rows name their receivers, so this comes before those who are out lose their place
    add_round(ctx, tx, identity, &group, (&round, number)).await?;
    let sql = "DELETE FROM group_member WHERE group_id = $1 AND NOT wanted AND left_at IS NULL";
    tx.exec(sql, [group.id.into()]).await?;
    let sql = "UPDATE group_member SET told = wanted, version = CASE WHEN wanted THEN version ELSE 0 END, problem = 0
               WHERE group_id = $1";
    tx.exec(sql, [group.id.into()]).await?;
    // a round for nobody ends at once
    let done = if round.steps().is_empty() {
        number
    } else {
        group.done_version
    };
    let sql = "UPDATE chat_group SET sent_name = name, sent_picture_id = picture_id, version = $1, done_version = $2,
                   round_at = $3 WHERE id = $4";
    let values = [number.into(), done.into(), ctx.now().0.into(), group.id.into()];
    tx.exec(sql, values).await?;
    Ok(round)
}

/// Pictures that nobody will be told of any more.
pub(super) async fn drop_old_pictures(tx: &Tx, group_id: i64) -> AppResult<()> {
    // what is on its way may still name the one before
    let sql = "DELETE FROM group_picture WHERE group_id = $1
               AND id NOT IN (SELECT picture_id FROM chat_group WHERE id = $1 AND picture_id IS NOT NULL)
               AND id NOT IN (SELECT sent_picture_id FROM chat_group WHERE id = $1 AND sent_picture_id IS NOT NULL)
               AND NOT EXISTS (SELECT 1 FROM group_send WHERE group_id = $1 AND state = 0)";
    tx.exec(sql, [group_id.into()]).await.map(|_| ())
}

/// With the first activity seven days after the last round everybody is told again what they were told last. The group is
/// locked.
pub(super) async fn resync_when_due(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
) -> AppResult<bool> {
    let now = ctx.now().0;
    if !group.was_synchronised() || group.is_deleted() || now - group.round_at < RESYNC_AFTER {
        return Ok(false);
    }
    let round = Round::again(&store::standings(tx.conn(), group.id).await?);
    add_round(ctx, tx, identity, group, (&round, 0)).await?;
    let sql = "UPDATE chat_group SET round_at = $1 WHERE id = $2";
    tx.exec(sql, [now.into(), group.id.into()]).await?;
    Ok(true)
}

/// Puts name, picture and members back to what phones have.
///
/// # Errors
/// [`ErrorCode::RecipientLimit`] when those who were to be removed do not fit the plan any more; [`ErrorCode::WrongState`]
/// before the first round: then there is nothing to go back to.
pub async fn discard_changes(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    if !group.was_synchronised() {
        return Err(ErrorCode::WrongState.into());
    }
    let members = store::members(tx.conn(), group.id).await?;
    let added: Vec<i64> = members
        .iter()
        .filter(|m| m.wanted && !m.told)
        .map(|m| m.recipient_id)
        .collect();
    let removed: Vec<i64> = members
        .iter()
        .filter(|m| !m.wanted && m.told && m.left_at.is_none())
        .map(|m| m.recipient_id)
        .collect();
    super::members::unwant(&tx, &identity, group.id, &added).await?;
    super::members::want(&ctx, &tx, &identity, group.id, &removed).await?;
    super::members::count(&ctx, &tx, group.id).await?;
    let sql =
        "UPDATE chat_group SET name = sent_name, name_key = $1, picture_id = sent_picture_id WHERE id = $2";
    tx.exec(sql, [name_key(&group.sent_name).into(), group.id.into()])
        .await?;
    drop_old_pictures(&tx, group.id).await?;
    let detail =
        serde_json::json!({ "name": group.sent_name, "added": removed.len(), "removed": added.len() });
    record(&ctx, &tx, granted.who(), "group.discard", &group.uid, detail).await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, &group.uid);
    crate::features::recipients::server::tell(&ctx, &identity);
    Ok(())
}

/// Answers when the gateway has taken everything that is on its way to the group; for REST.
///
/// # Errors
/// [`ErrorCode::GatewayAway`] when that takes longer than a caller waits: it goes on by itself.
pub async fn wait_until_sent(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    identity: &Uid,
    group: &Uid,
) -> AppResult<()> {
    let identity = find_identity(ctx, granted, identity).await?;
    let group = store::find(ctx.db.conn(), identity.id, group).await?;
    for _ in 0..PATIENCE {
        let sql = "SELECT COUNT(*) AS n FROM group_send WHERE group_id = $1 AND state = 0";
        if store::number(ctx.db.conn(), sql, vec![group.id.into()]).await? == 0 {
            return Ok(());
        }
        tokio::time::sleep(LOOK).await;
    }
    Err(ErrorCode::GatewayAway.into())
}
