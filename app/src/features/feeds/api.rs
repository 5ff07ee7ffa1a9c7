//! Server functions on feeds. Who gets a feed is changed by those of lists, which take the right of feeds for a feed.
use super::model::{BlockDone, Blocked, Day, FeedHead, FeedInput, FeedView};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Lang, Page, PageRequest, ThreemaId, Uid};
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of the identity's feeds.
#[server(input = Json)]
pub async fn load_feeds(identity: Uid, request: PageRequest) -> Result<Page<FeedView>, AppError> {
    rpc(|ctx, granted| s::list_feeds(ctx, granted, identity, request)).await
}

/// One feed with everything that its page shows.
#[server]
pub async fn load_feed_head(identity: Uid, feed: Uid) -> Result<FeedHead, AppError> {
    rpc(|ctx, granted| s::load_feed(ctx, granted, identity, feed)).await
}

/// Comings and goings by the day.
#[server]
pub async fn load_feed_history(identity: Uid, feed: Uid) -> Result<Vec<Day>, AppError> {
    rpc(|ctx, granted| s::load_history(ctx, granted, identity, feed)).await
}

/// One page of who is barred.
#[server(input = Json)]
pub async fn load_blocked(identity: Uid, feed: Uid, request: PageRequest) -> Result<Page<Blocked>, AppError> {
    rpc(|ctx, granted| s::list_blocked(ctx, granted, identity, feed, request)).await
}

/// Makes an empty feed.
#[server(input = Json)]
pub async fn make_feed(identity: Uid, input: FeedInput) -> Result<FeedView, AppError> {
    rpc(|ctx, granted| s::create_feed(ctx, granted, identity, input)).await
}

/// Changes name, description and greetings.
#[server(input = Json)]
pub async fn save_feed(identity: Uid, feed: Uid, input: FeedInput) -> Result<FeedView, AppError> {
    rpc(|ctx, granted| s::change_feed(ctx, granted, identity, feed, input)).await
}

/// Bars people, who lose the feed by it.
#[server(input = Json)]
pub async fn block_people(identity: Uid, feed: Uid, ids: Vec<ThreemaId>) -> Result<BlockDone, AppError> {
    rpc(|ctx, granted| s::block(ctx, granted, identity, feed, ids)).await
}

/// Bars people no longer.
#[server(input = Json)]
pub async fn unblock_people(identity: Uid, feed: Uid, ids: Vec<ThreemaId>) -> Result<u64, AppError> {
    rpc(|ctx, granted| s::unblock(ctx, granted, identity, feed, ids)).await
}

/// All subscribers as CSV.
#[server]
pub async fn export_feed(identity: Uid, feed: Uid, lang: Lang) -> Result<String, AppError> {
    rpc(|ctx, granted| s::export_subscribers(ctx, granted, identity, feed, lang)).await
}

/// The code of the feed's link as PNG, in base64.
#[server]
pub async fn feed_code(identity: Uid, feed: Uid) -> Result<String, AppError> {
    rpc(|ctx, granted| s::qr_png(ctx, granted, identity, feed)).await
}
