//! `/i/:identity/lists`
use super::{
    name::{NewList, RenameList},
    switch::{DeleteList, restore},
};
use crate::features::lists::{
    api::load_lists,
    model::{ListState, ListView},
    text,
};
use crate::kernel::{ErrorCode, Lang, i18n::number, permission::Right};
use crate::shell::{RowLink, RowSteps, TablePage, TableWords, use_changes, use_identity_uid};
use crate::ui::{SortHeader, Time, loading, open_about, use_lang, use_page_request, use_toasts};
use leptos::prelude::*;

/// What can be done with a list of the table.
#[derive(Clone, Copy)]
struct Steps {
    rename: Callback<ListView>,
    delete: Callback<ListView>,
    restore: Callback<ListView>,
}

/// All lists of the identity.
#[component]
pub fn ListsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let toasts = use_toasts();
    let (version, changed) = use_changes();
    let found = loading(
        move || (identity.get(), request.get(), version.get()),
        |(identity, request, _)| async move { load_lists(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let which = RwSignal::new(None::<ListView>);
    let (making, renaming, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let steps = Steps {
        rename: open_about(which, renaming),
        delete: open_about(which, deleting),
        restore: Callback::new(move |list: ListView| {
            if let Some(identity) = identity.get_untracked() {
                restore(toasts, lang, identity, list.uid, changed);
            }
        }),
    };
    let head = move || {
        view! {
            <SortHeader name="name" label=text::name(lang) />
            <SortHeader name="members" label=text::members(lang) end=true />
            <SortHeader name="updated" label=text::updated(lang) />
            <th scope="col">
                <span class="sr">{text::actions(lang)}</span>
            </th>
        }
    };
    let row = move |list| view! { <Row list steps /> };
    view! {
        <TablePage
            words=words(lang)
            icon="list"
            right=Right::Lists
            deleted=ListState::Deleted.code()
            found
            making
            head
            row
        >
            <NewList identity=identity.into() open=making />
            <RenameList identity=identity.into() which open=renaming saved=changed />
            <DeleteList identity=identity.into() which open=deleting done=changed />
        </TablePage>
    }
}

const fn words(lang: Lang) -> TableWords {
    TableWords {
        title: text::lists(lang),
        lede: text::lede(lang),
        new: text::new_list(lang),
        search: text::search_lists(lang),
        only_deleted: text::only_deleted(lang),
        not_found: text::not_found_lists(lang),
        none_title: text::no_lists_title(lang),
        none_text: text::no_lists_text(lang),
        pages: text::pages_of_lists(lang),
    }
}

#[component]
fn Row(list: ListView, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let buttons = match list.state {
        ListState::Active => vec![
            ("pencil", text::rename(lang, &list.name), steps.rename),
            ("trash-2", text::delete(lang, &list.name), steps.delete),
        ],
        ListState::Deleted => vec![("undo-2", text::restore(lang, &list.name), steps.restore)],
    };
    view! {
        <tr>
            <th scope="row" class="wide">
                <RowLink part="lists" uid=list.uid.clone() name=list.name.clone() />
            </th>
            <td class="end num" data-label=text::members(lang)>
                {number(list.members)}
            </td>
            <td class="text-ink-2" data-label=text::updated(lang)>
                <Time at=list.updated_at />
            </td>
            <RowSteps of=list right=Right::Lists steps=buttons />
        </tr>
    }
}
