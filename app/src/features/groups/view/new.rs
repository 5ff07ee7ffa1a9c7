//! The dialog that makes a group.
use crate::features::{
    groups::{api::MakeGroup, model::NewGroup, text},
    lists::model::read,
};
use crate::kernel::{AppError, AppResult, Lang, Problem, ThreemaId, Uid};
use crate::ui::{Button, CheckField, Dialog, Form, Submit, TextArea, TextField, use_lang};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// The IDs in a pasted text, or what is none.
pub(super) fn pasted_ids(text: &str) -> Result<Vec<ThreemaId>, Vec<String>> {
    let (mut good, mut bad) = (Vec::new(), Vec::new());
    for token in read(text) {
        match token.found {
            Ok(id) => good.push(id),
            Err(_) => bad.push(token.text),
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(bad) }
}

/// Makes a group and goes there.
#[component]
pub fn NewGroupDialog(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let make = ServerAction::<MakeGroup>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let (Some(Ok(group)), Some(identity)) = (make.value().get(), identity.get_untracked()) {
            open.set(false);
            navigate(&format!("/i/{identity}/groups/{}", group.uid), Default::default());
        }
    });
    view! {
        <Dialog open name="new-group" title=text::new_group(lang).to_owned()>
            {move || view! { <Fields make identity open lang /> }}
        </Dialog>
    }
}

#[component]
fn Fields(
    make: ServerAction<MakeGroup>,
    identity: Signal<Option<Uid>>,
    open: RwSignal<bool>,
    lang: Lang,
) -> impl IntoView {
    let (name, members) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let saves_history = RwSignal::new(false);
    let bad = RwSignal::new(None::<String>);
    let submit = move || -> AppResult<MakeGroup> {
        let members = pasted_ids(&members.get_untracked()).map_err(|wrong| {
            bad.set(Some(text::bad_ids(lang, wrong.join(", "))));
            AppError::field("members", Problem::NotAThreemaId)
        })?;
        bad.set(None);
        let input = NewGroup {
            name: name.get_untracked(),
            members,
            saves_history: saves_history.get_untracked(),
        };
        Ok(MakeGroup {
            identity: identity
                .get_untracked()
                .ok_or(crate::kernel::ErrorCode::NotFound)?,
            input: input.validate()?,
        })
    };
    view! {
        <Form action=make submit class="contents">
            <div class="dialog-body grid gap-4">
                <TextField name="name" label=text::name(lang) help=text::name_help(lang) bind=name autofocus=true />
                <TextArea
                    name="members"
                    label=text::members_label(lang)
                    help=text::members_help(lang)
                    bind=members
                    rows=5
                    error=bad.into()
                />
                <CheckField name="history" label=text::with_history(lang) bind=saves_history />
                <p class="text-sm text-ink-2">{text::internal_note(lang)}</p>
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Submit>{text::create(lang)}</Submit>
            </div>
        </Form>
    }
}
