//! What the pages of one feed share: head, notices, tabs.
use super::edit::{ChangeFeed, DeleteFeed, restore};
use crate::features::{
    feeds::{
        api::{export_feed, load_feed_head},
        model::{FeedHead, FeedView},
        text,
    },
    lists::{
        model::{Kind, ListState},
        text as lists,
        view::{AddDialog, Place},
    },
    recipients::{self, view::Externals},
};
use crate::kernel::{ErrorCode, Uid, i18n::number, permission::Right};
use crate::shell::{Can, Page, PageHead, use_changes, use_identity_uid, use_right};
use crate::ui::{
    Banner, Button, ButtonLink, Load, Tabs, Tone, Variant, file::save, loading, use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

/// What the page's buttons open.
#[derive(Clone, Copy)]
struct Doors {
    which: RwSignal<Option<FeedHead>>,
    dropping: RwSignal<Option<FeedView>>,
    adding: RwSignal<bool>,
    changing: RwSignal<bool>,
    deleting: RwSignal<bool>,
}

/// The page of a feed around one of its tabs; `body` gets the feed's place, the dialog that adds people, and the feed.
#[component]
pub fn Frame<B, V>(
    /// What the tab shows
    body: B,
) -> impl IntoView
where
    B: Fn(Place, RwSignal<bool>, Signal<Option<FeedHead>>) -> V + Send + Sync + 'static,
    V: IntoView + 'static,
{
    let lang = use_lang();
    let identity = use_identity_uid();
    let params = use_params_map();
    let feed = Memo::new(move |_| params.with(|p| p.get_str("feed")?.parse::<Uid>().ok()));
    let (version, changed) = use_changes();
    let place = Place {
        identity,
        list: feed,
        kind: Kind::Feed,
        version,
        changed,
    };
    let head = loading(
        move || (identity.get(), feed.get(), version.get()),
        |(identity, feed, _)| async move {
            let missing = ErrorCode::NotFound;
            load_feed_head(identity.ok_or(missing.clone())?, feed.ok_or(missing)?).await
        },
    );
    let doors = Doors {
        which: RwSignal::new(None),
        dropping: RwSignal::new(None),
        adding: RwSignal::new(false),
        changing: RwSignal::new(false),
        deleting: RwSignal::new(false),
    };
    // known once the head has loaded; kept at the page, so that nothing that reads it is gone after a reload
    let known = RwSignal::new(None::<FeedHead>);
    let title = Signal::derive(move || {
        let name = known.with(|h| h.as_ref().map(|h| h.feed.name.clone()));
        name.unwrap_or_else(|| text::feeds(lang).to_owned())
    });
    let trail = Signal::derive(move || {
        let base = identity.get().map(|i| i.to_string()).unwrap_or_default();
        vec![(text::feeds(lang).to_owned(), format!("/i/{base}/feeds"))]
    });
    view! {
        <Page title trail=trail.get_untracked()>
            <Load resource=head let:head>
                <Above head place doors known />
            </Load>
            {body(place, doors.adding, known.into())}
            <AddDialog place name=title open=doors.adding />
            <ChangeFeed identity=identity.into() which=doors.which open=doors.changing saved=changed />
            <DeleteFeed identity=identity.into() which=doors.dropping open=doors.deleting done=changed />
        </Page>
    }
}

/// Head, notices, tabs.
#[component]
fn Above(head: FeedHead, place: Place, doors: Doors, known: RwSignal<Option<FeedHead>>) -> impl IntoView {
    let lang = use_lang();
    known.set(Some(head.clone()));
    let feed = head.feed.clone();
    let active = feed.state == ListState::Active;
    let may_write = use_right(Right::Send).get_untracked();
    let may_change = active && use_right(Right::Feeds).get_untracked();
    let identity = place.identity.get_untracked().map(|i| i.to_string());
    let base = format!("/i/{}", identity.unwrap_or_default());
    let here = format!("{base}/feeds/{}", feed.uid);
    let write = (feed.subscribers > 0 && active && may_write).then(|| {
        view! {
            <ButtonLink
                variant=Variant::Primary
                icon="pencil-line"
                href=format!("{base}/messages/new?list={}", feed.uid)
            >
                {text::write_to(lang, feed.subscribers)}
            </ButtonLink>
        }
    });
    let tabs = vec![
        (text::subscribers(lang).to_owned(), here.clone()),
        (
            match head.blocked {
                0 => text::tab_blocked(lang).to_owned(),
                n => format!("{} ({})", text::tab_blocked(lang), number(n)),
            },
            format!("{here}/blocked"),
        ),
        (text::tab_history(lang).to_owned(), format!("{here}/history")),
        (text::tab_link(lang).to_owned(), format!("{here}/link")),
    ];
    let note = feed.description.clone();
    view! {
        <PageHead title=feed.name.clone() lede=text::people(lang, feed.subscribers)>
            {write}
        </PageHead>
        {(!note.is_empty()).then(|| view! { <p class="text-ink-2 mb-4 max-w-184">{note}</p> })}
        {(!active).then(|| view! { <Deleted place uid=feed.uid.clone() /> })}
        <Notices head=head.clone() />
        <Steps head place doors may_change />
        <Tabs label=text::parts(lang) items=tabs />
    }
}

#[component]
fn Steps(head: FeedHead, place: Place, doors: Doors, may_change: bool) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let dropped = head.feed.clone();
    let export = move |_| {
        let Some((identity, feed)) = place.uids() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            let done = export_feed(identity, feed, lang).await;
            let _ = busy.try_set(false);
            match done {
                Ok(file) => drop(save(text::export_file(lang), "text/csv;charset=utf-8", &file)),
                Err(error) => toasts.fail(error.text(lang)),
            }
        });
    };
    let change = may_change.then(|| {
        view! {
            <Button small=true icon="user-round-plus" on:click=move |_| doors.adding.set(true)>
                {text::add(lang)}
            </Button>
            <Button
                small=true
                icon="pencil"
                on:click=move |_| {
                    doors.which.set(Some(head.clone()));
                    doors.changing.set(true);
                }
            >
                {text::change(lang)}
            </Button>
        }
    });
    let delete = may_change.then(|| {
        view! {
            <Button
                small=true
                variant=Variant::Danger
                icon="trash-2"
                on:click=move |_| {
                    doors.dropping.set(Some(dropped.clone()));
                    doors.deleting.set(true);
                }
            >
                {text::delete(lang)}
            </Button>
        }
    });
    view! {
        <div class="flex flex-wrap gap-2 mb-4">
            {change} <Button small=true icon="download" busy on:click=export>
                {text::export(lang)}
            </Button> {delete}
        </div>
    }
}

#[component]
fn Notices(head: FeedHead) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="grid gap-4 mb-4 empty:hidden">
            {(head.refused > 0)
                .then(|| {
                    view! {
                        <Banner tone=Tone::Warn>
                            <p class="font-medium">{text::refused_lately(lang, head.refused)}</p>
                            <p class="text-ink-2">{text::full_warning(lang)}</p>
                        </Banner>
                    }
                })}
            {(head.not_fetched > 0)
                .then(|| {
                    view! {
                        <Banner tone=Tone::Plain icon="hourglass">
                            {lists::keys_come(lang, number(head.not_fetched))}
                        </Banner>
                    }
                })}
            {(head.key_changed > 0)
                .then(|| {
                    view! { <Banner tone=Tone::Warn>{recipients::text::held(lang, head.key_changed)}</Banner> }
                })}
            {(head.gone > 0).then(|| view! { <Banner tone=Tone::Warn>{lists::gone(lang, head.gone)}</Banner> })}
        </div>
        {(head.external > 0).then(|| view! { <Externals n=head.external /> })}
    }
}

#[component]
fn Deleted(place: Place, uid: Uid) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let back = move |_| {
        if let Some(identity) = place.identity.get_untracked() {
            restore(toasts, lang, identity, uid.clone(), place.changed);
        }
    };
    let actions = move || {
        let back = back.clone();
        view! {
            <Can right=Right::Feeds>
                <Button small=true icon="undo-2" on:click=back.clone()>
                    {text::restore(lang)}
                </Button>
            </Can>
        }
    };
    view! {
        <div class="mb-4">
            <Banner tone=Tone::Warn actions>
                <p>{text::is_deleted(lang)}</p>
            </Banner>
        </div>
    }
}
