//! Server functions of administrators.
use super::model::{AcceptInput, InvitationLink, InvitationView, InviteInput, People, PersonView};
#[cfg(feature = "ssr")]
use super::server as s;
#[cfg(feature = "ssr")]
use crate::features::auth::server::{public_rpc, rpc};
use crate::kernel::{AppError, PageRequest, Uid, rights::Rights};
use leptos::{prelude::*, server_fn::codec::Json};

/// Administrators and those who are invited. `q`: part of a name or e-mail; `filter`: an identity's uid, or
/// [`super::model::NO_FACTOR`].
#[server(input = Json)]
pub async fn load_administrators(request: PageRequest) -> Result<People, AppError> {
    rpc(|ctx, granted| s::load_people(ctx, granted, request)).await
}

/// One administrator or invitation, to be changed.
#[server]
pub async fn load_administrator(person: Uid) -> Result<PersonView, AppError> {
    rpc(|ctx, granted| s::load_person(ctx, granted, person)).await
}

/// What an invitation can hold: an empty person with what can be given.
#[server]
pub async fn prepare_invitation() -> Result<PersonView, AppError> {
    rpc(s::prepare).await
}

/// Invites somebody; the link is shown this once.
#[server(input = Json)]
pub async fn invite_administrator(input: InviteInput) -> Result<InvitationLink, AppError> {
    rpc(|ctx, granted| s::invite(ctx, granted, input)).await
}

/// Makes a new link for an invitation; the old one ends.
#[server]
pub async fn renew_invitation(person: Uid) -> Result<InvitationLink, AppError> {
    rpc(|ctx, granted| s::renew(ctx, granted, person)).await
}

/// Takes an invitation back.
#[server]
pub async fn withdraw_invitation(person: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::withdraw(ctx, granted, person)).await
}

/// Gives an administrator, or somebody who is invited, these rights instead of those until now.
#[server(input = Json)]
pub async fn change_rights(person: Uid, rights: Rights<Uid>) -> Result<PersonView, AppError> {
    rpc(|ctx, granted| s::change_rights(ctx, granted, person, rights)).await
}

/// Ends all sessions of an administrator and lets nobody sign in as them.
#[server]
pub async fn disable_administrator(person: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::disable(ctx, granted, person)).await
}

/// Lets an administrator sign in again.
#[server]
pub async fn enable_administrator(person: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::enable(ctx, granted, person)).await
}

/// Removes an administrator for good.
#[server]
pub async fn remove_administrator(person: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::remove(ctx, granted, person)).await
}

/// Hands the own full access over; single rights stay.
#[server]
pub async fn transfer_full_access(person: Uid) -> Result<(), AppError> {
    rpc(|ctx, granted| s::transfer(ctx, granted, person)).await
}

/// Who invites whom.
#[server]
pub async fn load_invitation(token: String) -> Result<InvitationView, AppError> {
    public_rpc(|ctx, visit| s::load_invitation(ctx, visit, token)).await
}

/// Accepts an invitation and signs in.
#[server(input = Json)]
pub async fn accept_invitation(input: AcceptInput) -> Result<(), AppError> {
    public_rpc(|ctx, visit| s::accept(ctx, visit, input)).await
}
