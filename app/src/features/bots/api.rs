//! Server functions on bots.
use super::model::{BotHead, BotInput, BotView, DraftInput, DraftSaved};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Page, PageRequest, Uid};
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of the identity's bots.
#[server(input = Json)]
pub async fn load_bots(identity: Uid, request: PageRequest) -> Result<Page<BotView>, AppError> {
    rpc(|ctx, granted| s::list_bots(ctx, granted, identity, request)).await
}

/// One bot with what its page needs.
#[server]
pub async fn load_bot(identity: Uid, bot: Uid) -> Result<BotHead, AppError> {
    rpc(|ctx, granted| s::load_bot(ctx, granted, identity, bot)).await
}

/// Makes a bot without commands.
#[server(input = Json)]
pub async fn make_bot(identity: Uid, input: BotInput) -> Result<BotView, AppError> {
    rpc(|ctx, granted| s::create_bot(ctx, granted, identity, input)).await
}

/// Gives a bot another name.
#[server(input = Json)]
pub async fn save_bot_name(identity: Uid, bot: Uid, input: BotInput) -> Result<BotView, AppError> {
    rpc(|ctx, granted| s::rename_bot(ctx, granted, identity, bot, input)).await
}

/// Deletes a bot; it can be restored.
#[server]
pub async fn drop_bot(identity: Uid, bot: Uid) -> Result<BotView, AppError> {
    rpc(|ctx, granted| s::delete_bot(ctx, granted, identity, bot)).await
}

/// Takes a deleted bot back into use.
#[server]
pub async fn bring_bot_back(identity: Uid, bot: Uid) -> Result<BotView, AppError> {
    rpc(|ctx, granted| s::restore_bot(ctx, granted, identity, bot)).await
}

/// Keeps what is being worked on; people still meet what is published.
#[server(input = Json)]
pub async fn save_bot_draft(identity: Uid, bot: Uid, input: DraftInput) -> Result<DraftSaved, AppError> {
    rpc(|ctx, granted| s::save_bot_draft(ctx, granted, identity, bot, input)).await
}

/// From now on people meet what was being worked on.
#[server]
pub async fn publish_bot(identity: Uid, bot: Uid, version: u64) -> Result<BotHead, AppError> {
    rpc(|ctx, granted| s::publish_bot(ctx, granted, identity, bot, version)).await
}

/// Goes back to what is published.
#[server]
pub async fn discard_bot_draft(identity: Uid, bot: Uid, version: u64) -> Result<BotHead, AppError> {
    rpc(|ctx, granted| s::discard_bot_draft(ctx, granted, identity, bot, version)).await
}
