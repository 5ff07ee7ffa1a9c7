//! The way out.
use crate::features::auth::{api::SignOut as SignOutCall, text};
use crate::ui::{Icon, use_lang};
use leptos::{form::ActionForm, prelude::*};

/// Ends the session and leads to the sign-in. Works before hydration.
#[component]
pub fn SignOut(
    /// With words
    #[prop(optional)]
    words: bool,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<SignOutCall>::new();
    Effect::new(move || {
        if action.value().with(Option::is_some) {
            let _ = window().location().assign("/login");
        }
    });
    let class = if words {
        "btn"
    } else {
        "btn btn-quiet btn-icon btn-sm"
    };
    view! {
        <ActionForm action attr:class="inline-flex">
            <button
                type="submit"
                class=class
                aria-label=(!words).then(|| text::sign_out(lang))
                title=(!words).then(|| text::sign_out(lang))
            >
                <Icon name="log-out" />
                {words.then(|| text::sign_out(lang))}
            </button>
        </ActionForm>
    }
}
