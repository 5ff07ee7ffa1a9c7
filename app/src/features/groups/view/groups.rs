//! `/i/:identity/groups`
use super::new::NewGroupDialog;
use crate::features::groups::{
    api::load_groups,
    model::{GroupState, GroupView},
    text,
};
use crate::kernel::{ErrorCode, Page as Rows, i18n::number, live::Change, permission::Right};
use crate::shell::{Can, Page, PageHead, use_identity_uid};
use crate::ui::{
    Button, Empty, FilterToggle, Icon, Load, Pager, SearchBox, Time, Variant, live::use_reload_on, loading,
    use_lang, use_page_request,
};
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
    let page = loading(
        move || (identity.get(), request.get(), live.get()),
        |(identity, request, _)| async move { load_groups(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let making = RwSignal::new(false);
    view! {
        <Page title=text::groups(lang).to_owned()>
            <PageHead title=text::groups(lang).to_owned() lede=text::lede(lang).to_owned()>
                <Can right=Right::Groups>
                    <Button variant=Variant::Primary icon="plus" on:click=move |_| making.set(true)>
                        {text::new_group(lang)}
                    </Button>
                </Can>
            </PageHead>
            <section class="card" aria-label=text::groups(lang)>
                <div class="toolbar">
                    <SearchBox label=text::search_groups(lang) />
                    <FilterToggle value=GroupState::Deleted.code() label=text::only_deleted(lang) />
                </div>
                <Load resource=page let:loaded>
                    <Table loaded making />
                </Load>
            </section>
            <NewGroupDialog identity=identity.into() open=making />
        </Page>
    }
}

#[component]
fn Table(loaded: Rows<GroupView>, making: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    if loaded.items.is_empty() {
        let narrowed = request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty());
        return match narrowed {
            true => view! { <Empty title=text::not_found_groups(lang) /> }.into_any(),
            false => view! {
                <Empty icon="users-round" title=text::no_groups_title(lang) text=text::no_groups_text(lang)>
                    <Can right=Right::Groups>
                        <Button icon="plus" on:click=move |_| making.set(true)>
                            {text::new_group(lang)}
                        </Button>
                    </Can>
                </Empty>
            }
            .into_any(),
        };
    }
    let rows = loaded
        .items
        .into_iter()
        .map(|group| view! { <Row group /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <th scope="col">{text::name(lang)}</th>
                    <th scope="col" class="end">
                        {text::members(lang)}
                    </th>
                    <th scope="col">{text::state(lang)}</th>
                    <th scope="col">{text::changed(lang)}</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <Pager page=loaded.page size=loaded.size total=loaded.total label=text::pages_of_groups(lang) />
    }
    .into_any()
}

#[component]
fn Row(group: GroupView) -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let uid = group.uid.clone();
    let href = move || {
        let base = identity.get().map(|i| i.to_string()).unwrap_or_default();
        format!("/i/{base}/groups/{uid}")
    };
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
                <a class="link-plain" href=href>
                    {group.name.clone()}
                </a>
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
