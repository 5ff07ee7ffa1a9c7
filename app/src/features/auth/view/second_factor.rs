//! The card with one's own second factor.
use super::second_factor_set_up::{BackupCodes, SetUp};
use crate::features::auth::{
    api::{NewBackupCodes, RemoveSecondFactor, load_second_factor},
    model::{FactorKind, SecondFactor},
    text::factors as text,
};
use crate::kernel::ThreemaId;
use crate::ui::{
    Button, Card, Confirm, Dialog, Empty, Icon, Load, Tid, Time, TimeStyle, Variant, confirm_when_asked,
    failure_of, loading, use_lang, use_toasts,
};
use leptos::prelude::*;

/// Which dialogs are open.
#[derive(Clone, Copy)]
struct Dialogs {
    set_up: RwSignal<bool>,
    renew: RwSignal<bool>,
    codes: RwSignal<bool>,
    remove: RwSignal<bool>,
}

/// One's own second factor: set up, replace, remove, new backup codes.
#[component]
pub fn SecondFactorCard(
    /// Becomes true when it is set up or removed, or has new backup codes
    proof_changed: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let resource = loading(|| (), |()| load_second_factor());
    let [set_up, renew, codes, remove] = std::array::from_fn(|_| RwSignal::new(false));
    let dialogs = Dialogs {
        set_up,
        renew,
        codes,
        remove,
    };
    let changed = Callback::new(move |()| {
        resource.refetch();
        proof_changed.set(true);
    });
    let finished = Callback::new(move |()| set_up.set(false));
    // also when the dialog is closed before the last step: the factor counts by then
    Effect::new(move |before: Option<bool>| {
        let open = set_up.get();
        if before == Some(true) && !open {
            resource.refetch();
        }
        open
    });
    view! {
        <Card title=text::second_factor(lang) name="second-factor">
            <p class="card-body text-ink-2 py-3!">{text::second_factor_text(lang)}</p>
            <Load resource rows=2 let:factor>
                <Shown factor dialogs />
            </Load>
        </Card>
        <Dialog open=set_up name="set-up-factor" title=text::set_up_title(lang).to_owned()>
            <SetUp done=finished counts=proof_changed />
        </Dialog>
        <Renew dialogs renewed=changed />
        <Remove dialogs changed />
    }
}

#[component]
fn Shown(factor: SecondFactor, dialogs: Dialogs) -> impl IntoView {
    let lang = use_lang();
    let required = factor.required;
    let note = required.then(|| view! { <p class="card-body pt-0! meta">{text::factor_required(lang)}</p> });
    let Some(active) = factor.active else {
        return view! {
            {note}
            <Empty icon="shield-check" title=text::no_factor(lang) text="">
                <Button icon="plus" on:click=move |_| dialogs.set_up.set(true)>
                    {text::set_up(lang)}
                </Button>
            </Empty>
        }
        .into_any();
    };
    let (icon, words) = match active.kind {
        FactorKind::Totp => ("smartphone", text::by_app(lang)),
        FactorKind::Message => ("message-square-lock", text::by_message(lang)),
    };
    let id = active.threema_id.and_then(|id| id.parse::<ThreemaId>().ok());
    view! {
        {note}
        <ul class="rows text-sm">
            <li class="items-center!">
                <Icon name=icon class="text-ink-3" />
                <div class="flex-1 min-w-0">
                    <p class="font-medium">{words} " " {id.map(|id| view! { <Tid id /> })}</p>
                    <p class="meta">
                        {text::since(lang)} " " <Time at=active.since style=TimeStyle::Date /> " · "
                        {text::backup_left(lang, factor.backup_codes)}
                    </p>
                </div>
            </li>
        </ul>
        <div class="card-foot">
            <Button small=true on:click=move |_| dialogs.renew.set(true)>
                {text::new_codes(lang)}
            </Button>
            <Button small=true on:click=move |_| dialogs.set_up.set(true)>
                {text::replace(lang)}
            </Button>
            {(!required)
                .then(|| {
                    view! {
                        <Button variant=Variant::Danger small=true on:click=move |_| dialogs.remove.set(true)>
                            {text::remove(lang)}
                        </Button>
                    }
                })}
        </div>
    }
    .into_any()
}

#[component]
fn Renew(dialogs: Dialogs, renewed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<NewBackupCodes>::new();
    confirm_when_asked(action);
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(_)))) {
            dialogs.renew.set(false);
            dialogs.codes.set(true);
            renewed.run(());
        }
    });
    let kept = Callback::new(move |()| dialogs.codes.set(false));
    view! {
        <Confirm
            open=dialogs.renew
            name="new-codes"
            title=text::new_codes_question(lang).to_owned()
            body=text::new_codes_text(lang).to_owned()
            verb=text::new_codes(lang).to_owned()
            busy=action.pending()
            error=failure_of(action)
            confirm=Callback::new(move |()| {
                action.dispatch(NewBackupCodes {});
            })
        />
        <Dialog open=dialogs.codes name="codes" title=text::new_codes(lang).to_owned()>
            {move || {
                let codes = action.value().get_untracked().and_then(Result::ok).unwrap_or_default();
                view! { <BackupCodes codes done=kept /> }
            }}
        </Dialog>
    }
}

#[component]
fn Remove(dialogs: Dialogs, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let action = ServerAction::<RemoveSecondFactor>::new();
    confirm_when_asked(action);
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            dialogs.remove.set(false);
            toasts.ok(text::removed(lang));
            changed.run(());
        }
    });
    view! {
        <Confirm
            open=dialogs.remove
            name="remove-factor"
            title=text::remove_question(lang).to_owned()
            body=text::remove_text(lang).to_owned()
            verb=text::remove(lang).to_owned()
            danger=true
            busy=action.pending()
            error=failure_of(action)
            confirm=Callback::new(move |()| {
                action.dispatch(RemoveSecondFactor {});
            })
        />
    }
}
