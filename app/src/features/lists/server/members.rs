//! Who is on a list: adding, removing, replacing, each as a whole and in a handful of statements, however many they are.
use super::{
    entity::Model,
    newcomers::note_newcomers,
    service::{count_members, count_recipients},
    store::{self, among_members, among_others, number},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    identities::server::{Identity, find as find_identity},
    lists::model::{Kind, Membership, Removed},
    plans::server::check_limit,
    recipients::{
        model::{Recipient, RecipientState},
        server::{find_recipient, insert_missing, json_texts, page_of, tell, texts_json, unify},
    },
};
use crate::kernel::{
    AppError, AppResult, Page, PageRequest, ThreemaId, Timestamp, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::FromQueryResult;
use std::collections::HashSet;

/// So many new members change what the planner should do.
const MANY: u64 = 1000;

/// How many IDs an entry of the audit log names; beyond that it says only how many.
const NAMED: usize = 20;

/// One page of those who are on a list.
pub async fn list_members(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    list: Uid,
    request: PageRequest,
) -> AppResult<Page<Recipient>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let list = store::find(ctx.db.conn(), identity.id, &list).await?;
    let among = among_members(&list);
    page_of(
        &ctx.db,
        identity.id,
        Some(&among),
        known(&identity, &list),
        &request,
    )
    .await
}

/// One page of those whom the identity knows and who are not on the list, to pick from.
pub async fn pickable_members(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    list: Uid,
    request: PageRequest,
) -> AppResult<Page<Recipient>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let list = store::find(ctx.db.conn(), identity.id, &list).await?;
    let among = among_others(&list);
    page_of(
        &ctx.db,
        identity.id,
        Some(&among),
        known(&identity, &list),
        &request,
    )
    .await
}

/// About how many recipients the identity has: enough to choose the way of a query.
fn known(identity: &Identity, list: &Model) -> u64 {
    u64::try_from(identity.recipient_count.max(list.member_count)).unwrap_or_default()
}

/// Adds people to a list; who is on it already stays. Unknown IDs become recipients, their keys are fetched later.
///
/// # Errors
/// [`crate::kernel::ErrorCode::RecipientLimit`]: then nobody was added (design/product.md rule 3).
pub async fn add_members(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<Membership> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let list = lock(&ctx, &tx, &granted, &identity, &list).await?;
    let ids = unify(ids);
    let done = add(&ctx, &tx, &identity, &list, &ids).await?;
    note_added(&ctx, &tx, &granted, &list, &ids, done).await?;
    tx.commit().await?;
    announce(&ctx, &identity, done.added).await;
    Ok(done)
}

/// Makes exactly these people the members of a list.
///
/// # Errors
/// As [`add_members`]; then nobody was removed either.
pub async fn replace_members(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<Membership> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let list = lock(&ctx, &tx, &granted, &identity, &list).await?;
    let ids = unify(ids);
    let stay: HashSet<_> = ids.iter().copied().collect();
    let go: Vec<_> = member_ids(&tx, &list)
        .await?
        .into_iter()
        .filter(|id| !stay.contains(id))
        .collect();
    let removed = remove(&ctx, &tx, &identity, &list, &go).await?;
    note_removed(&ctx, &tx, &granted, &list, &removed).await?;
    let done = add(&ctx, &tx, &identity, &list, &ids).await?;
    note_added(&ctx, &tx, &granted, &list, &ids, done).await?;
    tx.commit().await?;
    announce(&ctx, &identity, done.added).await;
    Ok(Membership {
        removed: removed.len() as u64,
        ..done
    })
}

/// Takes people off a list; IDs that are not on it are left out. Answers who was removed, so that it can be undone.
pub async fn remove_members(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
    ids: Vec<ThreemaId>,
) -> AppResult<Removed> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let list = lock(&ctx, &tx, &granted, &identity, &list).await?;
    let ids = remove(&ctx, &tx, &identity, &list, &unify(ids)).await?;
    note_removed(&ctx, &tx, &granted, &list, &ids).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(Removed { ids })
}

/// Takes off a list whoever is unknown at the gateway or has revoked the ID: nothing reaches them.
pub async fn remove_unreachable(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
) -> AppResult<Removed> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let list = lock(&ctx, &tx, &granted, &identity, &list).await?;
    let gone = format!(
        "AND r.state IN ({}, {})",
        RecipientState::Unknown.number(),
        RecipientState::Revoked.number()
    );
    let ids = ids_where(&tx, &list, &gone).await?;
    let ids = remove(&ctx, &tx, &identity, &list, &ids).await?;
    note_removed(&ctx, &tx, &granted, &list, &ids).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(Removed { ids })
}

/// Takes somebody off all lists and feeds in use, each as [`remove_members`] does.
///
/// # Errors
/// [`crate::kernel::ErrorCode::NotFound`] for somebody whom the identity does not know.
pub async fn remove_everywhere(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    id: ThreemaId,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let recipient = find_recipient(&ctx, identity.id, &id).await?;
    let tx = ctx.db.begin().await?;
    check_limit(&ctx, &tx, identity.id, 0).await?;
    for list in store::lists_with(&tx, recipient.id).await? {
        granted.demand(identity.id, Kind::of(&list.kind).right())?;
        let ids = remove(&ctx, &tx, &identity, &list, &[id]).await?;
        note_removed(&ctx, &tx, &granted, &list, &ids).await?;
    }
    tx.commit().await?;
    tell(&ctx, &identity);
    Ok(())
}

/// The list, in use, with the identity locked until the transaction ends: counts stay right, and additions at once
/// cannot overrun the limit together.
pub(super) async fn lock(
    ctx: &Ctx,
    tx: &Tx,
    granted: &Granted<cap::ManageAudience>,
    identity: &Identity,
    list: &Uid,
) -> AppResult<Model> {
    check_limit(ctx, tx, identity.id, 0).await?;
    let list = store::find_active(tx, identity.id, list).await?;
    granted.demand(identity.id, Kind::of(&list.kind).right())?;
    Ok(list)
}

/// Tells open pages, wakes who fetches the keys of the new ones, and keeps pages quick. After the commit.
pub async fn announce(ctx: &Ctx, identity: &Identity, added: u64) {
    tell(ctx, identity);
    ctx.work.notify_waiters();
    if added < MANY {
        return;
    }
    for table in ["distribution_list_member", "recipient"] {
        ctx.db.has_grown(table).await;
    }
}

/// Whether a place on it is one of a feed: 1 or 0.
fn feeds_of(list: &Model) -> i64 {
    i64::from(Kind::of(&list.kind) == Kind::Feed)
}

/// Adds sorted, distinct IDs to a locked list. Whom a feed bars is left out.
pub async fn add(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    list: &Model,
    ids: &[ThreemaId],
) -> AppResult<Membership> {
    let barred = match Kind::of(&list.kind) {
        Kind::List => HashSet::new(),
        Kind::Feed => store::barred(tx.conn(), list.id).await?,
    };
    let ids: Vec<ThreemaId> = ids.iter().copied().filter(|id| !barred.contains(id)).collect();
    let ids = ids.as_slice();
    let (now, json) = (ctx.now().0, texts_json(ids));
    let known = format!(
        "FROM {} AS j CROSS JOIN recipient r WHERE r.identity_id = $1 AND r.threema_id = j.value",
        json_texts(tx.is_sqlite(), "$2")
    );
    let count = |condition: &str| format!("SELECT COUNT(*) AS n {known}{condition}");
    let values = || [identity.id.into(), json.clone().into()];
    let known_before = number(tx, &count(""), values()).await?;
    let nowhere = number(tx, &count(" AND r.places = 0"), values()).await?;
    let new_recipients = ids.len() as u64 - known_before + nowhere;
    check_limit(ctx, tx, identity.id, new_recipients).await?;

    let feeds = feeds_of(list);
    let fresh = format!(
        "UPDATE recipient SET places = places + 1, feed_places = feed_places + {feeds} \
         WHERE id IN (SELECT r.id {known} AND NOT {})",
        store::on_list(list.id)
    );
    tx.exec(&fresh, values()).await?;
    insert_missing(tx, identity.id, ids, (1, feeds), now).await?;
    let coming = format!("SELECT r.id {known} AND NOT {}", store::on_list(list.id));
    note_newcomers(tx, identity, list, &coming, values().into()).await?;
    let join = format!(
        "INSERT INTO distribution_list_member (list_id, recipient_id, added_at, name_key) \
         SELECT {}, r.id, {now}, r.name_key {known} ON CONFLICT (list_id, recipient_id) DO NOTHING",
        list.id
    );
    let added = tx.exec(&join, values()).await?;
    count_recipients(tx, identity.id, i64::try_from(new_recipients).unwrap_or(i64::MAX)).await?;
    let members = count_members(ctx, tx, list, i64::try_from(added).unwrap_or(i64::MAX)).await?;
    Ok(Membership {
        added,
        already: ids.len() as u64 - added,
        new_recipients,
        removed: 0,
        members,
    })
}

#[derive(FromQueryResult)]
struct OnList {
    threema_id: String,
    places: i64,
}

/// Takes sorted, distinct IDs off a locked list; answers who was on it.
pub async fn remove(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    list: &Model,
    ids: &[ThreemaId],
) -> AppResult<Vec<ThreemaId>> {
    let members = format!(
        "FROM {} AS j CROSS JOIN recipient r WHERE r.identity_id = $1 AND r.threema_id = j.value AND {}",
        json_texts(tx.is_sqlite(), "$2"),
        store::on_list(list.id)
    );
    let values = || [identity.id.into(), texts_json(ids).into()];
    let statement = tx.stmt(&format!("SELECT r.threema_id, r.places {members}"), values());
    let on_list = OnList::find_by_statement(statement).all(tx.conn()).await?;
    let leaving = on_list.iter().filter(|m| m.places <= 1).count();
    let places = format!(
        "UPDATE recipient SET places = places - 1, feed_places = feed_places - {} WHERE id IN (SELECT r.id {members})",
        feeds_of(list)
    );
    tx.exec(&places, values()).await?;
    let part = format!(
        "DELETE FROM distribution_list_member WHERE list_id = {} AND recipient_id IN (SELECT r.id {members})",
        list.id
    );
    let removed = tx.exec(&part, values()).await?;
    count_recipients(tx, identity.id, -i64::try_from(leaving).unwrap_or_default()).await?;
    count_members(ctx, tx, list, -i64::try_from(removed).unwrap_or_default()).await?;
    Ok(on_list.iter().filter_map(|m| m.threema_id.parse().ok()).collect())
}

async fn member_ids(tx: &Tx, list: &Model) -> AppResult<Vec<ThreemaId>> {
    ids_where(tx, list, "").await
}

async fn ids_where(tx: &Tx, list: &Model, condition: &str) -> AppResult<Vec<ThreemaId>> {
    let sql = format!(
        "SELECT r.threema_id, r.places FROM distribution_list_member m CROSS JOIN recipient r \
         WHERE m.list_id = $1 AND r.id = m.recipient_id {condition}"
    );
    let rows = OnList::find_by_statement(tx.stmt(&sql, [list.id.into()]))
        .all(tx.conn())
        .await?;
    Ok(unify(
        rows.iter().filter_map(|m| m.threema_id.parse().ok()).collect(),
    ))
}

/// Writes into the audit log who was added.
pub(super) async fn note_added(
    ctx: &Ctx,
    tx: &Tx,
    granted: &Granted<cap::ManageAudience>,
    list: &Model,
    ids: &[ThreemaId],
    done: Membership,
) -> Result<(), AppError> {
    if done.added == 0 {
        return Ok(());
    }
    let detail = serde_json::json!({
        list.kind.as_str(): list.name, "added": done.added, "already": done.already,
        "newRecipients": done.new_recipients, "given": named(ids),
        "before": { "members": done.members.saturating_sub(done.added) }, "after": { "members": done.members },
    });
    count_day(ctx, tx, list, "added", done.added).await?;
    let action = match Kind::of(&list.kind) {
        Kind::List => "list.members.add",
        Kind::Feed => "feed.subscribers.add",
    };
    record(ctx, tx, granted.who(), action, &list.uid, detail).await
}

async fn note_removed(
    ctx: &Ctx,
    tx: &Tx,
    granted: &Granted<cap::ManageAudience>,
    list: &Model,
    ids: &[ThreemaId],
) -> AppResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let before = u64::try_from(list.member_count).unwrap_or_default();
    let detail = serde_json::json!({
        list.kind.as_str(): list.name, "removed": ids.len(), "ids": named(ids),
        "before": { "members": before }, "after": { "members": before.saturating_sub(ids.len() as u64) },
    });
    count_day(ctx, tx, list, "removed", ids.len() as u64).await?;
    let action = match Kind::of(&list.kind) {
        Kind::List => "list.members.remove",
        Kind::Feed => "feed.subscribers.remove",
    };
    record(ctx, tx, granted.who(), action, &list.uid, detail).await
}

/// Counts comings and goings of a feed by the day, without persons; `what` is a column of the table.
pub async fn count_day(ctx: &Ctx, tx: &Tx, list: &Model, what: &str, n: u64) -> AppResult<()> {
    if Kind::of(&list.kind) == Kind::List || n == 0 {
        return Ok(());
    }
    let sql = "INSERT INTO feed_day (list_id, day, joined, gone, added, removed, refused) VALUES ($1, $2, 0, 0, 0, 0, 0) \
               ON CONFLICT (list_id, day) DO NOTHING";
    let day = ctx.now().0.div_euclid(Timestamp::DAY);
    let key = || [list.id.into(), day.into()];
    tx.exec(sql, key()).await?;
    let sql = format!("UPDATE feed_day SET {what} = {what} + {n} WHERE list_id = $1 AND day = $2");
    tx.exec(&sql, key()).await.map(|_| ())
}

fn named(ids: &[ThreemaId]) -> &[ThreemaId] {
    ids.get(..NAMED).unwrap_or(ids)
}
