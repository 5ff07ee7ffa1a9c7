//! `/i/:identity/feeds`
use super::edit::{DeleteFeed, NewFeed, restore};
use crate::features::{
    feeds::{api::load_feeds, model::FeedView, text},
    lists::model::ListState,
};
use crate::kernel::{ErrorCode, Lang, i18n::number, permission::Right};
use crate::shell::{RowLink, RowSteps, TablePage, TableWords, use_changes, use_identity_uid};
use crate::ui::{SortHeader, Time, loading, open_about, use_lang, use_page_request, use_toasts};
use leptos::prelude::*;

/// What can be done with a feed of the table.
#[derive(Clone, Copy)]
struct Steps {
    delete: Callback<FeedView>,
    restore: Callback<FeedView>,
}

/// All feeds of the identity.
#[component]
pub fn FeedsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let toasts = use_toasts();
    let (version, changed) = use_changes();
    let found = loading(
        move || (identity.get(), request.get(), version.get()),
        |(identity, request, _)| async move { load_feeds(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let which = RwSignal::new(None::<FeedView>);
    let (making, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let steps = Steps {
        delete: open_about(which, deleting),
        restore: Callback::new(move |feed: FeedView| {
            if let Some(identity) = identity.get_untracked() {
                restore(toasts, lang, identity, feed.uid, changed);
            }
        }),
    };
    let head = move || {
        view! {
            <SortHeader name="name" label=text::name(lang) />
            <th scope="col" class="end">
                {text::typed_number(lang)}
            </th>
            <SortHeader name="members" label=text::subscribers(lang) end=true />
            <SortHeader name="updated" label=text::updated(lang) />
            <th scope="col">
                <span class="sr">{text::actions(lang)}</span>
            </th>
        }
    };
    let row = move |feed| view! { <Row feed steps /> };
    view! {
        <TablePage
            words=words(lang)
            icon="rss"
            right=Right::Feeds
            deleted=ListState::Deleted.code()
            found
            making
            head
            row
        >
            <NewFeed identity=identity.into() open=making />
            <DeleteFeed identity=identity.into() which open=deleting done=changed />
        </TablePage>
    }
}

const fn words(lang: Lang) -> TableWords {
    TableWords {
        title: text::feeds(lang),
        lede: text::lede(lang),
        new: text::new_feed(lang),
        search: text::search_feeds(lang),
        only_deleted: text::only_deleted(lang),
        not_found: text::not_found(lang),
        none_title: text::none_title(lang),
        none_text: text::none_text(lang),
        pages: text::pages_of_feeds(lang),
    }
}

#[component]
fn Row(feed: FeedView, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let button = match feed.state {
        ListState::Active => ("trash-2", text::delete_of(lang, &feed.name), steps.delete),
        ListState::Deleted => ("undo-2", text::restore_of(lang, &feed.name), steps.restore),
    };
    let note = feed.description.lines().next().unwrap_or_default().to_owned();
    view! {
        <tr>
            <th scope="row" class="wide">
                <RowLink part="feeds" uid=feed.uid.clone() name=feed.name.clone() />
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
            <RowSteps of=feed right=Right::Feeds steps=vec![button] />
        </tr>
    }
}
