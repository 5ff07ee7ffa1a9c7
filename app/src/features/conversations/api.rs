//! Server functions of conversations.
use super::model::{ConversationsPage, Finished, Many, SavedReply, SavedReplyInput, Thread};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, PageRequest, Timestamp, Uid};
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of the identity's conversations, newest first. `filter`: the code of a `Show`.
#[server(input = Json)]
pub async fn load_conversations(identity: Uid, request: PageRequest) -> Result<ConversationsPage, AppError> {
    rpc(|ctx, granted| s::list_conversations(ctx, granted, identity, request)).await
}

/// A conversation with its last messages: `most` of them, or all that hold `q`.
#[server(input = Json)]
pub async fn load_thread(identity: Uid, conversation: Uid, q: String, most: u32) -> Result<Thread, AppError> {
    rpc(|ctx, granted| s::load_thread(ctx, granted, identity, conversation, q, most)).await
}

/// How many conversations have something that the administrator has not read.
#[server]
pub async fn count_unread(identity: Uid) -> Result<u64, AppError> {
    rpc(|ctx, granted| s::count_unread(ctx, granted, identity)).await
}

/// Writes to the person of a conversation; the same `key` again does nothing more.
#[server(input = Json)]
pub async fn write_in_conversation(
    identity: Uid,
    conversation: Uid,
    text: String,
    key: Option<String>,
) -> Result<(), AppError> {
    rpc(|ctx, granted| s::write(ctx, granted, identity, conversation, (text, key))).await
}

/// Says who deals with a conversation; none: nobody in particular.
#[server(input = Json)]
pub async fn assign_conversation(identity: Uid, conversation: Uid, to: Option<Uid>) -> Result<(), AppError> {
    rpc(|ctx, granted| s::assign(ctx, granted, identity, conversation, to)).await
}

/// Marks a conversation as done, or opens it again.
#[server]
pub async fn set_conversation_done(identity: Uid, conversation: Uid, done: bool) -> Result<(), AppError> {
    rpc(|ctx, granted| s::set_done(ctx, granted, identity, conversation, done)).await
}

/// Marks all conversations of a filter as done.
#[server(input = Json)]
pub async fn finish_conversations(identity: Uid, many: Many) -> Result<Finished, AppError> {
    rpc(|ctx, granted| s::finish_many(ctx, granted, identity, many)).await
}

/// Opens again what the administrator has marked as done at that moment.
#[server(input = Json)]
pub async fn reopen_conversations(identity: Uid, at: Timestamp) -> Result<u64, AppError> {
    rpc(|ctx, granted| s::reopen_many(ctx, granted, identity, at)).await
}

/// Notes that the administrator has read a conversation up to its end, or wants to read it again.
#[server]
pub async fn mark_conversation(identity: Uid, conversation: Uid, read: bool) -> Result<(), AppError> {
    rpc(|ctx, granted| s::mark(ctx, granted, identity, conversation, read)).await
}

/// Deletes a conversation with all its texts, for good.
#[server]
pub async fn drop_conversation(identity: Uid, conversation: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::delete_conversation(ctx, granted, identity, conversation)).await
}

/// The identity's saved replies by name.
#[server]
pub async fn load_saved_replies(identity: Uid) -> Result<Vec<SavedReply>, AppError> {
    rpc(|ctx, granted| s::saved_replies(ctx, granted, identity)).await
}

/// Makes a saved reply, or changes one.
#[server(input = Json)]
pub async fn keep_saved_reply(identity: Uid, input: SavedReplyInput) -> Result<SavedReply, AppError> {
    rpc(|ctx, granted| s::keep_saved_reply(ctx, granted, identity, input)).await
}

/// Removes a saved reply.
#[server]
pub async fn drop_saved_reply(identity: Uid, reply: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::delete_saved_reply(ctx, granted, identity, reply)).await
}
