//! What the person who looks may do: shows what they may, hides what they may not. The server decides anew at every
//! call; this only keeps dead ends away.
use super::{use_identity_uid, use_me};
use crate::kernel::{
    Uid,
    permission::{Right, Scope},
    rights::Rights,
};
use leptos::prelude::*;

/// Everything that the person may do; nothing for a stranger.
pub fn use_rights() -> Rights<Uid> {
    use_me().map(|me| me.rights).unwrap_or_default()
}

/// Whether the person may do this: in the identity of the address, or in the organisation. Without
/// an identity in the address the answer is no.
pub fn use_right(right: Right) -> Signal<bool> {
    let rights = use_rights();
    if right.scope() == Scope::Organisation || rights.full_access {
        return Signal::stored(rights.full_access || rights.organisation.has(right));
    }
    let uid = use_identity_uid();
    Signal::derive(move || uid.with(|uid| uid.as_ref().is_some_and(|uid| rights.within(uid).has(right))))
}

/// Whether the person may do this in that identity.
pub fn may_in(identity: &Uid, right: Right) -> bool {
    use_rights().within(identity).has(right)
}

/// Shows its content to those who may.
#[component]
pub fn Can(
    /// What they must be allowed
    right: Right,
    /// What they see then
    children: ChildrenFn,
) -> impl IntoView {
    let may = use_right(right);
    // asked once more while a page that loads again goes
    view! { <Show when=move || may.try_get().unwrap_or_default()>{children()}</Show> }
}
