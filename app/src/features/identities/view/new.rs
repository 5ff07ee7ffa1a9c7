//! `/identities/new`: on a local gateway a name is enough, a real gateway's account is entered.
use super::plan_fields::{PlanFields, PlanSignals};
use crate::features::identities::{
    api::CreateIdentity,
    model::{NICKNAME_BYTES, NewIdentity},
    text,
};
use crate::kernel::i18n::number;
use crate::shell::{Page, PageHead, use_identities, use_lang, use_site};
use crate::ui::{Banner, Form, PasswordField, Submit, TextField, Tone};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Makes a Broadcast ID; leads to its overview.
#[component]
pub fn NewIdentityPage() -> impl IntoView {
    let lang = use_lang();
    let local = use_site().local_gateway;
    let action = ServerAction::<CreateIdentity>::new();
    let [threema_id, nickname, secret, private_key] = std::array::from_fn(|_| RwSignal::new(String::new()));
    let plan = PlanSignals::of(None);
    let submit = move || {
        let input = NewIdentity {
            threema_id: threema_id.get_untracked(),
            nickname: nickname.get_untracked(),
            plan: plan.choice(),
            default_language: lang.code().to_owned(),
            gateway_secret: secret.get_untracked(),
            private_key: private_key.get_untracked(),
        };
        input.validate(!local)?;
        Ok(CreateIdentity { input })
    };
    let identities = use_identities();
    let navigate = use_navigate();
    Effect::new(move || {
        let made = action
            .value()
            .with(|v| v.as_ref()?.as_ref().ok().map(|i| i.uid.clone()));
        if let Some(uid) = made {
            identities.refetch();
            navigate(&format!("/i/{uid}"), Default::default());
        }
    });
    let account = move || {
        view! {
            <TextField
                name="threema_id"
                label=text::threema_id(lang)
                help=text::threema_id_help(lang)
                bind=threema_id
                required=true
            />
            <PasswordField
                name="gateway_secret"
                label=text::gateway_secret(lang)
                help=text::gateway_secret_help(lang)
                bind=secret
                autocomplete="off"
                required=true
            />
            <PasswordField
                name="private_key"
                label=text::private_key(lang)
                help=text::private_key_help(lang)
                bind=private_key
                autocomplete="off"
                required=true
            />
        }
    };
    view! {
        <Page title=text::new_identity(lang).to_owned()>
            <PageHead title=text::new_identity(lang).to_owned() lede=text::new_lede(lang).to_owned() />
            <div class="max-w-128 grid gap-5">
                <Banner tone=Tone::Plain>{if local { text::local_note(lang) } else { text::real_note(lang) }}</Banner>
                <Form action submit class="grid gap-5">
                    {(!local).then(account)}
                    <TextField
                        name="nickname"
                        label=text::nickname(lang)
                        help=text::nickname_help(lang)
                        meta=bytes_left(nickname)
                        bind=nickname
                    />
                    <PlanFields signals=plan help=text::plan_help(lang) />
                    <div>
                        <Submit icon="plus">
                            {if local { text::create_do(lang) } else { text::add_do(lang) }}
                        </Submit>
                    </div>
                </Form>
            </div>
        </Page>
    }
}

/// How many bytes of a nickname are left, in words.
pub(super) fn bytes_left(nickname: RwSignal<String>) -> Signal<String> {
    let lang = use_lang();
    Signal::derive(move || {
        let used = nickname.with(|n| n.trim().len());
        match NICKNAME_BYTES.checked_sub(used) {
            Some(left) => text::bytes_left(lang, number(left as u64)),
            None => text::bytes_over(lang, number((used - NICKNAME_BYTES) as u64)),
        }
    })
}
