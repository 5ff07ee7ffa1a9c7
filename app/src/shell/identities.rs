//! The Broadcast IDs of the organisation, for navigation and crumbs.
use crate::features::identities::{api::list_identities, model::IdentityView};
use crate::kernel::{AppResult, ThreemaId, Uid, live::Change};
use crate::ui::live::use_reload_on;
use crate::ui::{Loading, loading};
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

/// What the navigation shows of a Broadcast ID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NavIdentity {
    /// Where it lives: `/i/{uid}`
    pub uid: Uid,
    /// Its Threema ID
    pub threema_id: ThreemaId,
    /// Its nickname
    pub name: String,
    /// Address of its picture
    pub picture: Option<String>,
}

/// Loaded once for the whole layout; again when an identity changes.
pub type Identities = Loading<Vec<NavIdentity>>;

/// For the whole layout.
pub(super) fn provide_identities() -> Identities {
    let version = use_reload_on(|change| matches!(change, Change::Identity { .. }));
    let identities = loading(move || version.get(), |_| load());
    provide_context(identities);
    identities
}

async fn load() -> AppResult<Vec<NavIdentity>> {
    let all = list_identities().await?;
    let shown = |i: IdentityView| NavIdentity {
        name: i.shown_name().to_owned(),
        uid: i.uid,
        threema_id: i.threema_id,
        picture: None,
    };
    Ok(all.into_iter().map(shown).collect())
}

/// All Broadcast IDs; read it under `Suspense` or `Transition`.
///
/// # Panics
/// Outside of the layout, which is a fault in the code.
pub fn use_identities() -> Identities {
    expect_context()
}

/// The identity in the address `/i/{uid}/…`.
pub fn use_identity_uid() -> Memo<Option<Uid>> {
    let path = use_location().pathname;
    Memo::new(move |_| path.with(|p| p.strip_prefix("/i/")?.split('/').next()?.parse().ok()))
}

/// A number that goes up when something in the identity of the address changed, and what to call when the page changed
/// something itself: then it goes up at once.
pub fn use_changes() -> (Signal<u32>, Callback<()>) {
    let identity = use_identity_uid();
    let live = use_reload_on(
        move |change| matches!(change, Change::Identity { uid } if identity.with_untracked(|i| i.as_ref() == Some(uid))),
    );
    let own = RwSignal::new(0_u32);
    let changed = Callback::new(move |()| own.update(|n| *n += 1));
    (
        Signal::derive(move || live.get().wrapping_add(own.get())),
        changed,
    )
}

/// The identity in the address, else the first one.
pub(super) fn current(list: &[NavIdentity], uid: Option<&Uid>) -> Option<NavIdentity> {
    list.iter()
        .find(|i| Some(&i.uid) == uid)
        .or_else(|| list.first())
        .cloned()
}
