//! `/settings/security`: the own password, passkeys and second factor.
use super::{other_sessions::OfferToEndOthers, passkeys::PasskeysCard, second_factor::SecondFactorCard};
use crate::features::auth::{
    api::{ChangePassword, load_own_password},
    model::{PasswordChange, PasswordView},
    text,
};
use crate::kernel::AppResult;
use crate::shell::{PageHead, SettingsPage, use_lang, use_me};
use crate::ui::{
    Button, Dialog, Form, Load, PasswordField, Submit, Time, TimeStyle, Variant, loading, text as kit,
    use_toasts,
};
use leptos::prelude::*;

/// The password and how to change it.
#[component]
pub fn SecurityPage() -> impl IntoView {
    let lang = use_lang();
    let changed = RwSignal::new(false);
    view! {
        <SettingsPage title=text::security(lang).to_owned()>
            <PageHead title=text::security(lang).to_owned() />
            <OfferToEndOthers offered=changed />
            <PasswordCard />
            <PasskeysCard proof_changed=changed />
            <SecondFactorCard proof_changed=changed />
        </SettingsPage>
    }
}

#[component]
fn PasswordCard() -> impl IntoView {
    let lang = use_lang();
    let password = loading(|| (), |()| load_own_password());
    let open = RwSignal::new(false);
    let min_length = RwSignal::new(0);
    let toasts = use_toasts();
    let changed = Callback::new(move |()| {
        open.set(false);
        password.refetch();
        toasts.ok(text::password_changed(lang));
    });
    let ask = move |view: PasswordView| {
        move |_| {
            min_length.set(view.min_length);
            open.set(true);
        }
    };
    view! {
        <section class="card" aria-labelledby="card-password">
            <Load resource=password rows=1 let:view>
                <div class="card-head">
                    <div>
                        <h2 id="card-password">{text::password(lang)}</h2>
                        <p class="meta mt-0.5">
                            {view
                                .changed_at
                                .map(|at| {
                                    view! {
                                        {text::changed_on(lang)}
                                        " "
                                        <Time at style=TimeStyle::Date />
                                        ". "
                                    }
                                })} {text::by_your_rules(lang, view.min_length)}
                        </p>
                    </div>
                    <Button on:click=ask(view)>{text::change_password(lang)}</Button>
                </div>
            </Load>
        </section>
        <Dialog open name="change-password" title=text::change_password(lang).to_owned()>
            <ChangeForm open min_length=min_length.get_untracked() changed />
        </Dialog>
    }
}

#[component]
fn ChangeForm(open: RwSignal<bool>, min_length: u32, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ChangePassword>::new();
    let [current, new] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let submit = move || -> AppResult<ChangePassword> {
        let input = PasswordChange {
            current: current.get_untracked(),
            new: new.get_untracked(),
        };
        Ok(ChangePassword {
            input: input.validate(min_length)?,
        })
    };
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            changed.run(());
        }
    });
    let email = use_me().map(|me| me.email).unwrap_or_default();
    view! {
        <Form action submit class="">
            <div class="dialog-body grid gap-4">
                <p class="text-ink-2">{text::change_password_text(lang)}</p>
                // tells password managers whose password is changed
                <input class="hidden" type="email" name="email" autocomplete="username" value=email readonly />
                <PasswordField name="current" label=text::current_password(lang) bind=current required=true />
                <PasswordField
                    name="new"
                    label=text::new_password(lang)
                    help=text::new_password_help(lang, min_length)
                    bind=new
                    autocomplete="new-password"
                    required=true
                />
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                    {kit::cancel(lang)}
                </Button>
                <Submit>{text::change_password(lang)}</Submit>
            </div>
        </Form>
    }
}
