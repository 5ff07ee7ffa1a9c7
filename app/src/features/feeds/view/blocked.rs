//! `/i/:identity/feeds/:feed/blocked`: who is barred.
use super::frame::Frame;
use crate::features::{
    feeds::{
        api::{BlockPeople, load_blocked, unblock_people},
        model::{Blocked, FeedHead},
        text,
    },
    lists::{
        model::{Token, read},
        view::Place,
    },
};
use crate::kernel::{ErrorCode, Page, ThreemaId, i18n::number, permission::Right};
use crate::shell::{Can, use_right};
use crate::ui::{
    Button, Dialog, Empty, Form, Load, SearchBox, Submit, Table, TextArea, Tid, Time, Variant, loading,
    use_lang, use_page_request, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// The block list of a feed.
#[component]
pub fn FeedBlockedPage() -> impl IntoView {
    view! { <Frame body=|place, _, known| view! { <List place known /> } /> }
}

#[component]
fn List(place: Place, known: Signal<Option<FeedHead>>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let page = loading(
        move || {
            (
                place.identity.get(),
                place.list.get(),
                request.get(),
                place.version.get(),
            )
        },
        |(identity, feed, request, _)| async move {
            let missing = ErrorCode::NotFound;
            load_blocked(identity.ok_or(missing.clone())?, feed.ok_or(missing)?, request).await
        },
    );
    let open = RwSignal::new(false);
    view! {
        <section class="card" aria-label=text::tab_blocked(lang)>
            <div class="toolbar">
                <SearchBox label=text::search_blocked(lang) />
                <Can right=Right::Feeds>
                    <Button small=true icon="ban" on:click=move |_| open.set(true)>
                        {text::block(lang)}
                    </Button>
                </Can>
            </div>
            <Load resource=page let:loaded>
                <Rows loaded place />
            </Load>
        </section>
        <BlockDialog place known open />
    }
}

#[component]
fn Rows(loaded: Page<Blocked>, place: Place) -> impl IntoView {
    let lang = use_lang();
    let head = move || {
        view! {
            <th scope="col">{text::threema_id(lang)}</th>
            <th scope="col">{text::name(lang)}</th>
            <th scope="col">{text::blocked_since(lang)}</th>
            <th scope="col">
                <span class="sr">{text::actions(lang)}</span>
            </th>
        }
    };
    let row = move |blocked| view! { <Row blocked place /> };
    view! {
        <Table loaded head row pages=text::pages_of_blocked(lang) not_found=text::nobody_found(lang)>
            <Empty icon="ban" title=text::nobody_blocked(lang) text=text::nobody_blocked_text(lang) />
        </Table>
    }
}

#[component]
fn Row(blocked: Blocked, place: Place) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let id = blocked.threema_id;
    let may = use_right(Right::Feeds).get_untracked();
    let unblock = move |_| {
        let Some((identity, feed)) = place.uids() else {
            return;
        };
        busy.set(true);
        spawn_local(async move {
            match unblock_people(identity, feed, vec![id]).await {
                Ok(_) => toasts.ok(text::unblocked(lang, id.as_str())),
                Err(error) => toasts.fail(error.text(lang)),
            }
            let _ = busy.try_set(false);
            place.changed.try_run(());
        });
    };
    view! {
        <tr>
            <th scope="row">
                <Tid id />
            </th>
            <td data-label=text::name(lang)>{blocked.name}</td>
            <td class="text-ink-2" data-label=text::blocked_since(lang)>
                <Time at=blocked.blocked_at />
            </td>
            <td class="end">
                {may
                    .then(|| {
                        view! {
                            <Button small=true busy on:click=unblock>
                                {text::unblock_do(lang)}
                                <span class="sr">" " {id.to_string()}</span>
                            </Button>
                        }
                    })}
            </td>
        </tr>
    }
}

/// The IDs of a pasted text, each once, and how many things in it are none.
fn ids_of(text: &str) -> (Vec<ThreemaId>, u64) {
    let tokens = read(text);
    let bad = tokens.iter().filter(|t| t.found.is_err()).count() as u64;
    let mut ids: Vec<ThreemaId> = tokens.into_iter().filter_map(|t: Token| t.found.ok()).collect();
    ids.sort_unstable();
    ids.dedup();
    (ids, bad)
}

#[component]
fn BlockDialog(place: Place, known: Signal<Option<FeedHead>>, open: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let block = ServerAction::<BlockPeople>::new();
    Effect::new(move || {
        if let Some(Ok(done)) = block.value().get() {
            open.set(false);
            toasts.ok(text::blocked(lang, done.blocked, done.removed));
            place.changed.run(());
        }
    });
    let title = Signal::derive(move || {
        let name = known.with(|h| h.as_ref().map(|h| h.feed.name.clone()));
        text::block_title(lang, &name.unwrap_or_default())
    });
    view! {
        <Dialog open name="block" title>
            {move || {
                let pasted = RwSignal::new(String::new());
                let counted = Memo::new(move |_| {
                    let (ids, bad) = pasted.with(|p| ids_of(p));
                    (ids.len() as u64, bad)
                });
                let submit = move || {
                    let (identity, feed) = place.uids().ok_or(ErrorCode::NotFound)?;
                    let ids = pasted.with_untracked(|p| ids_of(p)).0;
                    Ok(BlockPeople { identity, feed, ids })
                };
                let verb = move || match counted.get().0 {
                    0 => text::block_none(lang).to_owned(),
                    n => text::block_n(lang, n),
                };
                let bad = move || {
                    let bad = counted.get().1;
                    (bad > 0).then(|| text::block_bad(lang, number(bad)))
                };
                view! {
                    <Form action=block submit class="contents">
                        <div class="dialog-body grid gap-3">
                            <TextArea
                                name="ids"
                                label=text::block_ids(lang)
                                help=text::block_help(lang)
                                bind=pasted
                                rows=6
                            />
                            <p class="text-sm text-ink-2" role="status">
                                {bad}
                            </p>
                        </div>
                        <div class="dialog-foot">
                            <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                            <Submit
                                variant=Variant::Danger
                                disabled=Signal::derive(move || counted.get().0 == 0)
                            >
                                {verb}
                            </Submit>
                        </div>
                    </Form>
                }
            }}
        </Dialog>
    }
}
