//! `/second-factor`: where a sign-in leads that still lacks the second factor which the rules ask for.
use super::{ConfirmSignIn, SignOut, frame::Frame, second_factor_set_up::SetUp};
use crate::features::auth::{next::safe_next, text::factors as text};
use crate::shell::use_lang;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Sets the second factor up, and leads on.
#[component]
pub fn SecondFactorPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let done = Callback::new(move |()| {
        let next = query.with_untracked(|q| safe_next(q.get_str("next").unwrap_or("/")).to_owned());
        let _ = window().location().assign(&next);
    });
    view! {
        <Title text=text::set_up_title(lang) />
        <Frame>
            <main class="m-auto w-full max-w-104 py-10" id="main">
                <h1 class="text-xl tracking-tight">{text::set_up_title(lang)}</h1>
                <p class="text-ink-2 mt-1 mb-6">{text::set_up_first(lang)}</p>
                <div class="card">
                    <SetUp done />
                </div>
                <div class="mt-6">
                    <SignOut words=true />
                </div>
            </main>
            // whoever installs an app first is asked again after ten minutes
            <ConfirmSignIn />
        </Frame>
    }
}
