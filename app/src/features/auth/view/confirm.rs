//! Step-up: the dialog that opens when something asks for a fresh sign-in.
use crate::features::auth::{
    api::{
        ConfirmByCode, ConfirmByPassword, FinishPasskeyConfirmation, SendConfirmationCode, load_confirmation,
    },
    model::{Confirmation, FactorKind},
    text::{self, factors},
};
use crate::shell::use_me;
use crate::ui::{
    Banner, Button, Dialog, Failure, Form, PasswordField, StepUp, Submit, TextField, Tone, Variant, changing,
    failure_of, later, text as kit, use_lang, use_step_up,
};
use leptos::prelude::*;

/// The one dialog of the cockpit that asks whether it is still the same person. It opens by itself when a server function
/// answers [`crate::kernel::ErrorCode::ConfirmSignIn`] (see [`crate::ui::confirm_when_asked`]); when it is answered, what
/// was asked for is repeated. Most pages never need it: the browser fetches it when it is first asked for.
#[component]
pub fn ConfirmSignIn() -> impl IntoView {
    let open = use_step_up().open();
    let needed = RwSignal::new(false);
    Effect::new(move || {
        if open.get() {
            needed.set(true);
        }
    });
    changing(move || needed.get().then(|| later(confirm_sign_in_dialog())))
}

#[leptos::lazy(confirm)]
fn confirm_sign_in_dialog() -> AnyView {
    ConfirmSignInDialog().into_any()
}

#[component]
fn ConfirmSignInDialog() -> impl IntoView {
    let lang = use_lang();
    let step_up = use_step_up();
    let open = step_up.open();
    let ways = RwSignal::new(Confirmation::default());
    let by_code = RwSignal::new(false);
    Effect::new(move || {
        if !open.get() {
            return;
        }
        by_code.set(false);
        leptos::task::spawn_local(async move {
            if let Ok(found) = load_confirmation().await {
                ways.try_set(found);
            }
        });
    });
    view! {
        <Dialog open name="confirm-sign-in" title=text::confirm_title(lang).to_owned()>
            <div class="dialog-body grid gap-3 pb-0!">
                <p class="text-ink-2">{text::confirm_text(lang)}</p>
                {move || ways.with(|w| w.passkey).then(|| view! { <ByPasskey step_up /> })}
            </div>
            {move || match ways.with(|w| w.code).filter(|_| by_code.get()) {
                Some(kind) => view! { <ByCode step_up kind by_code /> }.into_any(),
                None => view! { <ByPassword step_up ways by_code /> }.into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn ByPassword(step_up: StepUp, ways: RwSignal<Confirmation>, by_code: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ConfirmByPassword>::new();
    let password = RwSignal::new(String::new());
    let submit = move || {
        Ok(ConfirmByPassword {
            password: password.get_untracked(),
        })
    };
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            step_up.confirmed();
        }
    });
    let email = use_me().map(|me| me.email).unwrap_or_default();
    let other = move || {
        ways.with(|w| w.code.is_some()).then(|| {
            view! {
                <Button variant=Variant::Quiet on:click=move |_| by_code.set(true)>
                    {factors::use_code(lang)}
                </Button>
            }
        })
    };
    view! {
        <Form action submit class="contents">
            <div class="dialog-body grid gap-4">
                // tells password managers whose password is asked for
                <input class="hidden" type="email" name="email" autocomplete="username" value=email readonly />
                <PasswordField name="password" label=text::password(lang) bind=password required=true autofocus=true />
            </div>
            <div class="dialog-foot">
                {other} <Cancel step_up /> <Submit>{text::confirm_do(lang)}</Submit>
            </div>
        </Form>
    }
}

#[component]
fn ByCode(step_up: StepUp, kind: FactorKind, by_code: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ConfirmByCode>::new();
    let send = ServerAction::<SendConfirmationCode>::new();
    let code = RwSignal::new(String::new());
    let submit = move || {
        Ok(ConfirmByCode {
            code: code.get_untracked(),
        })
    };
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            step_up.confirmed();
        }
    });
    let told = move || {
        send.value().get().map(|result| match result {
            Ok(()) => view! { <Banner>{factors::sent_again(lang)}</Banner> }.into_any(),
            Err(error) => view! { <Failure error /> }.into_any(),
        })
    };
    let request = (kind == FactorKind::Message).then(|| {
        view! {
            <div class="grid gap-3">
                <Button
                    busy=send.pending()
                    on:click=move |_| {
                        send.dispatch(SendConfirmationCode {});
                    }
                >
                    {factors::send_code(lang)}
                </Button>
                <div role="status">{told}</div>
            </div>
        }
    });
    view! {
        <Form action submit class="contents">
            <div class="dialog-body grid gap-4">
                {request}
                <TextField
                    name="code"
                    label=factors::code(lang)
                    help=factors::backup_help(lang)
                    bind=code
                    autocomplete="one-time-code"
                    required=true
                    autofocus=true
                />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| by_code.set(false)>
                    {factors::use_password(lang)}
                </Button>
                <Cancel step_up />
                <Submit>{text::confirm_do(lang)}</Submit>
            </div>
        </Form>
    }
}

#[component]
fn Cancel(step_up: StepUp) -> impl IntoView {
    view! {
        <Button variant=Variant::Quiet on:click=move |_| step_up.open().set(false)>
            {kit::cancel(use_lang())}
        </Button>
    }
}

#[component]
fn ByPasskey(step_up: StepUp) -> impl IntoView {
    let lang = use_lang();
    let finish = ServerAction::<FinishPasskeyConfirmation>::new();
    let trouble = RwSignal::new(None::<super::webauthn::Trouble>);
    Effect::new(move || {
        if finish.value().with(|v| matches!(v, Some(Ok(())))) {
            step_up.confirmed();
        }
    });
    let press = move |_| {
        trouble.set(None);
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            use crate::features::auth::api::start_passkey_confirmation;
            let Ok(Some(ceremony)) = start_passkey_confirmation().await else {
                return;
            };
            match super::webauthn::get(&ceremony.options, false, None).await {
                Ok(answer) => {
                    finish.dispatch(FinishPasskeyConfirmation {
                        id: ceremony.id,
                        answer,
                    });
                }
                Err(what) => {
                    trouble.try_set(Some(what));
                }
            }
        });
    };
    let failed = failure_of(finish);
    let told = move || {
        view! {
            {trouble.get().map(|what| view! { <Banner tone=Tone::Plain>{what.text(lang)}</Banner> })}
            {failed.get().map(|error| view! { <Failure error /> })}
        }
    };
    view! {
        <Button icon="fingerprint" block=true busy=finish.pending() on:click=press>
            {factors::use_passkey(lang)}
        </Button>
        <div role="status" class="grid gap-3">{told}</div>
    }
}

/// Runs something that is no server function, a download for example, once the sign-in is fresh: at once, or after the
/// dialog.
pub fn when_confirmed(step_up: StepUp, run: impl Fn() + Send + Sync + 'static) {
    leptos::task::spawn_local(async move {
        match load_confirmation().await {
            Ok(state) if !state.fresh => step_up.ask(std::sync::Arc::new(run)),
            Err(error) => crate::ui::to_sign_in(&error),
            Ok(_) => run(),
        }
    });
}
