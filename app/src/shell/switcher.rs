//! Which Broadcast ID is shown, and the way to the others.
use super::{NavIdentity, text, use_rights};
use crate::ui::{Icon, Picture, Tid, pressed, use_lang};
use leptos::prelude::*;

/// Picture, name and ID.
fn face(identity: &NavIdentity) -> impl IntoView + use<> {
    view! {
        <Picture name=identity.name.clone() src=identity.picture.clone() />
        <span class="min-w-0">
            <span class="block font-medium clip">{identity.name.clone()}</span>
            <span class="block text-xs">
                <Tid id=identity.threema_id />
            </span>
        </span>
    }
}

/// The current identity; opened, the others and the way to a new one. A `<details>`, so it works before hydration.
#[component]
pub fn Switcher(
    /// All
    all: Vec<NavIdentity>,
    /// The one that is shown
    current: NavIdentity,
) -> impl IntoView {
    let lang = use_lang();
    let node = NodeRef::<leptos::html::Details>::new();
    let close = move |_| {
        if let Some(details) = node.get_untracked() {
            details.set_open(false);
        }
    };
    let item = |identity: &NavIdentity| {
        let here = identity.uid == current.uid;
        view! {
            <li>
                <a
                    class="menu-item"
                    href=format!("/i/{}", identity.uid)
                    aria-current=here.then_some("true")
                    on:click=pressed(close)
                >
                    {face(identity)}
                    {here.then(|| view! { <Icon name="check" class="ml-auto" /> }.into_any())}
                </a>
            </li>
        }
    };
    view! {
        <details class="relative" node_ref=node>
            <summary class="switcher" aria-label=format!("{}: {}", text::switch_identity(lang), current.name)>
                {face(&current)}
                <Icon name="chevrons-up-down" class="ml-auto text-ink-3" />
            </summary>
            <ul class="menu absolute inset-x-0 top-full mt-1 z-30 max-h-96 overflow-y-auto">
                {all.iter().map(item).collect_view()}
                {use_rights()
                    .full_access
                    .then(|| {
                        view! {
                            <li class="menu-sep pt-1">
                                <a class="menu-item" href="/identities/new" on:click=pressed(close)>
                                    <Icon name="plus" />
                                    {text::new_identity(lang)}
                                </a>
                            </li>
                        }
                        .into_any()
                    })}
            </ul>
        </details>
    }
}
