//! `/login`
use super::frame::Frame;
use super::passkey_sign_in::PasskeySignIn;
use crate::features::auth::{
    api::SignIn,
    model::NextStep,
    next::safe_next,
    text::{self, factors},
};
use crate::shell::{use_lang, use_me, use_site};
use crate::ui::{PasswordField, PostForm, Submit, TextField, forget_unsent};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// E-mail and password; leads to where one wanted to go.
#[component]
pub fn LoginPage() -> impl IntoView {
    let lang = use_lang();
    let next = use_next();
    #[cfg(feature = "ssr")]
    if use_me().is_some() {
        leptos_axum::redirect(&next());
    }
    // somebody without JavaScript comes here after the right password
    #[cfg(feature = "ssr")]
    if use_site().second_step.is_some() && use_query_map().with_untracked(|q| q.get_str("anew").is_none()) {
        leptos_axum::redirect(&step("/login/code", &next()));
    }
    #[cfg(not(feature = "ssr"))]
    let _ = use_me;
    // also where the session has ended by itself, or in another tab
    Effect::new(forget_unsent);
    let passkeys = use_site().passkeys;
    let action = ServerAction::<SignIn>::new();
    // a new page, since everything depends on who is signed in
    Effect::new(move || {
        let done = action
            .value()
            .with(|v| v.as_ref().and_then(|r| r.as_ref().ok().copied()));
        let to = match done {
            None => return,
            Some(NextStep::Done) => next(),
            Some(NextStep::Code) => step("/login/code", &next()),
            Some(NextStep::SetUp) => step("/second-factor", &next()),
        };
        let _ = window().location().assign(&to);
    });
    view! {
        <Title text=text::sign_in(lang) />
        <Frame>
            <main class="m-auto w-full max-w-88 py-10" id="main">
                <h1 class="text-xl tracking-tight">{text::sign_in(lang)}</h1>
                <p class="text-ink-2 mt-1 mb-6">{text::cockpit(lang)}</p>
                <PostForm action make=|field| SignIn { email: field("email"), password: field("password") }>
                    <TextField
                        name="email"
                        label=text::email(lang)
                        help=if passkeys { factors::autofill_help(lang) } else { "" }
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
                <PasskeySignIn />
            </main>
        </Frame>
    }
}

/// Where a sign-in leads.
pub(super) fn use_next() -> impl Fn() -> String + Copy + Send + Sync + 'static {
    let query = use_query_map();
    move || query.with_untracked(|q| safe_next(q.get_str("next").unwrap_or("/")).to_owned())
}

/// The address of a step of the sign-in that leads on to `next`.
pub(super) fn step(page: &str, next: &str) -> String {
    format!("{page}?next={}", leptos_router::location::Url::escape(next))
}
