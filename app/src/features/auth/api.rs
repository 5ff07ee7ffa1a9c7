//! Server functions of sign-in and set-up.
use super::model::{
    Ceremony, Confirmation, NextStep, Passkeys, PasswordChange, PasswordReset, PasswordView, ResetLink,
    ResetView, Rules, SecondFactor, SessionView, SetUp, Site, TotpSetUp,
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

/// Signs in, or leads to the second step; the answer sets the session cookie.
#[server]
pub async fn sign_in(email: String, password: String) -> Result<NextStep, AppError> {
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

/// A challenge for signing in with a passkey; none when no organisation allows passkeys.
#[server]
pub async fn start_passkey_sign_in() -> Result<Option<Ceremony>, AppError> {
    s::public_rpc(s::start_passkey_sign_in).await
}

/// Signs in with a passkey.
#[server]
pub async fn finish_passkey_sign_in(id: String, answer: String) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::finish_passkey_sign_in(ctx, visit, id, answer)).await
}

/// The second step of a sign-in: a code, or a backup code.
#[server]
pub async fn sign_in_by_code(code: String) -> Result<(), AppError> {
    s::public_rpc(|ctx, visit| s::sign_in_by_code(ctx, visit, code)).await
}

/// Sends another code by message, in the second step of a sign-in.
#[server]
pub async fn resend_code() -> Result<(), AppError> {
    s::public_rpc(s::resend_code).await
}

/// The own passkeys.
#[server]
pub async fn load_passkeys() -> Result<Passkeys, AppError> {
    s::rpc(s::load_passkeys).await
}

/// A challenge for a new passkey.
#[server]
pub async fn start_passkey(name: String) -> Result<Ceremony, AppError> {
    s::rpc(|ctx, granted| s::start_passkey(ctx, granted, name)).await
}

/// Keeps a new passkey.
#[server]
pub async fn finish_passkey(id: String, name: String, answer: String) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::finish_passkey(ctx, granted, id, name, answer)).await
}

/// Gives an own passkey another name.
#[server]
pub async fn rename_passkey(uid: Uid, name: String) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::rename_passkey(ctx, granted, uid, name)).await
}

/// Deletes an own passkey.
#[server]
pub async fn delete_passkey(uid: Uid) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::delete_passkey(ctx, granted, uid)).await
}

/// Who needs a password when passkeys are switched off.
#[server]
pub async fn passkey_holders() -> Result<Vec<String>, AppError> {
    s::rpc(s::passkey_holders).await
}

/// A challenge for proving who is signed in; none without a passkey.
#[server]
pub async fn start_passkey_confirmation() -> Result<Option<Ceremony>, AppError> {
    s::rpc(s::start_passkey_confirmation).await
}

/// Proves with a passkey who is signed in; the answer sets a new session cookie.
#[server]
pub async fn finish_passkey_confirmation(id: String, answer: String) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::finish_passkey_confirmation(ctx, granted, s::this_visit(), id, answer)).await
}

/// Proves with a code who is signed in; the answer sets a new session cookie.
#[server]
pub async fn confirm_by_code(code: String) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::confirm_by_code(ctx, granted, s::this_visit(), code)).await
}

/// Sends the code for that by message.
#[server]
pub async fn send_confirmation_code() -> Result<(), AppError> {
    s::rpc(s::send_confirmation_code).await
}

/// The own second factor.
#[server]
pub async fn load_second_factor() -> Result<SecondFactor, AppError> {
    s::rpc(s::load_second_factor).await
}

/// Begins to set an authenticator app up.
#[server]
pub async fn start_totp() -> Result<TotpSetUp, AppError> {
    s::rpc(s::start_totp).await
}

/// Begins to set codes by Threema message up: sends the first one.
#[server]
pub async fn start_message_factor(threema_id: String) -> Result<(), AppError> {
    s::rpc(|ctx, granted| s::start_message_factor(ctx, granted, threema_id)).await
}

/// The first right code: the second factor counts. Answers the backup codes.
#[server]
pub async fn finish_second_factor(code: String) -> Result<Vec<String>, AppError> {
    s::rpc(|ctx, granted| s::finish_second_factor(ctx, granted, s::this_visit(), code)).await
}

/// Removes the second factor.
#[server]
pub async fn remove_second_factor() -> Result<(), AppError> {
    s::rpc(s::remove_second_factor).await
}

/// New backup codes.
#[server]
pub async fn new_backup_codes() -> Result<Vec<String>, AppError> {
    s::rpc(s::new_backup_codes).await
}
