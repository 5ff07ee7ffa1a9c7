//! The card with one's own passkeys.
use super::webauthn::Trouble;
use crate::features::auth::{
    api::{DeletePasskey, FinishPasskey, RenamePasskey, StartPasskey, load_passkeys},
    model::{PasskeyRow, Passkeys, passkey_name},
    text::factors as text,
};
use crate::ui::{
    Banner, Button, Card, Confirm, Dialog, Empty, Failure, Form, Icon, Load, Submit, TextField, Time,
    TimeStyle, Tone, Variant, confirm_when_asked, failure_of, loading, text as kit, use_lang, use_toasts,
};
use leptos::prelude::*;

/// One's own passkeys: add, rename, delete.
#[component]
pub fn PasskeysCard(
    /// Becomes true when one is added or deleted
    proof_changed: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let resource = loading(|| (), |()| load_passkeys());
    let (adding, renaming, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let chosen = RwSignal::new(None::<PasskeyRow>);
    let renamed = Callback::new(move |()| resource.refetch());
    let changed = Callback::new(move |()| {
        resource.refetch();
        proof_changed.set(true);
    });
    let choose = Callback::new(move |(row, open): (PasskeyRow, RwSignal<bool>)| {
        chosen.set(Some(row));
        open.set(true);
    });
    view! {
        <Card title=text::passkeys(lang) name="passkeys">
            <p class="card-body text-ink-2 py-3!">{text::passkeys_text(lang)}</p>
            <Load resource rows=2 let:passkeys>
                <List passkeys adding renaming deleting choose />
            </Load>
        </Card>
        <Add open=adding changed />
        <Rename open=renaming chosen renamed />
        <Delete open=deleting chosen changed />
    }
}

#[component]
fn List(
    passkeys: Passkeys,
    adding: RwSignal<bool>,
    renaming: RwSignal<bool>,
    deleting: RwSignal<bool>,
    choose: Callback<(PasskeyRow, RwSignal<bool>)>,
) -> impl IntoView {
    let lang = use_lang();
    let usable = passkeys.allowed && passkeys.possible;
    let some = !passkeys.passkeys.is_empty();
    let why = if passkeys.possible {
        text::passkeys_off(lang).to_owned()
    } else {
        crate::kernel::ErrorCode::PasskeyAddress.text(lang)
    };
    let row = move |row: PasskeyRow| {
        let (for_rename, for_delete) = (row.clone(), row.clone());
        let created_at = row.created_at;
        let [name, name_to_rename, name_to_delete] = std::array::from_fn(|_| row.name.clone());
        let used = match row.last_used_at {
            Some(at) => view! {
                {text::used_last(lang)}
                " "
                <Time at style=TimeStyle::Short />
            }
            .into_any(),
            None => text::never_used(lang).into_any(),
        };
        view! {
            <li class="items-center!">
                <Icon name="key-round" class="text-ink-3" />
                <div class="flex-1 min-w-0">
                    <p class="font-medium wrap-anywhere">{name}</p>
                    <p class="meta">
                        {text::added(lang)} " " <Time at=created_at style=TimeStyle::Date /> " · " {used}
                    </p>
                </div>
                <Button
                    variant=Variant::Quiet
                    small=true
                    on:click=move |_| choose.run((for_rename.clone(), renaming))
                >
                    {text::rename(lang)}
                    <span class="sr">" " {name_to_rename}</span>
                </Button>
                <Button variant=Variant::Danger small=true on:click=move |_| choose.run((for_delete.clone(), deleting))>
                    {text::delete(lang)}
                    <span class="sr">" " {name_to_delete}</span>
                </Button>
            </li>
        }
    };
    view! {
        {(!usable)
            .then(|| {
                view! {
                    <div class="card-body pt-0!">
                        <Banner tone=Tone::Plain>{why} {some.then(|| format!(" {}", text::passkeys_kept(lang)))}</Banner>
                    </div>
                }
            })}
        {(usable && !some)
            .then(|| view! { <Empty icon="key-round" title=text::no_passkeys(lang) text=text::no_passkeys_text(lang) /> })}
        {some.then(|| view! { <ul class="rows text-sm">{passkeys.passkeys.into_iter().map(row).collect_view()}</ul> })}
        {usable
            .then(|| {
                view! {
                    <div class="card-foot">
                        <Button icon="plus" on:click=move |_| adding.set(true)>
                            {text::add_passkey(lang)}
                        </Button>
                    </div>
                }
            })}
    }
}

#[component]
fn Add(open: RwSignal<bool>, changed: Callback<()>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let name = RwSignal::new(String::new());
    let trouble = RwSignal::new(None::<Trouble>);
    let start = ServerAction::<StartPasskey>::new();
    let finish = ServerAction::<FinishPasskey>::new();
    confirm_when_asked(finish);
    let submit = move || {
        trouble.set(None);
        finish.clear();
        let name = passkey_name(&name.get_untracked())?;
        Ok(StartPasskey { name })
    };
    #[cfg(feature = "hydrate")]
    Effect::new(move || {
        let Some(Ok(ceremony)) = start.value().get() else {
            return;
        };
        leptos::task::spawn_local(async move {
            match super::webauthn::create(&ceremony.options).await {
                Ok(answer) => {
                    finish.dispatch(FinishPasskey {
                        id: ceremony.id,
                        name: name.get_untracked(),
                        answer,
                    });
                }
                Err(what) => trouble.set(Some(what)),
            }
        });
    });
    Effect::new(move || {
        if finish.value().with(|v| matches!(v, Some(Ok(())))) {
            open.set(false);
            toasts.ok(text::passkey_added(lang, &name.get_untracked()));
            name.set(String::new());
            changed.run(());
        }
    });
    let failed = failure_of(finish);
    let told = move || {
        view! {
            {trouble.get().map(|what| view! { <Banner tone=Tone::Warn>{what.text(lang)}</Banner> })}
            {failed.get().map(|error| view! { <Failure error /> })}
        }
    };
    view! {
        <Dialog open name="add-passkey" title=text::add_passkey(lang).to_owned()>
            <Form action=start submit class="contents">
                <div class="dialog-body grid gap-4">
                    <p class="text-ink-2">{text::add_text(lang)}</p>
                    <TextField
                        name="name"
                        label=text::device_name(lang)
                        help=text::device_help(lang)
                        bind=name
                        required=true
                        autofocus=true
                    />
                    <div role="status" class="grid gap-3">{told}</div>
                </div>
                <div class="dialog-foot">
                    <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                        {kit::cancel(lang)}
                    </Button>
                    <Submit>{text::go_on(lang)}</Submit>
                </div>
            </Form>
        </Dialog>
    }
}

#[component]
fn Rename(
    open: RwSignal<bool>,
    chosen: RwSignal<Option<PasskeyRow>>,
    renamed: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<RenamePasskey>::new();
    let name = RwSignal::new(String::new());
    Effect::new(move || {
        if open.get() {
            name.set(
                chosen
                    .with_untracked(|c| c.as_ref().map(|row| row.name.clone()))
                    .unwrap_or_default(),
            );
        }
    });
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            open.set(false);
            renamed.run(());
        }
    });
    let submit = move || {
        let row = chosen.get_untracked().ok_or(crate::kernel::ErrorCode::NotFound)?;
        Ok(RenamePasskey {
            uid: row.uid,
            name: passkey_name(&name.get_untracked())?,
        })
    };
    view! {
        <Dialog open name="rename-passkey" title=text::rename_title(lang).to_owned()>
            <Form action submit class="contents">
                <div class="dialog-body">
                    <TextField name="name" label=text::device_name(lang) bind=name required=true autofocus=true />
                </div>
                <div class="dialog-foot">
                    <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                        {kit::cancel(lang)}
                    </Button>
                    <Submit>{text::save(lang)}</Submit>
                </div>
            </Form>
        </Dialog>
    }
}

#[component]
fn Delete(
    open: RwSignal<bool>,
    chosen: RwSignal<Option<PasskeyRow>>,
    changed: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let action = ServerAction::<DeletePasskey>::new();
    confirm_when_asked(action);
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            open.set(false);
            toasts.ok(text::passkey_deleted(lang));
            changed.run(());
        }
    });
    let title = move || {
        let name = chosen.with(|c| c.as_ref().map(|row| row.name.clone()));
        text::delete_question(lang, &name.unwrap_or_default())
    };
    let error = failure_of(action);
    let confirm = move |()| {
        if let Some(row) = chosen.get_untracked() {
            action.dispatch(DeletePasskey { uid: row.uid });
        }
    };
    view! {
        <Confirm
            open
            name="delete-passkey"
            title=Signal::derive(title)
            body=text::delete_text(lang).to_owned()
            verb=text::delete_passkey(lang).to_owned()
            danger=true
            busy=action.pending()
            error
            confirm=Callback::new(confirm)
        />
    }
}
