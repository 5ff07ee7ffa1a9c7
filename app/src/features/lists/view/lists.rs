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
use crate::kernel::{ErrorCode, Page as Rows, Uid, i18n::number, live::Change, permission::Right};
use crate::shell::{Can, Page, PageHead, use_identity_uid, use_right};
use crate::ui::{
    Button, Empty, FilterToggle, IconButton, Load, Pager, SearchBox, SortHeader, Time, Variant,
    live::use_reload_on, loading, use_lang, use_page_request, use_toasts,
};
use leptos::prelude::*;

/// What can be done with a list of the table.
#[derive(Clone, Copy)]
struct Steps {
    rename: Callback<ListView>,
    delete: Callback<ListView>,
    restore: Callback<Uid>,
}

/// All lists of the identity.
#[component]
pub fn ListsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let toasts = use_toasts();
    let live = use_reload_on(
        move |change| matches!(change, Change::Identity { uid } if identity.with_untracked(|i| i.as_ref() == Some(uid))),
    );
    let own = RwSignal::new(0_u32);
    let page = loading(
        move || (identity.get(), request.get(), live.get(), own.get()),
        |(identity, request, ..)| async move { load_lists(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let which = RwSignal::new(None::<ListView>);
    let (making, renaming, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let show = move |dialog: RwSignal<bool>| {
        Callback::new(move |list| {
            which.set(Some(list));
            dialog.set(true);
        })
    };
    let changed = Callback::new(move |()| own.update(|n| *n += 1));
    let steps = Steps {
        rename: show(renaming),
        delete: show(deleting),
        restore: Callback::new(move |list| {
            if let Some(identity) = identity.get_untracked() {
                restore(toasts, lang, identity, list, changed);
            }
        }),
    };
    view! {
        <Page title=text::lists(lang).to_owned()>
            <PageHead title=text::lists(lang).to_owned() lede=text::lede(lang).to_owned()>
                <Can right=Right::Lists>
                    <Button variant=Variant::Primary icon="plus" on:click=move |_| making.set(true)>
                        {text::new_list(lang)}
                    </Button>
                </Can>
            </PageHead>
            <section class="card" aria-label=text::lists(lang)>
                <div class="toolbar">
                    <SearchBox label=text::search_lists(lang) />
                    <FilterToggle value=ListState::Deleted.code() label=text::only_deleted(lang) />
                </div>
                <Load resource=page let:loaded>
                    <Table loaded steps making />
                </Load>
            </section>
            <NewList identity=identity.into() open=making />
            <RenameList identity=identity.into() which open=renaming saved=changed />
            <DeleteList identity=identity.into() which open=deleting done=changed />
        </Page>
    }
}

#[component]
fn Table(loaded: Rows<ListView>, steps: Steps, making: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    if loaded.items.is_empty() {
        let narrowed = request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty());
        return match narrowed {
            true => view! { <Empty title=text::not_found_lists(lang) /> }.into_any(),
            false => view! {
                <Empty icon="list" title=text::no_lists_title(lang) text=text::no_lists_text(lang)>
                    <Can right=Right::Lists>
                        <Button icon="plus" on:click=move |_| making.set(true)>
                            {text::new_list(lang)}
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
        .map(|list| view! { <Row list steps /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <SortHeader name="name" label=text::name(lang) />
                    <SortHeader name="members" label=text::members(lang) end=true />
                    <SortHeader name="updated" label=text::updated(lang) />
                    <th scope="col">
                        <span class="sr">{text::actions(lang)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <Pager page=loaded.page size=loaded.size total=loaded.total label=text::pages_of_lists(lang) />
    }
    .into_any()
}

#[component]
fn Row(list: ListView, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let may = use_right(Right::Lists);
    let uid = list.uid.clone();
    let href = move || {
        format!(
            "/i/{}/lists/{uid}",
            identity.get().map(|i| i.to_string()).unwrap_or_default()
        )
    };
    // rows are still shown while the next ones load: what their buttons need must not end with their owner
    let (own, other) = (list.clone(), list.clone());
    let buttons = match list.state {
        ListState::Active => view! {
            <IconButton
                icon="pencil"
                small=true
                label=text::rename(lang, &list.name)
                on:click=move |_| steps.rename.run(own.clone())
            />
            <IconButton
                icon="trash-2"
                small=true
                label=text::delete(lang, &list.name)
                on:click=move |_| steps.delete.run(other.clone())
            />
        }
        .into_any(),
        ListState::Deleted => view! {
            <IconButton
                icon="undo-2"
                small=true
                label=text::restore(lang, &list.name)
                on:click=move |_| steps.restore.run(own.uid.clone())
            />
        }
        .into_any(),
    };
    view! {
        <tr>
            <th scope="row" class="wide">
                <a class="link-plain" href=href>
                    {list.name.clone()}
                </a>
            </th>
            <td class="end num" data-label=text::members(lang)>
                {number(list.members)}
            </td>
            <td class="text-ink-2" data-label=text::updated(lang)>
                <Time at=list.updated_at />
            </td>
            <td class="end whitespace-nowrap">{may.get_untracked().then_some(buttons)}</td>
        </tr>
    }
}
