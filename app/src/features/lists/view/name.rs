//! The dialogs that ask for a list's name.
use crate::features::lists::{
    api::{MakeList, SaveListName},
    model::{ListInput, ListView},
    text,
};
use crate::kernel::{ErrorCode, Uid};
use crate::ui::{NameDialog, use_lang};
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
    let navigate = use_navigate();
    let call = move |name| {
        let input = ListInput { name }.validate()?;
        let identity = identity.get_untracked().ok_or(ErrorCode::NotFound)?;
        Ok(MakeList { identity, input })
    };
    let done = move |list: ListView| {
        if let Some(identity) = identity.get_untracked() {
            navigate(&format!("/i/{identity}/lists/{}", list.uid), Default::default());
        }
    };
    let field = (text::name(lang), text::name_help(lang));
    let title = text::new_list(lang).to_owned();
    view! { <NameDialog open name="new-list" title field verb=text::create(lang) call done /> }
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
    let before =
        Signal::derive(move || which.with(|w| w.as_ref().map(|w| w.name.clone()).unwrap_or_default()));
    let call = move |name| {
        let input = ListInput { name }.validate()?;
        let missing = ErrorCode::NotFound;
        let identity = identity.get_untracked().ok_or(missing.clone())?;
        let list = which.get_untracked().ok_or(missing)?.uid;
        Ok(SaveListName {
            identity,
            list,
            input,
        })
    };
    let done = move |_| saved.run(());
    let field = (text::name(lang), text::name_help(lang));
    let title = Signal::derive(move || text::rename(lang, &before.get()));
    view! { <NameDialog open name="rename-list" title before field verb=text::save(lang) call done /> }
}
