//! What is being worked on: kept as it is written, met by people once it is published.
use super::{
    entity::Model,
    service::{head, tell_bot, tell_draft},
    store, trees,
};
use crate::features::{
    audit::server::record,
    auth::server::Granted,
    bots::model::{BotHead, DraftInput, DraftSaved, Level, Tree, changes, check, unique_uids},
    identities::server::{Identity, find as find_identity},
};
use crate::kernel::{
    AppResult, ErrorCode, LanguageCode, Uid,
    permission::cap,
    server::{Ctx, Tx},
};
use sea_orm::{ActiveValue::Set, IntoActiveModel, prelude::*};

/// Keeps what is being worked on, unless somebody else has changed the bot since.
///
/// # Errors
/// [`ErrorCode::Changed`]
pub async fn save_bot_draft(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    input: DraftInput,
) -> AppResult<DraftSaved> {
    input.validate()?;
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let row = of_version(&tx, &identity, &bot, input.version).await?;
    let published = trees::published(&ctx, tx.conn(), identity.organisation_id, &row).await?;
    let mut tree = input.tree;
    unique_uids(&mut tree, || ctx.rng.uid());
    let draft = match tree == published {
        // everything was taken back
        true => None,
        false => Some(sealed_draft(&ctx, &tx, &identity, &row, &tree).await?),
    };
    let version = row.version + 1;
    let mut row = row.into_active_model();
    row.draft_sealed = Set(draft);
    row.version = Set(version);
    row.update(tx.conn()).await?;
    tx.commit().await?;
    tell_draft(&ctx, &identity, &bot);
    Ok(DraftSaved {
        version: u64::try_from(version).unwrap_or_default(),
        at: ctx.now(),
    })
}

/// From now on people meet what was being worked on.
///
/// # Errors
/// [`ErrorCode::Changed`]; [`ErrorCode::WrongState`] when there is nothing to publish; [`ErrorCode::BotUnfinished`]
pub async fn publish_bot(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    version: u64,
) -> AppResult<BotHead> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = of_version(&tx, &identity, &bot, version).await?;
    let organisation_id = identity.organisation_id;
    let draft = trees::draft(&ctx, tx.conn(), organisation_id, &before).await?;
    let tree = draft.ok_or(ErrorCode::WrongState)?;
    finished(&identity, &tree)?;
    let published = trees::published(&ctx, tx.conn(), organisation_id, &before).await?;
    let after = write(&ctx, &tx, &identity, before.clone(), &tree, None).await?;
    let detail = serde_json::json!({
        "name": after.name, "changed": changes(&published, &tree),
        "before": { "commands": before.command_count }, "after": { "commands": after.command_count },
    });
    record(&ctx, &tx, granted.who(), "bot.publish", &after.uid, detail).await?;
    tx.commit().await?;
    tell_bot(&ctx, &identity, &bot);
    head(&ctx, &identity, &after).await
}

/// Goes back to what is published.
///
/// # Errors
/// [`ErrorCode::Changed`]; [`ErrorCode::WrongState`] when there is nothing to discard.
pub async fn discard_bot_draft(
    ctx: Ctx,
    granted: Granted<cap::ManageBots>,
    identity: Uid,
    bot: Uid,
    version: u64,
) -> AppResult<BotHead> {
    let identity = find_identity(&ctx, &granted, &identity).await?;
    let tx = ctx.db.begin().await?;
    let before = of_version(&tx, &identity, &bot, version).await?;
    if before.draft_sealed.is_none() {
        return Err(ErrorCode::WrongState.into());
    }
    let version = before.version + 1;
    let mut row = before.into_active_model();
    row.draft_sealed = Set(None);
    row.version = Set(version);
    let after = row.update(tx.conn()).await?;
    let detail = serde_json::json!({ "name": after.name });
    record(&ctx, &tx, granted.who(), "bot.discard", &after.uid, detail).await?;
    tx.commit().await?;
    tell_bot(&ctx, &identity, &bot);
    head(&ctx, &identity, &after).await
}

/// The bot in use, locked, in the version that somebody has seen.
async fn of_version(tx: &Tx, identity: &Identity, bot: &Uid, version: u64) -> AppResult<Model> {
    let row = store::lock_active(tx, identity.id, bot).await?;
    if u64::try_from(row.version) == Ok(version) {
        Ok(row)
    } else {
        Err(ErrorCode::Changed.into())
    }
}

/// Nothing is wrong that would keep people from their answers.
fn finished(identity: &Identity, tree: &Tree) -> AppResult<()> {
    let default = identity.default_language.parse().unwrap_or(LanguageCode::EN);
    let wrong = check(tree, default, &[])
        .iter()
        .filter(|f| f.what.level() == Level::Wrong)
        .count();
    match wrong {
        0 => Ok(()),
        n => Err(ErrorCode::BotUnfinished { count: n as u64 }.into()),
    }
}

async fn sealed_draft(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    row: &Model,
    tree: &Tree,
) -> AppResult<Vec<u8>> {
    trees::seal(ctx, tx, identity.organisation_id, &row.uid, trees::DRAFT, tree).await
}

/// Writes the tree that people meet, and what is being worked on besides.
pub(super) async fn write(
    ctx: &Ctx,
    tx: &Tx,
    identity: &Identity,
    bot: Model,
    tree: &Tree,
    draft: Option<&Tree>,
) -> AppResult<Model> {
    let sealed = trees::seal(
        ctx,
        tx,
        identity.organisation_id,
        &bot.uid,
        trees::PUBLISHED,
        tree,
    )
    .await?;
    let draft = match draft.filter(|draft| *draft != tree) {
        Some(draft) => Some(sealed_draft(ctx, tx, identity, &bot, draft).await?),
        None => None,
    };
    let version = bot.version + 1;
    let mut row = bot.into_active_model();
    row.tree_sealed = Set(sealed);
    row.draft_sealed = Set(draft);
    row.version = Set(version);
    row.published_version = Set(version);
    row.command_count = Set(i64::try_from(tree.len()).unwrap_or(i64::MAX));
    row.updated_at = Set(ctx.now().0);
    Ok(row.update(tx.conn()).await?)
}
