//! `/login`
use super::frame::Frame;
use crate::features::auth::{api::SignIn, next::safe_next, text};
use crate::shell::{use_lang, use_me};
use crate::ui::{PasswordField, PostForm, Submit, TextField};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// E-mail and password; leads to where one wanted to go.
#[component]
pub fn LoginPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let next = move || query.with_untracked(|q| safe_next(q.get_str("next").unwrap_or("/")).to_owned());
    #[cfg(feature = "ssr")]
    if use_me().is_some() {
        leptos_axum::redirect(&next());
    }
    #[cfg(not(feature = "ssr"))]
    let _ = use_me;
    let action = ServerAction::<SignIn>::new();
    // a new page, since everything depends on who is signed in
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            let _ = window().location().assign(&next());
        }
    });
    view! {
        <Title text=text::sign_in(lang) />
        <Frame>
            <main class="m-auto w-full max-w-88 py-10" id="main">
                <h1 class="text-xl tracking-tight">{text::sign_in(lang)}</h1>
                <p class="text-ink-2 mt-1 mb-6">{text::cockpit(lang)}</p>
                <PostForm action>
                    <TextField
                        name="email"
                        label=text::email(lang)
                        kind="email"
                        autocomplete="username webauthn"
                        required=true
                        autofocus=true
                        large=true
                    />
                    <PasswordField
                        name="password"
                        label=text::password(lang)
                        autocomplete="current-password webauthn"
                        required=true
                        large=true
                    />
                    <Submit large=true block=true>
                        {text::sign_in(lang)}
                    </Submit>
                </PostForm>
                <p class="mt-5">
                    <a class="link" href="/reset">
                        {text::forgotten(lang)}
                    </a>
                </p>
            </main>
        </Frame>
    }
}
