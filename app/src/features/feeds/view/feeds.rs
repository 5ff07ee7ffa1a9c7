//! `/i/:identity/feeds`
use super::edit::{DeleteFeed, NewFeed, restore};
use crate::features::{
    feeds::{api::load_feeds, model::FeedView, text},
    lists::model::ListState,
};
use crate::kernel::{ErrorCode, Page as Rows, Uid, i18n::number, live::Change, permission::Right};
use crate::shell::{Can, Page, PageHead, use_identity_uid, use_right};
use crate::ui::{
    Button, Empty, FilterToggle, IconButton, Load, Pager, SearchBox, SortHeader, Time, Variant,
    live::use_reload_on, loading, use_lang, use_page_request, use_toasts,
};
use leptos::prelude::*;

/// What can be done with a feed of the table.
#[derive(Clone, Copy)]
struct Steps {
    delete: Callback<FeedView>,
    restore: Callback<Uid>,
}

/// All feeds of the identity.
#[component]
pub fn FeedsPage() -> impl IntoView {
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
        |(identity, request, ..)| async move { load_feeds(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let which = RwSignal::new(None::<FeedView>);
    let (making, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let changed = Callback::new(move |()| own.update(|n| *n += 1));
    let steps = Steps {
        delete: Callback::new(move |feed| {
            which.set(Some(feed));
            deleting.set(true);
        }),
        restore: Callback::new(move |feed| {
            if let Some(identity) = identity.get_untracked() {
                restore(toasts, lang, identity, feed, changed);
            }
        }),
    };
    view! {
        <Page title=text::feeds(lang).to_owned()>
            <PageHead title=text::feeds(lang).to_owned() lede=text::lede(lang).to_owned()>
                <Can right=Right::Feeds>
                    <Button variant=Variant::Primary icon="plus" on:click=move |_| making.set(true)>
                        {text::new_feed(lang)}
                    </Button>
                </Can>
            </PageHead>
            <section class="card" aria-label=text::feeds(lang)>
                <div class="toolbar">
                    <SearchBox label=text::search_feeds(lang) />
                    <FilterToggle value=ListState::Deleted.code() label=text::only_deleted(lang) />
                </div>
                <Load resource=page let:loaded>
                    <Table loaded steps making />
                </Load>
            </section>
            <NewFeed identity=identity.into() open=making />
            <DeleteFeed identity=identity.into() which open=deleting done=changed />
        </Page>
    }
}

#[component]
fn Table(loaded: Rows<FeedView>, steps: Steps, making: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    if loaded.items.is_empty() {
        let narrowed = request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty());
        return match narrowed {
            true => view! { <Empty title=text::not_found(lang) /> }.into_any(),
            false => view! {
                <Empty icon="rss" title=text::none_title(lang) text=text::none_text(lang)>
                    <Can right=Right::Feeds>
                        <Button icon="plus" on:click=move |_| making.set(true)>
                            {text::new_feed(lang)}
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
        .map(|feed| view! { <Row feed steps /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <SortHeader name="name" label=text::name(lang) />
                    <th scope="col" class="end">
                        {text::typed_number(lang)}
                    </th>
                    <SortHeader name="members" label=text::subscribers(lang) end=true />
                    <SortHeader name="updated" label=text::updated(lang) />
                    <th scope="col">
                        <span class="sr">{text::actions(lang)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <Pager page=loaded.page size=loaded.size total=loaded.total label=text::pages_of_feeds(lang) />
    }
    .into_any()
}

#[component]
fn Row(feed: FeedView, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let may = use_right(Right::Feeds);
    let uid = feed.uid.clone();
    let href = move || {
        format!(
            "/i/{}/feeds/{uid}",
            identity.get().map(|i| i.to_string()).unwrap_or_default()
        )
    };
    // rows are still shown while the next ones load: what their buttons need must not end with their owner
    let own = feed.clone();
    let button = match feed.state {
        ListState::Active => view! {
            <IconButton
                icon="trash-2"
                small=true
                label=text::delete_of(lang, &feed.name)
                on:click=move |_| steps.delete.run(own.clone())
            />
        }
        .into_any(),
        ListState::Deleted => view! {
            <IconButton
                icon="undo-2"
                small=true
                label=text::restore_of(lang, &feed.name)
                on:click=move |_| steps.restore.run(own.uid.clone())
            />
        }
        .into_any(),
    };
    let note = feed.description.lines().next().unwrap_or_default().to_owned();
    view! {
        <tr>
            <th scope="row" class="wide">
                <a class="link-plain" href=href>
                    {feed.name.clone()}
                </a>
                {(!note.is_empty()).then(|| view! { <span class="block meta font-normal clip">{note}</span> })}
            </th>
            <td class="end num" data-label=text::typed_number(lang)>
                {number(feed.number)}
            </td>
            <td class="end num" data-label=text::subscribers(lang)>
                {number(feed.subscribers)}
            </td>
            <td class="text-ink-2" data-label=text::updated(lang)>
                <Time at=feed.updated_at />
            </td>
            <td class="end whitespace-nowrap">{may.get_untracked().then_some(button)}</td>
        </tr>
    }
}
