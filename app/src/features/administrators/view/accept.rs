//! `/invitation`: accepting an invitation. The link carries the token.
use crate::features::{
    administrators::{
        api::{AcceptInvitation, load_invitation},
        model::{AcceptInput, InvitationView},
        text,
    },
    auth::view::LanguageSwitch,
};
use crate::kernel::ErrorCode;
use crate::shell::{Logo, use_lang, use_site};
use crate::ui::{Banner, Empty, Form, PasswordField, Skeleton, Submit, TextField, Tone, loading};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Name and password of somebody new.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let token = Memo::new(move |_| query.with(|q| q.get_str("token").unwrap_or_default().to_owned()));
    let invitation = loading(move || token.get(), load_invitation);
    let shown = move || {
        Suspend::new(async move {
            match invitation.await {
                Ok(invitation) => view! { <Accept invitation token=token.get_untracked() /> }.into_any(),
                Err(error) if error.code == ErrorCode::InvitationEnded => view! {
                    <h1 class="sr">{text::invitation(lang)}</h1>
                    <Empty icon="mail" title=text::not_valid(lang) text=text::not_valid_text(lang) />
                }
                .into_any(),
                Err(error) => view! {
                    <h1 class="sr">{text::invitation(lang)}</h1>
                    <Empty icon="unplug" title=text::invitation(lang) text=error.text(lang) />
                }
                .into_any(),
            }
        })
    };
    view! {
        <Title text=text::invitation(lang) />
        {use_site().local_gateway.then(|| view! { <div class="test-edge" aria-hidden="true"></div> })}
        <header class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 md:px-6 py-3.5 min-h-16 border-b border-line">
            <Logo />
            <LanguageSwitch />
        </header>
        <main class="mx-auto w-full max-w-128 px-4 md:px-6 py-8 md:py-12" id="main">
            <Transition fallback=|| view! { <Skeleton rows=4 /> }>{shown}</Transition>
        </main>
    }
}

#[component]
fn Accept(invitation: InvitationView, token: String) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<AcceptInvitation>::new();
    let [name, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let min_length = invitation.min_length;
    let submit = move || {
        let input = AcceptInput {
            token: token.clone(),
            name: name.get_untracked(),
            password: password.get_untracked(),
            language: lang,
        };
        Ok(AcceptInvitation {
            input: input.validate(min_length)?,
        })
    };
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            let _ = window().location().assign("/");
        }
    });
    view! {
        <p class="meta">{invitation.email.clone()}</p>
        <h1 class="text-xl tracking-tight mt-1">{text::accept_title(lang, &invitation.organisation)}</h1>
        <p class="lede mt-1 mb-6">{text::accept_lede(lang)}</p>
        {move || {
            action
                .value()
                .with(|v| matches!(v, Some(Err(error)) if error.of("email").is_some()))
                .then(|| {
                    view! {
                        <div class="mb-5" role="alert">
                            <Banner tone=Tone::Warn>{text::has_account(lang)}</Banner>
                        </div>
                    }
                })
        }}
        <Form action submit class="grid gap-5">
            // for password managers: this is the account that the password belongs to
            <input class="sr" type="text" autocomplete="username" value=invitation.email readonly tabindex="-1" aria-hidden="true" />
            <TextField name="name" label=text::your_name(lang) bind=name autocomplete="name" required=true autofocus=true />
            <PasswordField
                name="password"
                label=text::password(lang)
                help=text::password_help(lang, min_length)
                bind=password
                autocomplete="new-password"
                required=true
            />
            <div class="flex justify-end border-t border-line pt-4">
                <Submit>{text::accept(lang)}</Submit>
            </div>
        </Form>
    }
}
