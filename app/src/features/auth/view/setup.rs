//! `/setup`: the first organisation and its first administrator.
use super::LanguageSwitch;
use crate::features::auth::{api::FirstSetUp, model::SetUp, text};
use crate::shell::{Logo, use_lang, use_site};
use crate::ui::{Form, PasswordField, Submit, TextField};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// Organisation, name, e-mail, password. The link that the server printed carries the token.
#[component]
pub fn SetupPage() -> impl IntoView {
    let lang = use_lang();
    let query = use_query_map();
    let action = ServerAction::<FirstSetUp>::new();
    let [organisation, name, email, password] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let submit = move || {
        let input = SetUp {
            token: query.with_untracked(|q| q.get_str("token").unwrap_or_default().to_owned()),
            organisation: organisation.get_untracked(),
            name: name.get_untracked(),
            email: email.get_untracked(),
            password: password.get_untracked(),
            language: lang,
        };
        Ok(FirstSetUp {
            input: input.validate()?,
        })
    };
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            let _ = window().location().assign("/");
        }
    });
    view! {
        <Title text=text::set_up(lang) />
        {use_site().local_gateway.then(|| view! { <div class="test-edge" aria-hidden="true"></div> })}
        <header class="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-4 md:px-6 py-3.5 min-h-16 border-b border-line">
            <Logo />
            <LanguageSwitch />
        </header>
        <main class="mx-auto w-full max-w-128 px-4 md:px-6 py-8 md:py-12" id="main">
            <p class="meta">{text::first_start(lang)}</p>
            <h1 class="text-xl tracking-tight mt-1">{text::set_up_title(lang)}</h1>
            <p class="lede mt-1 mb-6">{text::set_up_text(lang)}</p>
            <Form action submit class="grid gap-5">
                <TextField
                    name="organisation"
                    label=text::organisation(lang)
                    help=text::organisation_help(lang)
                    bind=organisation
                    autocomplete="organization"
                    required=true
                    autofocus=true
                />
                <TextField name="name" label=text::your_name(lang) bind=name autocomplete="name" required=true />
                <TextField
                    name="email"
                    label=text::email(lang)
                    help=text::email_help(lang)
                    kind="email"
                    bind=email
                    autocomplete="username"
                    required=true
                />
                <PasswordField
                    name="password"
                    label=text::password(lang)
                    help=text::password_help(lang)
                    bind=password
                    autocomplete="new-password"
                    required=true
                />
                <div class="flex justify-end border-t border-line pt-4">
                    <Submit>{text::set_up_do(lang)}</Submit>
                </div>
            </Form>
        </main>
    }
}
