//! The dialogs that ask for a list's name.
use crate::features::lists::{
    api::{MakeList, SaveListName},
    model::{ListInput, ListView},
    text,
};
use crate::kernel::Uid;
use crate::ui::{Button, Dialog, Form, Submit, TextField, use_lang};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Makes a list and goes there.
#[component]
pub fn NewList(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let make = ServerAction::<MakeList>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let (Some(Ok(list)), Some(identity)) = (make.value().get(), identity.get_untracked()) {
            open.set(false);
            navigate(&format!("/i/{identity}/lists/{}", list.uid), Default::default());
        }
    });
    view! {
        <Dialog open name="new-list" title=text::new_list(lang).to_owned()>
            {move || {
                let name = RwSignal::new(String::new());
                let submit = move || {
                    let input = ListInput { name: name.get_untracked() }.validate()?;
                    let identity = identity.get_untracked().ok_or(crate::kernel::ErrorCode::NotFound)?;
                    Ok(MakeList { identity, input })
                };
                view! {
                    <Form action=make submit class="contents">
                        <NameFields name open verb=text::create(lang) />
                    </Form>
                }
            }}
        </Dialog>
    }
}

/// Renames the list in `which`; `saved` is called after it.
#[component]
pub fn RenameList(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// The list; put one in and open it
    which: RwSignal<Option<ListView>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    saved: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let save = ServerAction::<SaveListName>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            open.set(false);
            saved.run(());
        }
    });
    let title = Signal::derive(move || {
        let name = which.with(|w| w.as_ref().map(|l| l.name.clone()));
        text::rename(lang, &name.unwrap_or_default())
    });
    view! {
        <Dialog open name="rename-list" title>
            {move || {
                let list = which.get_untracked();
                let name = RwSignal::new(list.as_ref().map(|l| l.name.clone()).unwrap_or_default());
                let submit = move || {
                    let input = ListInput { name: name.get_untracked() }.validate()?;
                    let missing = crate::kernel::ErrorCode::NotFound;
                    let identity = identity.get_untracked().ok_or(missing.clone())?;
                    let list = list.as_ref().map(|l| l.uid.clone()).ok_or(missing)?;
                    Ok(SaveListName { identity, list, input })
                };
                view! {
                    <Form action=save submit class="contents">
                        <NameFields name open verb=text::save(lang) />
                    </Form>
                }
            }}
        </Dialog>
    }
}

#[component]
fn NameFields(name: RwSignal<String>, open: RwSignal<bool>, verb: &'static str) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="dialog-body">
            <TextField name="name" label=text::name(lang) help=text::name_help(lang) bind=name autofocus=true />
        </div>
        <div class="dialog-foot">
            <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
            <Submit>{verb}</Submit>
        </div>
    }
}
