//! Server functions on distribution lists.
use super::model::{
    CheckedLines, ListHead, ListInput, ListView, Membership, Removed, TableCheck, TableImport, TableOptions,
};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::features::recipients::model::Recipient;
use crate::kernel::{AppError, Lang, Page, PageRequest, ThreemaId, Uid};
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of the identity's lists.
#[server(input = Json)]
pub async fn load_lists(identity: Uid, request: PageRequest) -> Result<Page<ListView>, AppError> {
    rpc(|ctx, granted| s::list_lists(ctx, granted, identity, request)).await
}

/// One page of what a message can go to: lists and feeds.
#[server(input = Json)]
pub async fn load_audiences(identity: Uid, request: PageRequest) -> Result<Page<ListView>, AppError> {
    rpc(|ctx, granted| s::list_audiences(ctx, granted, identity, request)).await
}

/// One list with whom it reaches.
#[server]
pub async fn load_list_head(identity: Uid, list: Uid) -> Result<ListHead, AppError> {
    rpc(|ctx, granted| s::load_list(ctx, granted, identity, list)).await
}

/// One page of those who are on a list.
#[server(input = Json)]
pub async fn load_list_members(
    identity: Uid,
    list: Uid,
    request: PageRequest,
) -> Result<Page<Recipient>, AppError> {
    rpc(|ctx, granted| s::list_members(ctx, granted, identity, list, request)).await
}

/// One page of those who are not on a list.
#[server(input = Json)]
pub async fn load_pickable(
    identity: Uid,
    list: Uid,
    request: PageRequest,
) -> Result<Page<Recipient>, AppError> {
    rpc(|ctx, granted| s::pickable_members(ctx, granted, identity, list, request)).await
}

/// Makes an empty list.
#[server(input = Json)]
pub async fn make_list(identity: Uid, input: ListInput) -> Result<ListView, AppError> {
    rpc(|ctx, granted| s::create_list(ctx, granted, identity, input)).await
}

/// Gives a list another name.
#[server(input = Json)]
pub async fn save_list_name(identity: Uid, list: Uid, input: ListInput) -> Result<ListView, AppError> {
    rpc(|ctx, granted| s::rename_list(ctx, granted, identity, list, input)).await
}

/// Says whether replies of those who are on a list are kept.
#[server]
pub async fn switch_list_replies(identity: Uid, list: Uid, on: bool) -> Result<ListView, AppError> {
    rpc(|ctx, granted| s::switch_replies(ctx, granted, identity, list, on)).await
}

/// Deletes a list; it can be restored.
#[server]
pub async fn drop_list(identity: Uid, list: Uid) -> Result<ListView, AppError> {
    rpc(|ctx, granted| s::delete_list(ctx, granted, identity, list)).await
}

/// Takes a deleted list back into use.
#[server]
pub async fn bring_list_back(identity: Uid, list: Uid) -> Result<ListView, AppError> {
    rpc(|ctx, granted| s::restore_list(ctx, granted, identity, list)).await
}

/// Adds people to a list.
#[server(input = Json)]
pub async fn add_list_members(identity: Uid, list: Uid, ids: Vec<ThreemaId>) -> Result<Membership, AppError> {
    rpc(|ctx, granted| s::add_members(ctx, granted, identity, list, ids)).await
}

/// Takes people off a list.
#[server(input = Json)]
pub async fn remove_list_members(identity: Uid, list: Uid, ids: Vec<ThreemaId>) -> Result<Removed, AppError> {
    rpc(|ctx, granted| s::remove_members(ctx, granted, identity, list, ids)).await
}

/// Takes off a list whoever nothing reaches any more.
#[server]
pub async fn remove_unreachable_members(identity: Uid, list: Uid) -> Result<Removed, AppError> {
    rpc(|ctx, granted| s::remove_unreachable(ctx, granted, identity, list)).await
}

/// Says for every pasted line what would become of it.
#[server(input = Json)]
pub async fn check_pasted_ids(identity: Uid, list: Uid, text: String) -> Result<CheckedLines, AppError> {
    rpc(|ctx, granted| s::check_pasted(ctx, granted, identity, list, text)).await
}

/// Adds the IDs of a pasted text.
#[server(input = Json)]
pub async fn add_pasted_ids(identity: Uid, list: Uid, text: String) -> Result<Membership, AppError> {
    rpc(|ctx, granted| s::add_pasted(ctx, granted, identity, list, text)).await
}

/// Says how a file (in base64) would be read and what would become of its rows.
#[server(input = Json)]
pub async fn check_table_file(
    identity: Uid,
    list: Uid,
    content: String,
    options: TableOptions,
) -> Result<TableCheck, AppError> {
    rpc(|ctx, granted| s::check_table(ctx, granted, identity, list, content, options)).await
}

/// Adds the people of a file (in base64).
#[server(input = Json)]
pub async fn import_table_file(
    identity: Uid,
    list: Uid,
    content: String,
    options: TableOptions,
) -> Result<TableImport, AppError> {
    rpc(|ctx, granted| s::import_table(ctx, granted, identity, list, content, options)).await
}

/// The rows of a file that cannot be taken, as a file.
#[server(input = Json)]
pub async fn bad_table_rows(content: String, options: TableOptions, lang: Lang) -> Result<String, AppError> {
    rpc(|ctx, granted| s::bad_rows(ctx, granted, content, options, lang)).await
}
