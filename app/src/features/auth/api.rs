//! Server functions of sign-in and set-up.
use super::model::{Confirmation, SetUp, Site};
#[cfg(feature = "ssr")]
use super::server as s;
use crate::kernel::{AppError, Lang};
use leptos::prelude::*;

/// What every page needs to know before it is drawn.
#[server]
pub async fn load_site() -> Result<Site, AppError> {
    s::public_rpc(s::site).await
}

/// Signs in; the answer sets the session cookie.
#[server]
pub async fn sign_in(email: String, password: String) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::sign_in(ctx, visit, email, password)).await
}

/// Ends the session.
#[server]
pub async fn sign_out() -> Result<(), AppError> {
    s::public_rpc(s::sign_out).await
}

/// Makes the first organisation and its first administrator, and signs in.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn first_set_up(input: SetUp) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::set_up(ctx, visit, input)).await
}

/// Lets sending go on after a restore.
#[server]
pub async fn resume_sending() -> Result<(), AppError> {
    s::rpc(s::resume_sending).await
}

/// Changes the language of the interface, for this browser and for the administrator who is signed in.
#[server]
pub async fn change_language(language: Lang) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::change_language(ctx, visit, language)).await
}

/// Whether the sign-in is fresh enough for what is protected.
#[server]
pub async fn load_confirmation() -> Result<Confirmation, AppError> {
    s::rpc(s::confirmation).await
}

/// Proves once more who is signed in; the answer sets a new session cookie.
#[server]
pub async fn confirm_by_password(password: String) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::confirm_by_password(ctx, granted, s::this_visit(), password)).await
}
