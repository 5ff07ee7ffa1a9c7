//! Who is wanted in a group. Phones hear of it with the next round.
use super::store::{self, Group, numbers};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    gateway::wire::MAX_GROUP_PEOPLE,
    groups::model::{GroupChange, MAX_OTHERS},
    identities::server::{Identity, find as find_identity},
    plans::server::check_limit,
    recipients::server::{insert_missing, json_texts, tell as tell_recipients, texts_json, unify},
};
use crate::kernel::{
    AppResult, ErrorCode, ThreemaId, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;
use std::collections::HashSet;

/// How many IDs an entry of the audit log names.
const NAMED: usize = 20;

/// Adds people to a group; who is in it stays. Unknown IDs become recipients, their keys are fetched later.
///
/// # Errors
/// [`ErrorCode::GroupFull`], [`ErrorCode::RecipientLimit`]: then nobody was added.
pub async fn add_members(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<GroupChange> {
    change_members(ctx, granted, identity, group, (ids, Vec::new())).await
}

/// Takes people out of a group; IDs that are not in it are left out.
pub async fn remove_members(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<GroupChange> {
    change_members(ctx, granted, identity, group, (Vec::new(), ids)).await
}

/// Takes some out and adds others, both or nothing.
///
/// # Errors
/// As [`add_members`].
pub async fn change_members(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    (add, remove): (Vec<ThreemaId>, Vec<ThreemaId>),
) -> AppResult<GroupChange> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    // locks the identity: additions at once cannot overrun the limit together
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let removed = take_out(&tx, &identity, &group, &unify(remove)).await?;
    let added = put_in(&ctx, &tx, &identity, &group, &unify(add)).await?;
    let members = count(&ctx, &tx, group.id).await?;
    let done = GroupChange {
        added: added.len() as u64,
        removed: removed.len() as u64,
        members,
    };
    for (ids, action, how_many) in [
        (&added, "group.members.add", "added"),
        (&removed, "group.members.remove", "removed"),
    ] {
        if !ids.is_empty() {
            let detail = serde_json::json!({
                "group": group.name, how_many: ids.len(), "ids": ids.get(..NAMED).unwrap_or(ids),
                "before": { "members": group.member_count }, "after": { "members": members },
            });
            record(&ctx, &tx, granted.who(), action, &group.uid, detail).await?;
        }
    }
    tx.commit().await?;
    store::tell(&ctx, &identity, &group.uid);
    tell_recipients(&ctx, &identity);
    // keys of new ones are fetched
    ctx.work.notify_waiters();
    Ok(done)
}

#[derive(FromQueryResult)]
struct Known {
    id: i64,
    threema_id: String,
}

/// Adds those who are not wanted in the locked group yet; answers whom.
pub(super) async fn put_in(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    ids: &[ThreemaId],
) -> AppResult<Vec<ThreemaId>> {
    let members = store::members(tx.conn(), group.id).await?;
    let wanted: HashSet<&str> = members
        .iter()
        .filter(|m| m.wanted)
        .map(|m| m.threema_id.as_str())
        .collect();
    // the identity itself is in every group of its own
    let new: Vec<ThreemaId> = ids
        .iter()
        .filter(|id| !wanted.contains(id.as_str()) && id.as_str() != identity.threema_id)
        .copied()
        .collect();
    if wanted.len() + new.len() > MAX_OTHERS {
        return Err(ErrorCode::GroupFull {
            max: MAX_GROUP_PEOPLE as u64,
            count: wanted.len() as u64 + 1,
            adding: new.len() as u64,
        }
        .into());
    }
    insert_missing(tx, identity.id, &new, (0, 0), ctx.now().0).await?;
    let sql = format!(
        "SELECT r.id, r.threema_id FROM {} AS j CROSS JOIN recipient r WHERE r.identity_id = $1 AND r.threema_id = j.value
         ORDER BY r.id",
        json_texts(tx.is_sqlite(), "$2")
    );
    let values = [identity.id.into(), texts_json(&new).into()];
    let known = Known::find_by_statement(tx.stmt(&sql, values))
        .all(tx.conn())
        .await?;
    let recipients: Vec<i64> = known.iter().map(|k| k.id).collect();
    want(ctx, tx, identity, group.id, &recipients).await?;
    Ok(known.iter().filter_map(|k| k.threema_id.parse().ok()).collect())
}

async fn take_out(
    tx: &Tx,
    identity: &Identity,
    group: &Group,
    ids: &[ThreemaId],
) -> AppResult<Vec<ThreemaId>> {
    let members = store::members(tx.conn(), group.id).await?;
    let (mut numbers, mut out) = (Vec::new(), Vec::new());
    for member in members.iter().filter(|m| m.wanted) {
        let id = member.id()?;
        if ids.contains(&id) {
            numbers.push(member.recipient_id);
            out.push(id);
        }
    }
    unwant(tx, identity, group.id, &numbers).await?;
    Ok(out)
}

/// Wants recipients in a group that are not wanted in it yet: they have one place more. The identity is locked.
///
/// # Errors
/// [`ErrorCode::RecipientLimit`]
pub(super) async fn want(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    group_id: i64,
    recipients: &[i64],
) -> AppResult<()> {
    if recipients.is_empty() {
        return Ok(());
    }
    let ids = numbers(recipients);
    let sql = format!("SELECT COUNT(*) AS n FROM recipient WHERE id IN ({ids}) AND places = 0");
    let new = store::number(tx.conn(), &sql, Vec::new()).await?;
    check_limit(ctx, tx, identity.id, u64::try_from(new).unwrap_or_default()).await?;
    let sql = format!("UPDATE recipient SET places = places + 1 WHERE id IN ({ids})");
    tx.exec(&sql, []).await?;
    let sql = format!(
        "INSERT INTO group_member (group_id, recipient_id, wanted, told, version, problem, added_at)
         SELECT $1, id, TRUE, FALSE, 0, 0, $2 FROM recipient WHERE id IN ({ids})
         ON CONFLICT (group_id, recipient_id) DO UPDATE SET wanted = TRUE, left_at = NULL, problem = 0"
    );
    tx.exec(&sql, [group_id.into(), ctx.now().0.into()]).await?;
    move_count(tx, identity.id, new).await
}

/// Does not want members in a group any more who are wanted in it: they have one place less.
pub(super) async fn unwant(tx: &Tx, identity: &Identity, group_id: i64, recipients: &[i64]) -> AppResult<()> {
    if recipients.is_empty() {
        return Ok(());
    }
    let ids = numbers(recipients);
    let sql = format!("SELECT COUNT(*) AS n FROM recipient WHERE id IN ({ids}) AND places = 1");
    let gone = store::number(tx.conn(), &sql, Vec::new()).await?;
    let sql = format!("UPDATE recipient SET places = places - 1 WHERE id IN ({ids})");
    tx.exec(&sql, []).await?;
    let sql =
        format!("UPDATE group_member SET wanted = FALSE WHERE group_id = $1 AND recipient_id IN ({ids})");
    tx.exec(&sql, [group_id.into()]).await?;
    // no phone has ever heard of them
    let sql = "DELETE FROM group_member WHERE group_id = $1 AND NOT wanted AND NOT told AND version = 0 AND left_at IS NULL";
    tx.exec(sql, [group_id.into()]).await?;
    move_count(tx, identity.id, -gone).await
}

/// The same for one who may be in it or not.
pub(super) async fn unwant_if_wanted(
    tx: &Tx,
    identity: &Identity,
    group_id: i64,
    recipient_id: i64,
) -> AppResult<()> {
    let wanted = store::member(tx.conn(), group_id, recipient_id).await?;
    match wanted.is_some_and(|m| m.wanted) {
        true => unwant(tx, identity, group_id, &[recipient_id]).await,
        false => Ok(()),
    }
}

async fn move_count(tx: &Tx, identity_id: i64, change: i64) -> AppResult<()> {
    if change == 0 {
        return Ok(());
    }
    let sql = "UPDATE identity SET recipient_count = recipient_count + $1 WHERE id = $2";
    tx.exec(sql, [change.into(), identity_id.into()])
        .await
        .map(|_| ())
}

/// Counts the members of a group anew; answers how many are wanted in it.
pub(super) async fn count(ctx: &Ctx, tx: &Tx, group_id: i64) -> AppResult<u64> {
    let sql = "SELECT COUNT(*) AS n FROM group_member WHERE group_id = $1 AND wanted";
    let members = store::number(tx.conn(), sql, vec![group_id.into()]).await?;
    let sql = "UPDATE chat_group SET member_count = $1, updated_at = $2 WHERE id = $3";
    tx.exec(sql, [members.into(), ctx.now().0.into(), group_id.into()])
        .await?;
    Ok(u64::try_from(members).unwrap_or_default())
}
