//! Server functions on groups.
use super::model::{
    ChatPage, ChatRequest, GroupChange, GroupHead, GroupInput, GroupView, NewGroup, NewText, Presence,
};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Page, PageRequest, ThreemaId, Uid};
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of the identity's groups.
#[server(input = Json)]
pub async fn load_groups(identity: Uid, request: PageRequest) -> Result<Page<GroupView>, AppError> {
    rpc(|ctx, granted| s::list_groups(ctx, granted, identity, request)).await
}

/// One group with its members and what is staged.
#[server]
pub async fn load_group_head(identity: Uid, group: Uid) -> Result<GroupHead, AppError> {
    rpc(|ctx, granted| s::load_group(ctx, granted, identity, group)).await
}

/// Makes a group.
#[server(input = Json)]
pub async fn make_group(identity: Uid, input: NewGroup) -> Result<GroupView, AppError> {
    rpc(|ctx, granted| s::create_group(ctx, granted, identity, input)).await
}

/// Gives a group another name.
#[server(input = Json)]
pub async fn save_group_name(identity: Uid, group: Uid, input: GroupInput) -> Result<(), AppError> {
    rpc(|ctx, granted| s::rename_group(ctx, granted, identity, group, input)).await
}

/// Adds people to a group, takes others out.
#[server(input = Json)]
pub async fn save_group_members(
    identity: Uid,
    group: Uid,
    add: Vec<ThreemaId>,
    remove: Vec<ThreemaId>,
) -> Result<GroupChange, AppError> {
    rpc(|ctx, granted| s::change_members(ctx, granted, identity, group, (add, remove))).await
}

/// Gives a group another picture (in base64).
#[server(input = Json)]
pub async fn save_group_picture(identity: Uid, group: Uid, image: String) -> Result<(), AppError> {
    rpc(|ctx, granted| s::set_picture(ctx, granted, identity, group, image)).await
}

/// Takes the picture of a group away.
#[server]
pub async fn drop_group_picture(identity: Uid, group: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::delete_picture(ctx, granted, identity, group)).await
}

/// Saves what members write from now on, or does not any more.
#[server]
pub async fn save_group_history(identity: Uid, group: Uid, on: bool) -> Result<(), AppError> {
    rpc(|ctx, granted| s::set_history(ctx, granted, identity, group, on)).await
}

/// Brings phones to what is staged.
#[server]
pub async fn synchronise_group(identity: Uid, group: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::synchronise(ctx, granted, identity, group)).await
}

/// Puts what is staged back to what phones have.
#[server]
pub async fn discard_group_changes(identity: Uid, group: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::discard_changes(ctx, granted, identity, group)).await
}

/// Dissolves a group for good.
#[server]
pub async fn dissolve_group(identity: Uid, group: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::disband_group(ctx, granted, identity, group)).await
}

/// A part of the chat.
#[server(input = Json)]
pub async fn load_group_chat(identity: Uid, group: Uid, request: ChatRequest) -> Result<ChatPage, AppError> {
    rpc(|ctx, granted| s::load_chat(ctx, granted, identity, group, request)).await
}

/// Writes to the members; the same `key` again answers the same message.
#[server(input = Json)]
pub async fn write_in_group(
    identity: Uid,
    group: Uid,
    text: NewText,
    key: Option<String>,
) -> Result<Uid, AppError> {
    rpc(|ctx, granted| s::write_text(ctx, granted, identity, group, (text, key))).await
}

/// Changes a text of the identity.
#[server(input = Json)]
pub async fn change_group_text(identity: Uid, group: Uid, entry: Uid, text: String) -> Result<(), AppError> {
    rpc(|ctx, granted| s::edit_text(ctx, granted, identity, group, entry, text)).await
}

/// Takes a text back.
#[server]
pub async fn take_group_text_back(identity: Uid, group: Uid, entry: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::delete_text(ctx, granted, identity, group, entry)).await
}

/// Reacts to a text, or takes the reaction back.
#[server]
pub async fn react_in_group(
    identity: Uid,
    group: Uid,
    entry: Uid,
    emoji: String,
    apply: bool,
) -> Result<(), AppError> {
    rpc(|ctx, granted| s::react(ctx, granted, identity, group, entry, (emoji, apply))).await
}

/// The caller has read up to this entry.
#[server]
pub async fn note_group_read(identity: Uid, group: Uid, up_to: i64) -> Result<(), AppError> {
    rpc(|ctx, granted| s::mark_read(ctx, granted, identity, group, up_to)).await
}

/// Tells the other pages of the group that the caller is here, writes, or has gone.
#[server(input = Json)]
pub async fn tell_group_presence(
    identity: Uid,
    group: Uid,
    page: Uid,
    what: Presence,
) -> Result<(), AppError> {
    rpc(|ctx, granted| s::tell_presence(ctx, granted, identity, group, (page, what))).await
}

/// Erases the whole chat of a group.
#[server]
pub async fn erase_group_chat(identity: Uid, group: Uid) -> Result<u64, AppError> {
    rpc(|ctx, granted| s::delete_history(ctx, granted, identity, group)).await
}

/// Whether the chat may be exported now.
#[server]
pub async fn prepare_group_export(identity: Uid, group: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::prepare_export(ctx, granted, identity, group)).await
}
