//! Step-up: the dialog that opens when something asks for a fresh sign-in.
use crate::features::auth::{api::ConfirmByPassword, text};
use crate::shell::use_me;
use crate::ui::{
    Button, Dialog, Form, PasswordField, StepUp, Submit, Variant, text as kit, use_lang, use_step_up,
};
use leptos::prelude::*;

/// The one dialog of the cockpit that asks whether it is still the same person. It opens by itself when a server function
/// answers [`crate::kernel::ErrorCode::ConfirmSignIn`] (see [`crate::ui::confirm_when_asked`]); when it is answered, what
/// was asked for is repeated.
#[component]
pub fn ConfirmSignInDialog() -> impl IntoView {
    let lang = use_lang();
    let step_up = use_step_up();
    let open = step_up.open();
    view! {
        <Dialog open name="confirm-sign-in" title=text::confirm_title(lang).to_owned()>
            <ByPassword step_up />
        </Dialog>
    }
}

#[component]
fn ByPassword(step_up: StepUp) -> impl IntoView {
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
    view! {
        <Form action submit class="">
            <div class="dialog-body grid gap-4">
                <p class="text-ink-2">{text::confirm_text(lang)}</p>
                // tells password managers whose password is asked for
                <input class="hidden" type="email" name="email" autocomplete="username" value=email readonly />
                <PasswordField name="password" label=text::password(lang) bind=password required=true autofocus=true />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| step_up.open().set(false)>
                    {kit::cancel(lang)}
                </Button>
                <Submit>{text::confirm_do(lang)}</Submit>
            </div>
        </Form>
    }
}

/// Runs something that is no server function, a download for example, once the sign-in is fresh: at once, or after the
/// dialog.
pub fn when_confirmed(step_up: StepUp, run: impl Fn() + Send + Sync + 'static) {
    leptos::task::spawn_local(async move {
        match crate::features::auth::api::load_confirmation().await {
            Ok(state) if !state.fresh => step_up.ask(std::sync::Arc::new(run)),
            Err(error) => crate::ui::to_sign_in(&error),
            Ok(_) => run(),
        }
    });
}
