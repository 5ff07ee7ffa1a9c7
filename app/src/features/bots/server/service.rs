//! Making, renaming, deleting and restoring bots; showing one.
use super::{
    entity::{ActiveModel, Model},
    statistics::statistics,
    store::{self, view},
    trees,
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    bots::model::{BotHead, BotInput, BotState, BotView, Neighbour, Tree, first_words},
    identities::server::{Identity, find as find_identity},
    recipients::server::{name_key, tell},
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, Page, PageRequest, Uid,
    live::Change,
    permission::cap,
    server::{Ctx, faults::internal, live::LiveEvent},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};

/// One page of the identity's bots.
pub async fn list_bots(
    ctx: Ctx,
    granted: Granted<cap::SeeBots>,
    identity: Uid,
    request: PageRequest,
) -> AppResult<Page<BotView>> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    store::page(&ctx, &identity, &request).await
}

/// `limit` of the identity's bots (none: all) from `offset` on, deleted ones last, and how many there are.
pub async fn all_bots(
    ctx: &Ctx,
    granted: &Granted<cap::SeeBots>,
    identity: &Uid,
    q: &str,
    (offset, limit): (u64, Option<u64>),
) -> AppResult<(Vec<BotView>, u64)> {
    let identity = find_identity(ctx, granted, identity).await?;
    store::window(ctx, identity.id, q, offset, limit).await
}

/// One bot with what its page needs.
pub async fn load_bot(
    ctx: Ctx,
    granted: Granted<cap::SeeBots>,
    identity: Uid,
    bot: Uid,
) -> AppResult<BotHead> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let bot = store::find(ctx.db.conn(), identity.id, &bot).await?;
    head(&ctx, &identity, &bot).await
}

/// One bot.
pub async fn load_bot_view(
    ctx: &Ctx,
    granted: &Granted<cap::SeeBots>,
    identity: &Uid,
    bot: &Uid,
) -> AppResult<BotView> {
    let identity = find_identity(ctx, granted, identity).await?;
    let bot = store::find(ctx.db.conn(), identity.id, bot).await?;
    view(ctx, &bot).await
}

/// A row with what its page needs.
pub(super) async fn head(ctx: &Ctx, identity: &Identity, bot: &Model) -> AppResult<BotHead> {
    let conn = ctx.db.conn();
    let organisation_id = identity.organisation_id;
    let mut neighbours = Vec::new();
    for other in store::in_use(conn, identity.id).await? {
        if other.id != bot.id {
            let tree = trees::published(ctx, conn, organisation_id, &other).await?;
            neighbours.push(Neighbour {
                name: other.name,
                words: first_words(&tree),
                earlier: other.id < bot.id,
            });
        }
    }
    let threema_id = identity.threema_id.parse();
    Ok(BotHead {
        bot: view(ctx, bot).await?,
        published: trees::published(ctx, conn, organisation_id, bot).await?,
        draft: trees::draft(ctx, conn, organisation_id, bot).await?,
        version: u64::try_from(bot.version).unwrap_or_default(),
        default_language: identity.default_language.parse().unwrap_or(LanguageCode::EN),
        sender: match identity.nickname.as_str() {
            "" => identity.threema_id.clone(),
            name => name.to_owned(),
        },
        sender_id: threema_id.map_err(|_| internal(&"a stored identity is malformed"))?,
        neighbours,
        statistics: statistics(ctx, bot.id).await?,
    })
}

/// Makes a bot without commands.
pub async fn create_bot(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    input: BotInput,
) -> AppResult<BotView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let (uid, now) = (ctx.rng.uid().to_string(), ctx.now().0);
    let tree = Tree::new(ctx.rng.uid());
    let tx = ctx.db.begin().await?;
    let sealed = trees::seal(&ctx, &tx, identity.organisation_id, &uid, trees::PUBLISHED, &tree).await?;
    let row = ActiveModel {
        uid: Set(uid),
        identity_id: Set(identity.id),
        name_key: Set(name_key(&input.name)),
        name: Set(input.name),
        state: Set(BotState::Active.code().to_owned()),
        tree_sealed: Set(sealed),
        draft_sealed: Set(None),
        version: Set(1),
        published_version: Set(1),
        command_count: Set(0),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    let made = row.insert(tx.conn()).await?;
    let detail = serde_json::json!({ "name": made.name });
    record(&ctx, &tx, granted.who(), "bot.create", &made.uid, detail).await?;
    tx.commit().await?;
    tell(&ctx, &identity);
    view(&ctx, &made).await
}

/// Gives a bot another name.
pub async fn rename_bot(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    input: BotInput,
) -> AppResult<BotView> {
    let input = input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = store::lock_active(&tx, identity.id, &bot).await?;
    let mut row = before.clone().into_active_model();
    row.name_key = Set(name_key(&input.name));
    row.name = Set(input.name);
    row.updated_at = Set(ctx.now().0);
    let after = row.update(tx.conn()).await?;
    let detail = serde_json::json!({ "before": { "name": before.name }, "after": { "name": after.name } });
    record(&ctx, &tx, granted.who(), "bot.rename", &after.uid, detail).await?;
    tx.commit().await?;
    tell_bot(&ctx, &identity, &bot);
    view(&ctx, &after).await
}

/// Deletes a bot: it stays listed as deleted, answers nobody any more, and can be restored.
pub async fn delete_bot(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
) -> AppResult<BotView> {
    switch(ctx, granted, identity, bot, BotState::Deleted).await
}

/// Takes a deleted bot back into use.
pub async fn restore_bot(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
) -> AppResult<BotView> {
    switch(ctx, granted, identity, bot, BotState::Active).await
}

async fn switch(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    to: BotState,
) -> AppResult<BotView> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = store::lock(&tx, identity.id, &bot).await?;
    if BotState::of(&before.state) == to {
        return Err(ErrorCode::WrongState.into());
    }
    if to == BotState::Deleted {
        tx.exec("DELETE FROM bot_place WHERE bot_id = $1", [before.id.into()])
            .await?;
    }
    let mut row = before.clone().into_active_model();
    row.state = Set(to.code().to_owned());
    row.updated_at = Set(ctx.now().0);
    let after = row.update(tx.conn()).await?;
    let action = match to {
        BotState::Active => "bot.restore",
        BotState::Deleted => "bot.delete",
    };
    let detail = serde_json::json!({
        "name": after.name, "commands": after.command_count,
        "before": { "state": before.state }, "after": { "state": after.state },
    });
    record(&ctx, &tx, granted.who(), action, &after.uid, detail).await?;
    tx.commit().await?;
    tell_bot(&ctx, &identity, &bot);
    view(&ctx, &after).await
}

/// Tells open pages that a bot has changed: its own page, and those that list the identity's bots. Call it after the commit.
pub(super) fn tell_bot(ctx: &Ctx, identity: &Identity, bot: &Uid) {
    tell_draft(ctx, identity, bot);
    tell(ctx, identity);
}

/// Tells the bot's own page that somebody works on it.
pub(super) fn tell_draft(ctx: &Ctx, identity: &Identity, bot: &Uid) {
    ctx.live.tell(LiveEvent {
        organisation_id: identity.organisation_id,
        identity_id: Some(identity.id),
        change: Change::Bot { uid: bot.clone() },
    });
}
