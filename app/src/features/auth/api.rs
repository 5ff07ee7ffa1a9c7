//! Server functions of sign-in and set-up.
use super::model::{
    Confirmation, PasswordChange, PasswordReset, PasswordView, ResetLink, ResetView, Rules, SessionView,
    SetUp, Site,
};
#[cfg(feature = "ssr")]
use super::server as s;
use crate::kernel::{AppError, Lang, Uid};
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

/// When the own password was set, and what a new one must be.
#[server]
pub async fn load_own_password() -> Result<PasswordView, AppError> {
    s::rpc(s::own_password).await
}

/// Changes the own password; all other sessions end.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn change_password(input: PasswordChange) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::change_password(ctx, granted, s::this_visit(), input)).await
}

/// Asks for a link for a new password by mail. The answer is the same whether the account exists or not.
#[server]
pub async fn request_reset(email: String) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::request_reset(ctx, visit, email)).await
}

/// What a link for a new password allows.
#[server]
pub async fn load_reset(token: String) -> Result<ResetView, AppError> {
    s::public_rpc(|ctx, visit| s::reset_view(ctx, visit, token)).await
}

/// Sets a new password by a link.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn use_reset(input: PasswordReset) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::reset_password(ctx, visit, input)).await
}

/// A link for a new password of a colleague, shown once.
#[server]
pub async fn make_reset_link(administrator: Uid) -> Result<ResetLink, AppError> {
    s::rpc(|ctx, granted| s::make_reset_link(ctx, granted, administrator)).await
}

/// Where one is signed in.
#[server]
pub async fn list_sessions() -> Result<Vec<SessionView>, AppError> {
    s::rpc(|ctx, granted| s::list_sessions(ctx, granted, s::this_visit())).await
}

/// Ends one of the own sessions.
#[server]
pub async fn end_session(session: Uid) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::end_session(ctx, granted, session)).await
}

/// Ends all of the own sessions but this one; answers how many.
#[server]
pub async fn end_other_sessions() -> Result<u64, AppError> {
    s::rpc(|ctx, granted| s::end_other_sessions(ctx, granted, s::this_visit())).await
}

/// The administrator rules.
#[server]
pub async fn load_rules() -> Result<Rules, AppError> {
    s::rpc(s::own_rules).await
}

/// Changes the administrator rules.
#[server(input = leptos::server_fn::codec::Json)]
pub async fn change_rules(rules: Rules) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::change_rules(ctx, granted, rules)).await
}
