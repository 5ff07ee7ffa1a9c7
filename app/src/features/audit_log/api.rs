//! Server functions of the audit log.
use super::model::{LogFilter, LogPage, Place};
#[cfg(feature = "ssr")]
use super::server as s;
use crate::features::audit::model::Chain;
#[cfg(feature = "ssr")]
use crate::features::auth::server::rpc;
use crate::kernel::{AppError, Uid};
use leptos::prelude::*;

/// A page of entries.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn load_audit_log(filter: LogFilter, place: Place) -> Result<LogPage, AppError> {
    rpc(|ctx, granted| s::load(ctx, granted, filter, place)).await
}

/// The administrators, for the filter.
#[server]
pub async fn load_audit_people() -> Result<Vec<(Uid, String)>, AppError> {
    rpc(s::people).await
}

/// Checks the chain from its first entry to its end.
#[server]
pub async fn verify_audit_log() -> Result<Chain, AppError> {
    rpc(s::check).await
}

/// Whether the log may be exported now; the file itself comes from `/export/audit/…`.
#[server]
pub async fn prepare_audit_export() -> Result<(), AppError> {
    rpc(s::prepare_export).await
}
