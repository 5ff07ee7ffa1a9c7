//! Server functions of messages.
use super::model::{
    ApproveInput, Audience, DeliveryRow, Draft, DraftInput, MessageRow, MessageView, PeopleChange, Person,
    Scope, SendInput,
};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Page, PageRequest, Uid};
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

/// The exact audience of some lists.
#[server(input = Json)]
pub async fn count_audience(identity: Uid, lists: Vec<Uid>) -> Result<Audience, AppError> {
    rpc(|ctx, granted| s::count_audience(ctx, granted, identity, lists)).await
}

/// The exact audience of a broadcast.
#[server(input = Json)]
pub async fn count_broadcast(identity: Uid, scope: Scope, draft: Option<Uid>) -> Result<Audience, AppError> {
    rpc(|ctx, granted| s::count_broadcast(ctx, granted, identity, scope, draft)).await
}

/// One page of those whom a broadcast may name, each with whether it does. `filter`: `chosen` or nothing.
#[server(input = Json)]
pub async fn load_broadcast_people(
    identity: Uid,
    draft: Uid,
    request: PageRequest,
) -> Result<Page<Person>, AppError> {
    rpc(|ctx, granted| s::load_people(ctx, granted, identity, draft, request)).await
}

/// Names people in a broadcast's draft, or no longer; answers how many it names.
#[server(input = Json)]
pub async fn change_broadcast_people(
    identity: Uid,
    draft: Uid,
    change: PeopleChange,
) -> Result<u64, AppError> {
    rpc(|ctx, granted| s::change_people(ctx, granted, identity, draft, change)).await
}

/// Newcomers get a message no longer.
#[server]
pub async fn stop_newcomers(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::stop_newcomers(ctx, granted, identity, message)).await
}

/// Keeps a draft; answers it with its uid and the time.
#[server(input = Json)]
pub async fn save_draft(identity: Uid, input: DraftInput) -> Result<Draft, AppError> {
    rpc(|ctx, granted| s::save_draft(ctx, granted, identity, input)).await
}

/// A draft to go on with.
#[server]
pub async fn load_draft(identity: Uid, draft: Uid) -> Result<Draft, AppError> {
    rpc(|ctx, granted| s::load_draft(ctx, granted, identity, draft)).await
}

/// Removes a draft for good.
#[server]
pub async fn discard_draft(identity: Uid, draft: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::discard_draft(ctx, granted, identity, draft)).await
}

/// Sends a draft: it is durable when this answers. The undo window begins.
#[server(input = Json)]
pub async fn send_message(identity: Uid, input: SendInput) -> Result<(), AppError> {
    rpc(|ctx, granted| s::send_draft(ctx, granted, identity, input)).await
}

/// Asks somebody else to approve a draft; nothing is sent.
#[server(input = Json)]
pub async fn ask_for_approval(identity: Uid, input: SendInput) -> Result<(), AppError> {
    rpc(|ctx, granted| s::ask_approval(ctx, granted, identity, input)).await
}

/// Approves a message of others and sends it.
#[server(input = Json)]
pub async fn approve_message(identity: Uid, input: ApproveInput) -> Result<(), AppError> {
    rpc(|ctx, granted| s::approve(ctx, granted, identity, input)).await
}

/// Sends a message back to its authors.
#[server]
pub async fn send_message_back(identity: Uid, message: Uid, note: String) -> Result<(), AppError> {
    rpc(|ctx, granted| s::send_back(ctx, granted, identity, message, note)).await
}

/// Takes a message back that waits for approval; it is a draft again.
#[server]
pub async fn withdraw_message(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::withdraw(ctx, granted, identity, message)).await
}

/// Takes a queued message back; it is a draft again.
#[server]
pub async fn undo_send(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::undo_send(ctx, granted, identity, message)).await
}

/// Halts a message that is being sent.
#[server]
pub async fn pause_message(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::pause(ctx, granted, identity, message)).await
}

/// Goes on exactly where it stood.
#[server]
pub async fn resume_message(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::resume(ctx, granted, identity, message)).await
}

/// Ends a message: what has not left is cancelled.
#[server]
pub async fn stop_message(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::stop(ctx, granted, identity, message)).await
}

/// Messages, drafts included, newest first. `filter`: a state's code.
#[server(input = Json)]
pub async fn list_messages(identity: Uid, page: PageRequest) -> Result<Page<MessageRow>, AppError> {
    rpc(|ctx, granted| s::list_messages(ctx, granted, identity, page)).await
}

/// A message with everything its page shows.
#[server]
pub async fn load_message(identity: Uid, message: Uid) -> Result<MessageView, AppError> {
    rpc(|ctx, granted| s::load_message(ctx, granted, identity, message)).await
}

/// The deliveries of a message. `filter`: a state's code; `q`: part of an ID or name; `sort`: `name`, `at` or nothing
/// (the order of sending).
#[server(input = Json)]
pub async fn list_deliveries(
    identity: Uid,
    message: Uid,
    page: PageRequest,
) -> Result<Page<DeliveryRow>, AppError> {
    rpc(|ctx, granted| s::list_deliveries(ctx, granted, identity, message, page)).await
}

/// Whether the deliveries of a message may be exported now; the file itself comes from `/export/…`.
#[server]
pub async fn prepare_message_export(identity: Uid, message: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::prepare_export(ctx, granted, identity, message)).await
}

/// Sends the same texts once more to those whose delivery failed, as a message of its own; answers that message.
#[server]
pub async fn send_to_failed(identity: Uid, message: Uid) -> Result<Uid, AppError> {
    rpc(|ctx, granted| s::send_to_failed(ctx, granted, identity, message)).await
}
