//! The identity of the page's address.
use crate::features::identities::{api::load_identity, model::IdentityView};
use crate::kernel::{AppResult, ErrorCode, Uid, live::Change};
use crate::shell::use_identity_uid;
use crate::ui::live::use_reload_on;
use crate::ui::{Loading, loading};
use leptos::prelude::*;

/// The identity in the address `/i/{uid}/…`; loaded again when it changes.
pub fn use_identity() -> Loading<IdentityView> {
    let uid = use_identity_uid();
    let concerns = move |changed: &Uid| uid.with_untracked(|u| u.as_ref() == Some(changed));
    let version = use_reload_on(move |change| matches!(change, Change::Identity { uid } if concerns(uid)));
    loading(move || (uid.get(), version.get()), |(uid, _)| load(uid))
}

/// The same, loaded once: for forms, which must not lose what is being typed when somebody changes the identity.
pub(super) fn use_identity_once() -> Loading<IdentityView> {
    let uid = use_identity_uid();
    loading(move || uid.get(), load)
}

async fn load(uid: Option<Uid>) -> AppResult<IdentityView> {
    match uid {
        Some(uid) => load_identity(uid).await,
        None => Err(ErrorCode::NotFound.into()),
    }
}
