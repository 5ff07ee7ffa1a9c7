//! `/reset`: asking for a link for a new password; with a link, setting it.
use super::frame::Frame;
use crate::features::auth::{
    api::{RequestReset, UseReset, load_reset},
    model::{PasswordReset, ResetView},
    text,
};
use crate::kernel::AppResult;
use crate::shell::{use_lang, use_site};
use crate::ui::{
    Banner, ButtonLink, Empty, Form, Load, PasswordField, PostForm, Submit, TextField, Tone, loading,
};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Both steps.
#[component]
pub fn ResetPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let token = query.with_untracked(|q| q.get_str("token").unwrap_or_default().to_owned());
    view! {
        <Title text=text::new_password(lang) />
        <Frame>
            <main class="m-auto w-full max-w-88 py-10" id="main">
                {if token.is_empty() {
                    view! { <Ask /> }.into_any()
                } else {
                    view! { <SetNew token /> }.into_any()
                }}
            </main>
        </Frame>
    }
}

fn to_sign_in(lang: crate::kernel::Lang) -> impl IntoView {
    view! {
        <p class="mt-5">
            <a class="link" href="/login">
                {text::back_to_sign_in(lang)}
            </a>
        </p>
    }
}

/// The first step.
#[component]
fn Ask() -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<RequestReset>::new();
    let asked = move || action.value().with(|v| matches!(v, Some(Ok(()))));
    if !use_site().mail {
        return view! {
            <h1 class="text-xl tracking-tight">{text::forgotten(lang)}</h1>
            <p class="text-ink-2 mt-1">{text::forgotten_without_mail(lang)}</p>
            {to_sign_in(lang)}
        }
        .into_any();
    }
    view! {
        <h1 class="text-xl tracking-tight">{text::forgotten(lang)}</h1>
        <p class="text-ink-2 mt-1 mb-6">{text::forgotten_text(lang)}</p>
        <div role="status">
            {move || {
                asked()
                    .then(|| view! { <Banner tone=Tone::Ok>{text::link_sent(lang)}</Banner> })
            }}
        </div>
        <Show when=move || !asked()>
            <PostForm action make=|field| RequestReset { email: field("email") }>
                <TextField
                    name="email"
                    label=text::email(lang)
                    kind="email"
                    autocomplete="username"
                    required=true
                    autofocus=true
                    large=true
                />
                <Submit large=true block=true>
                    {text::send_link(lang)}
                </Submit>
            </PostForm>
        </Show>
        {to_sign_in(lang)}
    }
    .into_any()
}

/// The second step.
#[component]
fn SetNew(token: String) -> impl IntoView {
    let lang = use_lang();
    let of = token.clone();
    let link = loading(|| (), move |()| load(of.clone()));
    view! {
        <h1 class="text-xl tracking-tight">{text::new_password(lang)}</h1>
        <Load resource=link rows=2 let:view>
            {match view {
                Some(view) => view! { <NewForm token=token.clone() view /> }.into_any(),
                None => view! {
                    <Empty icon="unplug" title=text::link_ended(lang) text=text::link_ended_text(lang)>
                        // the same page without its token: loaded anew
                        <a class="btn" href="/reset" rel="external">
                            {text::new_link(lang)}
                        </a>
                    </Empty>
                }
                .into_any(),
            }}
        </Load>
    }
}

/// None when the link does not work: nothing to try again.
async fn load(token: String) -> AppResult<Option<ResetView>> {
    match load_reset(token).await {
        Ok(view) => Ok(Some(view)),
        Err(error) if error.code == crate::kernel::ErrorCode::ResetLink => Ok(None),
        Err(error) => Err(error),
    }
}

#[component]
fn NewForm(token: String, view: ResetView) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<UseReset>::new();
    let password = RwSignal::new(String::new());
    let min_length = view.min_length;
    let submit = move || -> AppResult<UseReset> {
        let input = PasswordReset {
            token: token.clone(),
            password: password.get_untracked(),
        };
        Ok(UseReset {
            input: input.validate(min_length)?,
        })
    };
    let done = move || action.value().with(|v| matches!(v, Some(Ok(()))));
    let form = StoredValue::new((submit, view.email));
    view! {
        <div role="status">
            {move || {
                done()
                    .then(|| {
                        view! {
                            <p class="text-ink-2 mt-1 mb-6">{text::password_set(lang)}</p>
                            <ButtonLink href="/login">{text::sign_in(lang)}</ButtonLink>
                        }
                    })
            }}
        </div>
        <Show when=move || !done()>
            <p class="text-ink-2 mt-1 mb-6">{text::new_password_text(lang)}</p>
            <Form action submit=form.with_value(|f| f.0.clone())>
                <input
                    class="hidden"
                    type="email"
                    name="email"
                    autocomplete="username"
                    value=form.with_value(|f| f.1.clone())
                    readonly
                />
                <PasswordField
                    name="password"
                    label=text::new_password(lang)
                    help=text::new_password_help(lang, min_length)
                    bind=password
                    autocomplete="new-password"
                    required=true
                    large=true
                />
                <Submit large=true block=true>
                    {text::set_password(lang)}
                </Submit>
            </Form>
        </Show>
    }
}
