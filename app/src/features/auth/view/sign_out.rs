//! The way out.
use crate::features::auth::{api::SignOut as SignOutCall, text};
use crate::ui::{Icon, forget_unsent, use_lang};
use leptos::{prelude::*, server_fn::ServerFn};

/// Ends the session and leads to the sign-in: a form of the browser's own, so that nothing of the page before stays; nor
/// what was written and not sent.
#[component]
pub fn SignOut(
    /// With words
    #[prop(optional)]
    words: bool,
) -> impl IntoView {
    let lang = use_lang();
    let class = if words {
        "btn"
    } else {
        "btn btn-quiet btn-icon btn-sm"
    };
    view! {
        <form method="post" action=SignOutCall::url() class="inline-flex" on:submit=move |_| forget_unsent()>
            <button
                type="submit"
                class=class
                aria-label=(!words).then(|| text::sign_out(lang))
                title=(!words).then(|| text::sign_out(lang))
            >
                <Icon name="log-out" />
                {words.then(|| text::sign_out(lang))}
            </button>
        </form>
    }
}
