//! `/i/{identity}/configuration`: nickname, description, language, undo window; plan; keys.
use super::{
    export_key::ExportKey,
    new::bytes_left,
    plan_fields::{PlanFields, PlanSignals},
    resource::use_identity_once,
};
use crate::features::{
    identities::{
        api::{ChangePlan, ConfigureIdentity, set_availability},
        model::{FIRST_TERM_MONTHS, IdentityConfiguration, IdentityView, PlanChange},
        text,
    },
    plans::model::PlanView,
};
use crate::kernel::{AppResult, ErrorCode, LanguageCode, Uid, permission::Right};
use crate::shell::{Page, PageHead, may_in, use_identities, use_lang, use_rights};
use crate::ui::{
    Card, Copy, Failure, Form, Load, SelectField, Submit, Switch, TextArea, TextField, Tid, Time, TimeStyle,
    use_toasts,
};
use leptos::{prelude::*, server_fn::ServerFn};

/// Languages to choose from; another one that is set already is offered too.
const LANGUAGES: [&str; 16] = [
    "de", "en", "fr", "it", "rm", "es", "pt", "nl", "pl", "tr", "uk", "ru", "ar", "sq", "hr", "sr",
];

/// The configuration.
#[component]
pub fn ConfigurationPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_once();
    view! {
        <Page title=text::configuration(lang).to_owned()>
            <Load resource=identity let:identity>
                <PageHead
                    title=text::configuration(lang).to_owned()
                    lede=text::configuration_lede(lang, identity.shown_name())
                />
                <div class="grid gap-4 max-w-184">
                    <Cards identity />
                </div>
            </Load>
        </Page>
    }
}

/// What the person may change; nothing for whoever came here without any of it.
#[component]
fn Cards(identity: IdentityView) -> impl IntoView {
    let configures = may_in(&identity.uid, Right::Configuration);
    let plans = use_rights().organisation().has(Right::Plan);
    if !configures && !plans {
        return view! { <Failure error=ErrorCode::Forbidden.into() /> }.into_any();
    }
    view! {
        {configures.then(|| view! { <Appearance identity=identity.clone() /> })}
        {configures
            .then(|| view! { <Availability uid=identity.uid.clone() start=identity.internal_only /> })}
        {plans.then(|| view! { <Plan uid=identity.uid.clone() start=identity.plan /> })}
        <Keys identity />
    }
    .into_any()
}

/// After a change: a notice, and the navigation loads again.
fn announce<S>(action: ServerAction<S>, words: &'static str)
where
    S: ServerFn<Output = IdentityView> + Clone + Send + Sync + 'static,
    S::Error: Send + Sync + Clone + 'static,
{
    let (toasts, identities) = (use_toasts(), use_identities());
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(_)))) {
            toasts.ok(words);
            identities.refetch();
        }
    });
}

#[component]
fn Appearance(identity: IdentityView) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ConfigureIdentity>::new();
    let uid = identity.uid;
    let nickname = RwSignal::new(identity.nickname);
    let description = RwSignal::new(identity.description);
    let language = RwSignal::new(identity.default_language.to_string());
    let undo = RwSignal::new(identity.undo_seconds.to_string());
    let shown = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
    let approval = RwSignal::new(shown(identity.approval_above));
    let approval_was = RwSignal::new(identity.approval_above);
    Effect::new(move || {
        // somebody else may have changed it: the form goes on from what stands there now
        if let Some(Ok(saved)) = action.value().get() {
            approval_was.set(saved.approval_above);
            approval.set(shown(saved.approval_above));
        }
    });
    let submit = move || -> AppResult<ConfigureIdentity> {
        let input = IdentityConfiguration {
            nickname: nickname.get_untracked(),
            description: description.get_untracked(),
            default_language: language.get_untracked(),
            undo_seconds: undo.get_untracked(),
            approval_above: approval.get_untracked(),
            approval_was: approval_was.get_untracked(),
        };
        input.validate()?;
        Ok(ConfigureIdentity {
            identity: uid.clone(),
            input,
        })
    };
    announce(action, text::saved(lang));
    view! {
        <Card title=text::appearance(lang) name="appearance">
            <div class="card-body">
                <Form action submit class="grid gap-5">
                    <TextField
                        name="nickname"
                        label=text::nickname(lang)
                        help=text::nickname_help(lang)
                        meta=bytes_left(nickname)
                        bind=nickname
                    />
                    <TextArea
                        name="description"
                        label=text::description(lang)
                        help=text::description_help(lang)
                        bind=description
                        rows=3
                    />
                    <SelectField
                        name="default_language"
                        label=text::default_language(lang)
                        help=text::default_language_help(lang)
                        options=languages(identity.default_language)
                        bind=language
                    />
                    <TextField
                        name="undo_seconds"
                        label=text::undo_seconds(lang)
                        help=text::undo_help(lang)
                        kind="number"
                        bind=undo
                        required=true
                    />
                    <TextField
                        name="approval_above"
                        label=text::approval_above(lang)
                        help=text::approval_help(lang)
                        kind="number"
                        bind=approval
                    />
                    <div>
                        <Submit>{text::save(lang)}</Submit>
                    </div>
                </Form>
            </div>
        </Card>
    }
}

/// The switch acts at once; after a failure it shows again what is true.
#[component]
fn Availability(uid: Uid, start: bool) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let (on, busy) = (RwSignal::new(start), RwSignal::new(false));
    let change = move |wanted: bool| {
        let uid = uid.clone();
        on.set(wanted);
        busy.set(true);
        leptos::task::spawn_local(async move {
            let done = set_availability(uid, wanted).await;
            let _ = busy.try_set(false);
            match done {
                Ok(_) if wanted => toasts.ok(text::now_internal(lang)),
                Ok(_) => toasts.ok(text::now_open(lang)),
                Err(error) => {
                    let _ = on.try_set(!wanted);
                    toasts.fail(error.text(lang));
                }
            }
        });
    };
    view! {
        <Card title=text::availability(lang) name="availability">
            <div class="card-body grid gap-3">
                <Switch label=text::internal_only(lang) on change disabled=busy />
                <p class="text-sm text-ink-2">{text::internal_only_help(lang)}</p>
            </div>
        </Card>
    }
}

fn languages(present: LanguageCode) -> Vec<(String, String)> {
    let mut codes: Vec<LanguageCode> = LANGUAGES.iter().filter_map(|c| c.parse().ok()).collect();
    if !codes.contains(&present) {
        codes.push(present);
    }
    codes.into_iter().map(|c| (c.to_string(), c.own_name())).collect()
}

#[component]
fn Plan(uid: Uid, start: Option<PlanView>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<ChangePlan>::new();
    let signals = PlanSignals::of(start.as_ref());
    let months = RwSignal::new(FIRST_TERM_MONTHS.to_string());
    let submit = move || -> AppResult<ChangePlan> {
        let input = PlanChange {
            plan: signals.choice(),
            months: months.get_untracked(),
        };
        input.validate()?;
        Ok(ChangePlan {
            identity: uid.clone(),
            input,
        })
    };
    announce(action, text::plan_changed(lang));
    let plan = move || {
        let changed = action.value().with(|v| v.as_ref()?.as_ref().ok()?.plan);
        changed.or(start)
    };
    let shown = move || match plan() {
        Some(plan) => view! {
            {plan.name(lang)} " · " {text::valid_until(lang)} " "
            <Time at=plan.valid_until style=TimeStyle::Date />
        }
        .into_any(),
        None => text::no_plan(lang).into_any(),
    };
    view! {
        <div id="plan">
            <Card title=text::plan(lang) name="plan">
                <div class="card-body grid gap-5">
                    <p class="text-sm">{text::present_plan(lang)} ": " {shown}</p>
                    <Form action submit class="grid gap-5">
                        <PlanFields signals help=text::another_plan_help(lang) />
                        <TextField
                            name="months"
                            label=text::months(lang)
                            help=text::months_help(lang)
                            kind="number"
                            bind=months
                            required=true
                        />
                        <div>
                            <Submit variant=crate::ui::Variant::Plain>{text::change_plan_do(lang)}</Submit>
                        </div>
                    </Form>
                </div>
            </Card>
        </div>
    }
}

#[component]
fn Keys(identity: IdentityView) -> impl IntoView {
    let lang = use_lang();
    let (id, key) = (identity.threema_id, identity.public_key);
    view! {
        <Card title=text::keys(lang) name="keys">
            <div class="card-body py-1!">
                <dl class="facts">
                    <div>
                        <dt>{text::threema_id(lang)}</dt>
                        <dd>
                            <Tid id />
                            <Copy text=id.to_string() label=text::copy_id(lang) />
                        </dd>
                    </div>
                    <div>
                        <dt>{text::public_key(lang)}</dt>
                        <dd>
                            <span class="wire">{key.clone()}</span>
                            <Copy text=key label=text::copy_key(lang) />
                        </dd>
                    </div>
                    <div>
                        <dt>{text::made_at(lang)}</dt>
                        <dd>
                            <Time at=identity.created_at style=TimeStyle::Full />
                        </dd>
                    </div>
                </dl>
            </div>
            {use_rights().full_access.then(|| view! { <ExportKey identity=identity.uid /> })}
        </Card>
    }
}
