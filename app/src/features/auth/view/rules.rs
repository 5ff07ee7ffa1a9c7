//! `/settings/rules`: what the organisation sets for its administrators.
use crate::features::auth::{
    api::{ChangeRules, load_rules, passkey_holders},
    model::Rules,
    text::{self, factors},
};
use crate::kernel::{AppResult, Problem, validate::Check};
use crate::shell::{PageHead, SettingsPage, use_lang};
use crate::ui::{
    Banner, Card, CheckField, Failure, Form, Load, Loading, Submit, TextField, Tone, loading, use_toasts,
};
use leptos::prelude::*;

/// The administrator rules.
#[component]
pub fn RulesPage() -> impl IntoView {
    let lang = use_lang();
    let rules = loading(|| (), |()| load_rules());
    let holders = loading(|| (), |()| passkey_holders());
    view! {
        <SettingsPage title=text::rules(lang).to_owned()>
            <PageHead title=text::rules(lang).to_owned() lede=text::rules_lede(lang).to_owned() />
            <Load resource=rules let:rules>
                <RulesForm rules holders />
            </Load>
        </SettingsPage>
    }
}

/// The number in a field, if it is one; its range is checked with all others.
fn number(check: &mut Check, name: &str, field: RwSignal<String>) -> u32 {
    let typed = field.with_untracked(|text| text.trim().parse().ok());
    if typed.is_none() {
        check.fail(name, Problem::NotANumber);
    }
    typed.unwrap_or_default()
}

#[component]
fn RulesForm(rules: Rules, holders: Loading<Vec<String>>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let action = ServerAction::<ChangeRules>::new();
    let text_of = |n: u32| RwSignal::new(n.to_string());
    let min_length = text_of(rules.password_min_length);
    let breached = RwSignal::new(rules.breached_check);
    // as it is stored: who needs a password is said only to whoever takes passkeys away
    let stored = RwSignal::new(rules.passkeys_allowed);
    let passkeys = RwSignal::new(rules.passkeys_allowed);
    let second = RwSignal::new(rules.second_factor_required);
    let (idle, absolute) = (text_of(rules.idle_minutes), text_of(rules.absolute_minutes));
    let step_up = text_of(rules.step_up_above);
    let (texts, addresses) = (text_of(rules.text_days), text_of(rules.address_days));
    let submit = move || -> AppResult<ChangeRules> {
        let mut check = Check::new();
        let rules = Rules {
            password_min_length: number(&mut check, "password_min_length", min_length),
            breached_check: breached.get_untracked(),
            passkeys_allowed: passkeys.get_untracked(),
            second_factor_required: second.get_untracked(),
            idle_minutes: number(&mut check, "idle_minutes", idle),
            absolute_minutes: number(&mut check, "absolute_minutes", absolute),
            step_up_above: number(&mut check, "step_up_above", step_up),
            text_days: number(&mut check, "text_days", texts),
            address_days: number(&mut check, "address_days", addresses),
        };
        check.done()?;
        Ok(ChangeRules {
            rules: rules.validate()?,
        })
    };
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            toasts.ok(text::rules_saved(lang));
            stored.set(passkeys.get_untracked());
            holders.refetch();
        }
    });
    let field = move |name: &'static str, label: &'static str, help: &'static str, bind: RwSignal<String>| {
        view! { <TextField name label help kind="number" bind required=true /> }
    };
    view! {
        <Form action submit class="grid gap-4">
            <Card title=text::password_requirements(lang) name="password-requirements">
                <div class="card-body grid gap-5">
                    {field(
                        "password_min_length",
                        text::min_length(lang),
                        text::min_length_help(lang),
                        min_length,
                    )} <CheckField name="breached_check" label=text::breached(lang) bind=breached />
                    <CheckField name="passkeys_allowed" label=text::passkeys_allowed(lang) bind=passkeys />
                    <Holders holders stored allowed=passkeys />
                </div>
            </Card>
            <Card title=text::sign_in_rules(lang) name="sign-in-rules">
                <div class="card-body grid gap-5">
                    <CheckField name="second_factor_required" label=text::second_required(lang) bind=second />
                    {field("idle_minutes", text::idle(lang), text::idle_help(lang), idle)}
                    {field("absolute_minutes", text::absolute(lang), text::absolute_help(lang), absolute)}
                    {field("step_up_above", text::step_up_above(lang), text::step_up_help(lang), step_up)}
                </div>
            </Card>
            <Card title=text::keeping(lang) name="keeping">
                <div class="card-body grid gap-5">
                    {field("text_days", text::text_days(lang), text::text_days_help(lang), texts)}
                    {field("address_days", text::address_days(lang), text::address_days_help(lang), addresses)}
                </div>
            </Card>
            <div>
                <Submit>{text::save_rules(lang)}</Submit>
            </div>
        </Form>
    }
}

/// Who needs a password when passkeys are switched off.
#[component]
fn Holders(holders: Loading<Vec<String>>, stored: RwSignal<bool>, allowed: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let told = move || {
        Suspend::new(async move {
            let said = match holders.await {
                Ok(names) if names.is_empty() => Ok(factors::passkeys_stop_for_nobody(lang).to_owned()),
                Ok(names) => Ok(factors::passkeys_stop(lang, &names.join(", "))),
                // not known is not "nobody"
                Err(error) => Err(error),
            };
            move || {
                let said = said.clone();
                (stored.get() && !allowed.get()).then(|| match said {
                    Ok(words) => view! { <Banner tone=Tone::Warn>{words}</Banner> }.into_any(),
                    Err(error) => view! { <Failure error /> }.into_any(),
                })
            }
        })
    };
    view! {
        <div role="status">
            <Transition fallback=|| ()>{told}</Transition>
        </div>
    }
}
