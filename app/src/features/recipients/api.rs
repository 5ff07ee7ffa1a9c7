//! Server functions on recipients.
use super::model::{Recipient, RecipientDetails, RecipientsPage};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, PageRequest, ThreemaId, Uid};
use leptos::{prelude::*, server_fn::codec::Json};

/// One page of everybody that the identity knows.
#[server(input = Json)]
pub async fn load_recipients(identity: Uid, request: PageRequest) -> Result<RecipientsPage, AppError> {
    rpc(|ctx, granted| s::list_recipients(ctx, granted, identity, request)).await
}

/// Changes names, language and category.
#[server(input = Json)]
pub async fn save_recipient(
    identity: Uid,
    recipient: ThreemaId,
    input: RecipientDetails,
) -> Result<Recipient, AppError> {
    rpc(|ctx, granted| s::edit_recipient(ctx, granted, identity, recipient, input)).await
}

/// Takes a held recipient's new key.
#[server(input = Json)]
pub async fn accept_recipient_key(
    identity: Uid,
    recipient: ThreemaId,
    new_fingerprint: String,
) -> Result<Recipient, AppError> {
    rpc(|ctx, granted| s::accept_key(ctx, granted, identity, recipient, new_fingerprint)).await
}
