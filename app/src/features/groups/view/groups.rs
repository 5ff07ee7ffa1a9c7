//! `/i/:identity/groups`
use super::new::NewGroupDialog;
use crate::features::groups::{
    api::load_groups,
    model::{GroupState, GroupView},
    text,
};
use crate::kernel::{ErrorCode, Lang, i18n::number, live::Change, permission::Right};
use crate::shell::{RowLink, TablePage, TableWords, use_identity_uid};
use crate::ui::{Icon, Time, live::use_reload_on, loading, use_lang, use_page_request};
use leptos::prelude::*;

/// All groups of the identity.
#[component]
pub fn GroupsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let live = use_reload_on(
        move |change| matches!(change, Change::Group { identity: of, .. } if identity.with_untracked(|i| i.as_ref() == Some(of))),
    );
    let found = loading(
        move || (identity.get(), request.get(), live.get()),
        |(identity, request, _)| async move { load_groups(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let making = RwSignal::new(false);
    let head = move || {
        view! {
            <th scope="col">{text::name(lang)}</th>
            <th scope="col" class="end">
                {text::members(lang)}
            </th>
            <th scope="col">{text::state(lang)}</th>
            <th scope="col">{text::changed(lang)}</th>
        }
    };
    let row = move |group| view! { <Row group /> };
    view! {
        <TablePage
            words=words(lang)
            icon="users-round"
            right=Right::Groups
            deleted=GroupState::Deleted.code()
            found
            making
            head
            row
        >
            <NewGroupDialog identity=identity.into() open=making />
        </TablePage>
    }
}

const fn words(lang: Lang) -> TableWords {
    TableWords {
        title: text::groups(lang),
        lede: text::lede(lang),
        new: text::new_group(lang),
        search: text::search_groups(lang),
        only_deleted: text::only_deleted(lang),
        not_found: text::not_found_groups(lang),
        none_title: text::no_groups_title(lang),
        none_text: text::no_groups_text(lang),
        pages: text::pages_of_groups(lang),
    }
}

#[component]
fn Row(group: GroupView) -> impl IntoView {
    let lang = use_lang();
    let mark = |shown: bool, class: &'static str, icon: &'static str, words: &'static str| {
        shown.then(|| {
            view! {
                <span class=class>
                    <Icon name=icon class="icon-sm" />
                    {words}
                </span>
            }
        })
    };
    view! {
        <tr>
            <th scope="row" class="wide">
                <RowLink part="groups" uid=group.uid name=group.name />
            </th>
            <td class="end num" data-label=text::members(lang)>
                {number(group.members)}
            </td>
            <td data-label=text::state(lang)>
                <span class="flex flex-wrap gap-x-3 gap-y-1 text-xs">
                    {mark(group.is_unread, "state is-live", "message-square-text", text::unread(lang))}
                    {mark(group.is_staged, "state is-warn", "refresh-cw", text::staged_short(lang))}
                    {mark(group.saves_history, "state", "cloud", text::saved(lang))}
                </span>
            </td>
            <td class="text-ink-2" data-label=text::changed(lang)>
                <Time at=group.updated_at />
            </td>
        </tr>
    }
}
