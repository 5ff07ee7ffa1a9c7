//! `/login/code`: the second step of a sign-in.
use super::frame::Frame;
use crate::features::auth::{
    api::{ResendCode, SignInByCode},
    model::FactorKind,
    next::safe_next,
    text::{self, factors},
};
use crate::shell::{use_lang, use_me, use_site};
use crate::ui::{Button, Failure, PostForm, Submit, TextField, Variant};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// A code of the second factor, or a backup code.
#[component]
pub fn LoginCodePage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let next = move || query.with_untracked(|q| safe_next(q.get_str("next").unwrap_or("/")).to_owned());
    let owed = use_site().second_step;
    #[cfg(feature = "ssr")]
    if use_me().is_some() {
        leptos_axum::redirect(&next());
    } else if owed.is_none() {
        leptos_axum::redirect(&super::login::step("/login", &next()));
    }
    #[cfg(not(feature = "ssr"))]
    let _ = use_me;
    let action = ServerAction::<SignInByCode>::new();
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            let _ = window().location().assign(&next());
        }
    });
    let by_message = owed.as_ref().is_some_and(|step| step.kind == FactorKind::Message);
    let words = match owed.and_then(|step| step.threema_id) {
        Some(id) => factors::enter_message_code(lang, &id),
        None => factors::enter_app_code(lang).to_owned(),
    };
    view! {
        <Title text=factors::enter_code(lang) />
        <Frame>
            <main class="m-auto w-full max-w-88 py-10" id="main">
                <h1 class="text-xl tracking-tight">{factors::enter_code(lang)}</h1>
                <p class="text-ink-2 mt-1 mb-6">{words}</p>
                <PostForm action make=|field| SignInByCode { code: field("code") }>
                    <TextField
                        name="code"
                        label=factors::code(lang)
                        help=factors::backup_help(lang)
                        autocomplete="one-time-code"
                        required=true
                        autofocus=true
                        large=true
                    />
                    <Submit large=true block=true>
                        {text::sign_in(lang)}
                    </Submit>
                </PostForm>
                <div class="flex flex-wrap items-center gap-x-4 gap-y-2 mt-6">
                    {by_message.then(|| view! { <Resend /> })}
                    <a class="link" href="/login?anew=1" rel="external">
                        {factors::start_over(lang)}
                    </a>
                </div>
            </main>
        </Frame>
    }
}

#[component]
fn Resend() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ResendCode>::new();
    let told = move || {
        action.value().get().map(|result| match result {
            Ok(()) => view! { <p class="meta">{factors::sent_again(lang)}</p> }.into_any(),
            Err(error) => view! { <Failure error /> }.into_any(),
        })
    };
    view! {
        <Button
            variant=Variant::Quiet
            small=true
            busy=action.pending()
            on:click=move |_| {
                action.dispatch(ResendCode {});
            }
        >
            {factors::send_again(lang)}
        </Button>
        <div role="status">{told}</div>
    }
}
