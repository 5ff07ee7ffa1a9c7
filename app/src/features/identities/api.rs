//! Server functions of identities.
use super::model::{IdentityConfiguration, IdentityView, NewIdentity, PlanChange, PrivateKeyFile};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Uid};
use leptos::prelude::*;

/// All identities of the organisation, by the time they were made.
#[server]
pub async fn list_identities() -> Result<Vec<IdentityView>, AppError> {
    rpc(s::list).await
}

/// One identity.
#[server]
pub async fn load_identity(identity: Uid) -> Result<IdentityView, AppError> {
    rpc(|ctx, granted| s::load(ctx, granted, identity)).await
}

/// Makes an identity on the local gateway, or takes one of a real gateway.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn create_identity(input: NewIdentity) -> Result<IdentityView, AppError> {
    rpc(|ctx, granted| s::create(ctx, granted, input)).await
}

/// Changes nickname, description, default language and undo window.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn configure_identity(
    identity: Uid,
    input: IdentityConfiguration,
) -> Result<IdentityView, AppError> {
    rpc(|ctx, granted| s::configure(ctx, granted, identity, input)).await
}

/// Hands out the private key as a text file.
#[server]
pub async fn export_private_key(identity: Uid) -> Result<PrivateKeyFile, AppError> {
    rpc(|ctx, granted| s::export_private_key(ctx, granted, identity)).await
}

/// Starts another plan at once.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn change_plan(identity: Uid, input: PlanChange) -> Result<IdentityView, AppError> {
    rpc(|ctx, granted| s::change_plan(ctx, granted, identity, input)).await
}

/// Switches whether only internal people are answered.
#[server]
pub async fn set_availability(identity: Uid, internal_only: bool) -> Result<IdentityView, AppError> {
    rpc(|ctx, granted| s::set_availability(ctx, granted, identity, internal_only)).await
}
