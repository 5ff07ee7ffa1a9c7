//! Server functions of API keys.
use super::model::{ApiKeyInput, ApiKeyView, NewApiKey};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Uid};
use leptos::prelude::*;

/// The own keys.
#[server]
pub async fn load_api_keys() -> Result<Vec<ApiKeyView>, AppError> {
    rpc(s::own_keys).await
}

/// The keys of everybody else in the organisation.
#[server]
pub async fn load_other_api_keys() -> Result<Vec<ApiKeyView>, AppError> {
    rpc(s::other_keys).await
}

/// Makes a key.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn make_api_key(input: ApiKeyInput) -> Result<NewApiKey, AppError> {
    rpc(|ctx, granted| s::make_key(ctx, granted, input)).await
}

/// Ends an own key.
#[server]
pub async fn revoke_api_key(key: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::revoke_own_key(ctx, granted, key)).await
}

/// Ends a key of somebody else in the organisation.
#[server]
pub async fn revoke_other_api_key(key: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::revoke_any_key(ctx, granted, key)).await
}
