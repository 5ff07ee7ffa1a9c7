//! Making, renaming, deleting and restoring lists.
use super::{
    audience::audience_counts,
    entity::{ActiveModel, Model},
    newcomers::note_newcomers,
    store::{self, number, view_of},
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    identities::server::{Identity, find as find_identity},
    lists::model::{Kind, ListHead, ListInput, ListState, ListView},
    plans::server::{check_limit, current_plan},
    recipients::server::{name_key, tell},
};
use crate::kernel::{
    AppError, AppResult, ErrorCode, Page, PageRequest, Problem, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};

/// One page of the identity's lists.
pub async fn list_lists(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<Page<ListView>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    store::page(&ctx, &identity, Some(Kind::List), &request).await
}

/// One page of what a message can go to: lists and feeds.
pub async fn list_audiences(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<Page<ListView>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    store::page(&ctx, &identity, None, &request).await
}

/// `limit` of the identity's lists (none: all) from `offset` on, deleted ones last, and how many there are.
pub async fn all_lists(
    ctx: &Ctx,
    granted: &Granted<cap::SeeLists>,
    identity: &Uid,
    q: &str,
    (offset, limit): (u64, Option<u64>),
) -> AppResult<(Vec<ListView>, u64)> {
    let identity = find_identity(ctx, granted, identity).await?;
    store::window(ctx, (identity.id, Kind::List), q, offset, limit).await
}

/// One list with whom it reaches.
pub async fn load_list(
    ctx: Ctx,
    granted: Granted<cap::SeeLists>,
    identity: Uid,
    list: Uid,
) -> AppResult<ListHead> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let list = store::find(ctx.db.conn(), identity.id, &list).await?;
    let plan = current_plan(ctx.db.conn(), identity.id, ctx.now()).await?;
    Ok(ListHead {
        audience: audience_counts(ctx.db.conn(), identity.id, &[list.id]).await?,
        list: view_of(list)?,
        recipient_count: u64::try_from(identity.recipient_count).unwrap_or_default(),
        limit: plan.map_or(Some(0), |p| p.recipient_limit),
    })
}

/// Makes an empty list.
pub async fn create_list(
    ctx: Ctx,
    granted: Granted<cap::ManageLists>,
    identity: Uid,
    input: ListInput,
) -> AppResult<ListView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let now = ctx.now().0;
    let row = ActiveModel {
        uid: Set(ctx.rng.uid().to_string()),
        identity_id: Set(identity.id),
        kind: Set(Kind::List.code().to_owned()),
        name_key: Set(name_key(&input.name)),
        name: Set(input.name),
        state: Set(ListState::Active.code().to_owned()),
        member_count: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        takes_replies: Set(false),
        ..Default::default()
    };
    let tx = ctx.db.begin().await?;
    let made = row.insert(tx.conn()).await?;
    let detail = serde_json::json!({ "name": made.name });
    record(&ctx, &tx, granted.who(), "list.create", &made.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    view_of(made)
}

/// Gives a list another name.
pub async fn rename_list(
    ctx: Ctx,
    granted: Granted<cap::ManageLists>,
    identity: Uid,
    list: Uid,
    input: ListInput,
) -> AppResult<ListView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = store::find_active(&tx, identity.id, &list).await?;
    if Kind::of(&before.kind) != Kind::List {
        return Err(ErrorCode::NotFound.into());
    }
    let mut row = before.clone().into_active_model();
    row.name_key = Set(name_key(&input.name));
    row.name = Set(input.name);
    row.updated_at = Set(ctx.now().0);
    let after = row.update(tx.conn()).await?;
    let detail = serde_json::json!({ "before": { "name": before.name }, "after": { "name": after.name } });
    record(&ctx, &tx, granted.who(), "list.rename", &after.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    view_of(after)
}

/// Says whether replies of those who are on the list are kept from now on. What is kept already stays until its time is
/// over.
///
/// # Errors
/// [`ErrorCode::WrongState`] when the list is deleted.
pub async fn switch_replies(
    ctx: Ctx,
    granted: Granted<cap::ManageLists>,
    identity: Uid,
    list: Uid,
    on: bool,
) -> AppResult<ListView> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = store::find_active(&tx, identity.id, &list).await?;
    if before.kind != "list" {
        return Err(ErrorCode::NotFound.into());
    }
    if before.takes_replies == on {
        return view_of(before);
    }
    let mut row = before.clone().into_active_model();
    row.takes_replies = Set(on);
    let after = row.update(tx.conn()).await?;
    let detail = serde_json::json!({
        "name": after.name, "members": after.member_count,
        "before": { "takesReplies": !on }, "after": { "takesReplies": on },
    });
    record(&ctx, &tx, granted.who(), "list.replies", &after.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    view_of(after)
}

/// Deletes a list: it stays listed as deleted, its members count no longer (unless they are in another list), and it can
/// be restored.
pub async fn delete_list(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
) -> AppResult<ListView> {
    switch(ctx, granted, identity, list, ListState::Deleted).await
}

/// Takes a deleted list back into use with the members that it had.
///
/// # Errors
/// [`ErrorCode::RecipientLimit`]
pub async fn restore_list(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
) -> AppResult<ListView> {
    switch(ctx, granted, identity, list, ListState::Active).await
}

async fn switch(
    ctx: Ctx,
    granted: Granted<cap::ManageAudience>,
    identity: Uid,
    list: Uid,
    to: ListState,
) -> AppResult<ListView> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    // locks the identity, so that its count stays right
    check_limit(&ctx, &tx, identity.id, 0).await?;
    let mut before = store::find(tx.conn(), identity.id, &list).await?;
    granted.demand(identity.id, Kind::of(&before.kind).right())?;
    if ListState::of(&before.state) == to {
        return Err(ErrorCode::WrongState.into());
    }
    if to == ListState::Active && Kind::of(&before.kind) == Kind::Feed {
        if store::feed_name_taken(tx.conn(), identity.id, &before.name_key, before.id).await? {
            return Err(AppError::field("name", Problem::Taken));
        }
        before.member_count -= store::remove_barred(&tx, &before).await?;
    }
    let counting = move_places(&ctx, &tx, &identity, &before, to).await?;
    let mut row = before.clone().into_active_model();
    row.state = Set(to.code().to_owned());
    row.updated_at = Set(ctx.now().0);
    let after = row.update(tx.conn()).await?;
    let action = match (Kind::of(&after.kind), to) {
        (Kind::List, ListState::Active) => "list.restore",
        (Kind::List, ListState::Deleted) => "list.delete",
        (Kind::Feed, ListState::Active) => "feed.restore",
        (Kind::Feed, ListState::Deleted) => "feed.delete",
    };
    let detail = serde_json::json!({
        "name": after.name, "members": after.member_count, "recipients": counting,
        "before": { "state": before.state }, "after": { "state": after.state },
    });
    record(&ctx, &tx, granted.who(), action, &after.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    view_of(after)
}

/// Counts the list's members in or out; answers how many recipients the identity gained or lost by it.
async fn move_places(ctx: &Ctx, tx: &Tx, identity: &Identity, list: &Model, to: ListState) -> AppResult<u64> {
    let list_id = list.id;
    let feeds = i64::from(Kind::of(&list.kind) == Kind::Feed);
    let (step, alone) = match to {
        ListState::Active => (1i64, 0i64),
        ListState::Deleted => (-1, 1),
    };
    let counting = number(
        tx,
        "SELECT COUNT(*) AS n FROM distribution_list_member m CROSS JOIN recipient r \
         WHERE m.list_id = $1 AND r.id = m.recipient_id AND r.places = $2",
        [list_id.into(), alone.into()],
    )
    .await?;
    if to == ListState::Active {
        check_limit(ctx, tx, identity.id, counting).await?;
        let coming = "SELECT m.recipient_id AS id FROM distribution_list_member m WHERE m.list_id = $1";
        note_newcomers(tx, identity, list, coming, vec![list_id.into()]).await?;
    }
    tx.exec(
        "UPDATE recipient SET places = places + $1, feed_places = feed_places + $3 \
         WHERE id IN (SELECT recipient_id FROM distribution_list_member WHERE list_id = $2)",
        [step.into(), list_id.into(), (step * feeds).into()],
    )
    .await?;
    let change = i64::try_from(counting).unwrap_or(i64::MAX) * step;
    count_recipients(tx, identity.id, change).await?;
    Ok(counting)
}

/// Moves the identity's count of distinct recipients.
pub(super) async fn count_recipients(tx: &Tx, identity_id: i64, change: i64) -> AppResult<()> {
    tx.exec(
        "UPDATE identity SET recipient_count = recipient_count + $1 WHERE id = $2",
        [change.into(), identity_id.into()],
    )
    .await?;
    Ok(())
}

/// Notes that members came or went; answers how many there are now.
pub(super) async fn count_members(ctx: &Ctx, tx: &Tx, list: &Model, change: i64) -> AppResult<u64> {
    if change != 0 {
        tx.exec(
            "UPDATE distribution_list SET member_count = member_count + $1, updated_at = $2 WHERE id = $3",
            [change.into(), ctx.now().0.into(), list.id.into()],
        )
        .await?;
    }
    number(
        tx,
        "SELECT member_count AS n FROM distribution_list WHERE id = $1",
        [list.id.into()],
    )
    .await
}
