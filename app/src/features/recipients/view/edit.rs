//! The dialog that changes names, language and category.
use crate::features::recipients::{
    api::SaveRecipient,
    model::{Recipient, RecipientDetails},
    text,
};
use crate::kernel::Uid;
use crate::ui::{Button, Dialog, Form, Submit, TextField, use_lang, use_toasts};
use leptos::prelude::*;

/// Edits the recipient in `who`; `saved` is called after the change.
#[component]
pub fn EditRecipient(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// Who is edited; put somebody in and open it
    who: RwSignal<Option<Recipient>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    saved: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let save = ServerAction::<SaveRecipient>::new();
    Effect::new(move || {
        if let Some(Ok(recipient)) = save.value().get() {
            open.set(false);
            toasts.ok(text::saved(lang, &recipient.shown()));
            saved.run(());
        }
    });
    let title = Signal::derive(move || {
        let name = who.with(|w| w.as_ref().map(Recipient::shown));
        text::edit_title(lang, &name.unwrap_or_default())
    });
    view! {
        <Dialog open name="edit-recipient" title>
            {move || match (identity.get(), who.get()) {
                (Some(identity), Some(recipient)) => {
                    view! { <Fields identity recipient open save /> }.into_any()
                }
                _ => ().into_any(),
            }}
        </Dialog>
    }
}

#[component]
fn Fields(
    identity: Uid,
    recipient: Recipient,
    open: RwSignal<bool>,
    save: ServerAction<SaveRecipient>,
) -> impl IntoView {
    let lang = use_lang();
    let id = recipient.threema_id;
    let first_name = RwSignal::new(recipient.first_name);
    let last_name = RwSignal::new(recipient.last_name);
    let language = RwSignal::new(recipient.language.map(|l| l.to_string()).unwrap_or_default());
    let category = RwSignal::new(recipient.category);
    let submit = move || {
        let input = RecipientDetails {
            first_name: first_name.get_untracked(),
            last_name: last_name.get_untracked(),
            language: language.get_untracked(),
            category: category.get_untracked(),
        };
        Ok(SaveRecipient {
            identity: identity.clone(),
            recipient: id,
            input: input.validate()?,
        })
    };
    view! {
        <Form action=save submit class="contents">
            <div class="dialog-body grid gap-4">
                <div class="grid gap-4 md:grid-cols-2">
                    <TextField name="first_name" label=text::first_name(lang) bind=first_name autofocus=true />
                    <TextField name="last_name" label=text::last_name(lang) bind=last_name />
                </div>
                <TextField name="language" label=text::language(lang) help=text::language_help(lang) bind=language />
                <TextField name="category" label=text::category(lang) help=text::category_help(lang) bind=category />
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit>{text::save(lang)}</Submit>
            </div>
        </Form>
    }
}
