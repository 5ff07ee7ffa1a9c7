//! Making, showing, renaming and dissolving groups.
use super::{
    members, picture, queue, seal,
    store::{self, Group},
};
use crate::features::{
    audit::server::record,
    auth::server::{Granted, administrator_name},
    groups::model::{
        GroupHead, GroupInput, GroupState, GroupView, MemberState, MemberView, NewGroup, Staged, Trouble,
        group_name, plan::Round,
    },
    identities::server::{Identity, find as find_identity},
    plans::server::check_limit,
    recipients::server::{like_words, name_key, tell as tell_recipients, unify},
};
use crate::kernel::{
    AppResult, ErrorCode, Page, PageRequest, Timestamp, Uid,
    permission::cap,
    server::{Ctx, faults::internal},
    validate::Check,
};
use sea_orm::{ConnectionTrait, FromQueryResult, Value};

/// One page of the identity's groups: those in use, or with the filter `deleted` the dissolved ones.
pub async fn list_groups(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<Page<GroupView>> {
    let state = Some(GroupState::of(&request.filter));
    let limit = request.limit();
    let window = (u64::from(request.page) * limit, Some(limit));
    let (items, total) = all_groups(&ctx, &granted, &identity, (state, &request.q), window).await?;
    Ok(Page {
        items,
        total,
        page: request.page,
        size: u32::try_from(limit).unwrap_or(PageRequest::MAX_SIZE),
    })
}

#[derive(FromQueryResult)]
struct Shown {
    is_staged: bool,
    read_up_to: i64,
}

/// `limit` of the identity's groups (none: all) from `offset` on, by name, dissolved ones last, and how many there are.
pub async fn all_groups(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    identity: &Uid,
    (state, q): (Option<GroupState>, &str),
    (offset, limit): (u64, Option<u64>),
) -> AppResult<(Vec<GroupView>, u64)> {
    let identity = find_identity(ctx, granted, identity).await?;
    // numbers and codes of our own: safe inside the statement
    let mut condition = format!("g.identity_id = {}", identity.id);
    if let Some(state) = state {
        condition += &format!(" AND g.state = '{}'", state.code());
    }
    let mut values: Vec<Value> = Vec::new();
    for word in like_words(q) {
        values.push(word.into());
        condition += &format!(" AND g.name_key LIKE ${} ESCAPE '!'", values.len());
    }
    let sql = format!("SELECT COUNT(*) AS n FROM chat_group g WHERE {condition}");
    let total = store::number(ctx.db.conn(), &sql, values.clone()).await?;
    let me = granted.administrator_id().unwrap_or_default();
    let part = limit.map_or(String::new(), |limit| format!(" LIMIT {limit} OFFSET {offset}"));
    let sql = format!(
        "SELECT {}, {STAGED} AS is_staged,
             COALESCE((SELECT s.read_up_to FROM group_read s WHERE s.administrator_id = {me} AND s.group_id = g.id), 0) AS read_up_to
         FROM chat_group g WHERE {condition} ORDER BY g.state, g.name_key, g.id{part}",
        store::COLUMNS
    );
    let rows = ctx.db.conn().query_all_raw(ctx.db.stmt(&sql, values)).await?;
    let mut items = Vec::with_capacity(rows.len());
    for row in &rows {
        let group = Group::from_query_result(row, "")?;
        let shown = Shown::from_query_result(row, "")?;
        items.push(view_of(&group, shown.is_staged, shown.read_up_to)?);
    }
    Ok((items, u64::try_from(total).unwrap_or_default()))
}

/// Whether phones do not know everything of group `g`.
const STAGED: &str = "(g.state = 'active' AND (g.name <> g.sent_name OR COALESCE(g.picture_id, 0) <> COALESCE(g.sent_picture_id, 0)
    OR EXISTS (SELECT 1 FROM group_member m WHERE m.group_id = g.id AND m.left_at IS NULL
        AND ((m.wanted AND NOT m.told) OR (m.told AND NOT m.wanted)))))";

fn view_of(group: &Group, is_staged: bool, read_up_to: i64) -> AppResult<GroupView> {
    Ok(GroupView {
        uid: group
            .uid
            .parse()
            .map_err(|_| internal(&"a stored group is malformed"))?,
        name: group.name.clone(),
        state: GroupState::of(&group.state),
        saves_history: group.saves_history,
        members: u64::try_from(group.member_count).unwrap_or_default(),
        has_picture: group.picture_id.is_some(),
        is_staged,
        is_unread: group.last_message_id > read_up_to,
        created_at: Timestamp(group.created_at),
        updated_at: Timestamp(group.updated_at),
    })
}

#[derive(FromQueryResult)]
struct OnItsWay {
    trouble: Option<String>,
}

/// One group with its members and what is staged.
pub async fn load_group(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<GroupHead> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let group = store::find(ctx.db.conn(), identity.id, &group).await?;
    let rows = store::members(ctx.db.conn(), group.id).await?;
    let mut staged = Staged {
        name: group.name != group.sent_name,
        picture: group.picture_id != group.sent_picture_id,
        ..Staged::default()
    };
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let state = row.facts().state(group.done_version);
        if row.wanted && !row.told {
            staged.add += 1;
        } else if state == MemberState::ToBeRemoved {
            staged.remove += 1;
        }
        shown.push(MemberView {
            threema_id: row.id()?,
            first_name: row.first_name,
            last_name: row.last_name,
            category: row.category,
            nickname: row.nickname,
            state,
        });
    }
    if group.is_deleted() {
        staged = Staged::default();
    }
    let sql = "SELECT trouble FROM group_send WHERE group_id = $1 AND state = 0 ORDER BY id LIMIT 1";
    let first = OnItsWay::find_by_statement(ctx.db.stmt(sql, [group.id.into()]))
        .one(ctx.db.conn())
        .await?;
    let trouble = first.as_ref().and_then(|f| f.trouble.as_deref());
    let created_by = match group.created_by {
        Some(id) => administrator_name(&ctx, id).await?.unwrap_or_default(),
        None => String::new(),
    };
    let me = granted.administrator_id().unwrap_or_default();
    let read = super::read_marks::read_up_to(&ctx, me, group.id).await?;
    Ok(GroupHead {
        group: view_of(&group, staged.count() > 0, read)?,
        members: shown,
        staged,
        was_synchronised: group.was_synchronised(),
        is_sending: first.is_some(),
        trouble: trouble.and_then(|code| Trouble::ALL.iter().copied().find(|t| t.code() == code)),
        history_since: group.history_since.filter(|_| group.saves_history).map(Timestamp),
        picture: picture::base64_of(&ctx, &identity, group.picture_id).await?,
        created_by,
    })
}

/// Makes a group. Its members hear of it with the first round.
///
/// # Errors
/// [`ErrorCode::GroupFull`], [`ErrorCode::RecipientLimit`]: then there is no group.
pub async fn create_group(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    input: NewGroup,
) -> AppResult<GroupView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let (uid, now) = (ctx.rng.uid(), ctx.now().0);
    let key = seal::new_key(&ctx, &tx, identity.organisation_id, uid.as_str()).await?;
    let wire: [u8; 8] = ctx.rng.array();
    let sql = "INSERT INTO chat_group (uid, identity_id, wire_id, name, name_key, state, saves_history, history_since, sent_name,
                   version, round_at, done_version, member_count, key_sealed, created_by, created_at, updated_at, last_message_id)
               VALUES ($1, $2, $3, $4, $5, 'active', $6, $7, '', 0, 0, 0, 0, $8, $9, $10, $10, 0)";
    let values: Vec<Value> = vec![
        uid.as_str().into(),
        identity.id.into(),
        i64::from_be_bytes(wire).into(),
        input.name.clone().into(),
        name_key(&input.name).into(),
        input.saves_history.into(),
        input.saves_history.then_some(now).into(),
        key.into(),
        granted.administrator_id().into(),
        now.into(),
    ];
    tx.exec(sql, values).await?;
    let group = store::lock(&tx, identity.id, &uid).await?;
    let added = members::put_in(&ctx, &tx, &identity, &group, &unify(input.members)).await?;
    let members = members::count(&ctx, &tx, group.id).await?;
    let detail = serde_json::json!({
        "name": group.name, "members": members, "ids": added.get(..20).unwrap_or(&added), "savesHistory": group.saves_history,
    });
    record(&ctx, &tx, granted.who(), "group.create", &group.uid, detail).await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, &group.uid);
    tell_recipients(&ctx, &identity);
    ctx.work.notify_waiters();
    let group = store::find(ctx.db.conn(), identity.id, &uid).await?;
    view_of(&group, true, 0)
}

/// Gives a group another name; phones hear of it with the next round.
pub async fn rename_group(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
    input: GroupInput,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let group = store::lock(&tx, identity.id, &group).await?.active()?;
    let mut check = Check::new();
    let name = group_name(&mut check, "name", &input.name, group.saves_history);
    check.done()?;
    if name == group.name {
        return Ok(());
    }
    let sql = "UPDATE chat_group SET name = $1, name_key = $2, updated_at = $3 WHERE id = $4";
    let values: Vec<Value> = vec![
        name.clone().into(),
        name_key(&name).into(),
        ctx.now().0.into(),
        group.id.into(),
    ];
    tx.exec(sql, values).await?;
    let detail = serde_json::json!({ "before": { "name": group.name }, "after": { "name": name } });
    record(&ctx, &tx, granted.who(), "group.rename", &group.uid, detail).await?;
    tx.commit().await?;
    store::tell(&ctx, &identity, &group.uid);
    Ok(())
}

/// Dissolves a group for good: everybody gets the empty set-up, nobody counts for it any more, it stays listed. Again
/// changes nothing.
pub async fn disband_group(
    ctx: Ctx,
    granted: Granted<cap::Groups>,
    identity: Uid,
    group: Uid,
) -> AppResult<()> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let group = store::lock(&tx, identity.id, &group).await?;
    if group.is_deleted() {
        return Ok(());
    }
    let round = Round::dissolved(&store::standings(tx.conn(), group.id).await?);
    queue::add_round(&ctx, &tx, &identity, &group, (&round, group.version + 1)).await?;
    let wanted: Vec<i64> = store::members(tx.conn(), group.id)
        .await?
        .iter()
        .filter(|m| m.wanted)
        .map(|m| m.recipient_id)
        .collect();
    members::unwant(&tx, &identity, group.id, &wanted).await?;
    tx.exec("DELETE FROM group_member WHERE group_id = $1", [group.id.into()])
        .await?;
    let sql = "UPDATE chat_group SET state = 'deleted', version = version + 1, member_count = 0, updated_at = $1 WHERE id = $2";
    tx.exec(sql, [ctx.now().0.into(), group.id.into()]).await?;
    let detail =
        serde_json::json!({ "name": group.name, "members": group.member_count, "to": round.out.len() });
    record(&ctx, &tx, granted.who(), "group.disband", &group.uid, detail).await?;
    tx.commit().await?;
    ctx.work.notify_waiters();
    store::tell(&ctx, &identity, &group.uid);
    tell_recipients(&ctx, &identity);
    Ok(())
}

/// What is needed of a group to work on its chat: the identity, and the group in use.
pub(super) async fn usable(
    ctx: &Ctx,
    granted: &Granted<cap::Groups>,
    identity: &Uid,
    group: &Uid,
) -> AppResult<(Identity, Group)> {
    let identity = find_identity(ctx, granted, identity).await?;
    let group = store::find(ctx.db.conn(), identity.id, group).await?;
    match group.is_deleted() {
        true => Err(ErrorCode::WrongState.into()),
        false => Ok((identity, group)),
    }
}
