//! Who is on a list: table, choice, removal with undo.
use super::list::Place;
use crate::features::{
    lists::{
        api::{add_list_members, load_list_members, remove_list_members},
        model::Kind,
        text,
    },
    recipients::{
        model::{EXTERNAL, Recipient, RecipientState},
        text as people,
        view::{CompareKeys, EditRecipient, RecipientTable},
    },
};
use crate::kernel::{AppError, ErrorCode, Lang, Page, ThreemaId, Uid};
use crate::shell::{Can, use_right};
use crate::ui::{
    Button, Empty, Failure, FilterToggle, IconButton, Load, Pager, SearchBox, Toasts, Variant, loading,
    open_about, use_lang, use_page_request, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};

/// The members, with search, filters and choice.
#[component]
pub fn Members(
    /// Which list
    place: Place,
    /// Opens the dialog that adds people
    adding: RwSignal<bool>,
) -> impl IntoView {
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
        |(identity, list, request, _)| async move {
            let missing = ErrorCode::NotFound;
            load_list_members(identity.ok_or(missing.clone())?, list.ok_or(missing)?, request).await
        },
    );
    let chosen = RwSignal::new(Vec::<ThreemaId>::new());
    let who = RwSignal::new(None::<Recipient>);
    let (editing, comparing) = (RwSignal::new(false), RwSignal::new(false));
    let (edit, compare) = (open_about(who, editing), open_about(who, comparing));
    view! {
        <section class="card" aria-label=text::members_of(lang, place.kind)>
            <div class="toolbar">
                <SearchBox label=text::search_members(lang) />
                <FilterToggle value=RecipientState::KeyChanged.code() label=people::only_held(lang) />
                <FilterToggle value=RecipientState::Unknown.code() label=people::only_unknown(lang) />
                <FilterToggle value=RecipientState::Revoked.code() label=people::only_revoked(lang) />
                {(place.kind == Kind::Feed)
                    .then(|| view! { <FilterToggle value=EXTERNAL label=people::only_external(lang) /> })}
            </div>
            <Chosen place chosen />
            <Load resource=page let:loaded>
                <Rows loaded kind=place.kind chosen adding edit compare />
            </Load>
        </section>
        <EditRecipient identity=place.identity.into() who open=editing saved=place.changed />
        <CompareKeys identity=place.identity.into() who open=comparing accepted=place.changed />
    }
}

/// What can be done with those who are chosen.
#[component]
fn Chosen(place: Place, chosen: RwSignal<Vec<ThreemaId>>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let count = Memo::new(move |_| chosen.with(|c| c.len() as u64));
    let remove = move |_| {
        let Some((identity, list)) = place.uids() else {
            return;
        };
        let ids = chosen.get_untracked();
        busy.set(true);
        spawn_local(async move {
            let removed = remove_list_members(identity.clone(), list.clone(), ids).await;
            let _ = busy.try_set(false);
            match removed {
                Ok(removed) => {
                    let _ = chosen.try_set(Vec::new());
                    let _ = error.try_set(None);
                    let words = text::removed(lang, removed.ids.len() as u64);
                    let again = move || {
                        add_again(
                            toasts,
                            lang,
                            place,
                            identity.clone(),
                            list.clone(),
                            removed.ids.clone(),
                        );
                    };
                    toasts.with_action(words, text::undo(lang), again);
                }
                Err(e) => drop(error.try_set(Some(e))),
            }
            place.changed.try_run(());
        });
    };
    view! {
        <Show when=move || count.get() != 0>
            <div class="bulk" role="status">
                <b class="font-medium num">{move || text::chosen(lang, count.get())}</b>
                <span class="grow"></span>
                <Button small=true variant=Variant::Danger icon="user-round-minus" busy on:click=remove>
                    {move || text::remove_n(lang, count.get())}
                </Button>
                <IconButton
                    icon="x"
                    small=true
                    label=text::clear_choice(lang).to_owned()
                    on:click=move |_| chosen.set(Vec::new())
                />
            </div>
        </Show>
        {move || error.get().map(|error| view! { <Failure error /> })}
    }
}

/// Puts people onto a list again after they were removed, also when the page is gone meanwhile.
pub fn add_again(toasts: Toasts, lang: Lang, place: Place, identity: Uid, list: Uid, ids: Vec<ThreemaId>) {
    spawn_local(async move {
        match add_list_members(identity, list, ids).await {
            Ok(done) => toasts.ok(text::added(lang, done.added)),
            Err(error) => toasts.fail(error.text(lang)),
        }
        place.changed.try_run(());
    });
}

#[component]
fn Rows(
    loaded: Page<Recipient>,
    kind: Kind,
    chosen: RwSignal<Vec<ThreemaId>>,
    adding: RwSignal<bool>,
    edit: Callback<Recipient>,
    compare: Callback<Recipient>,
) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let right = kind.right();
    let may = use_right(right);
    if loaded.items.is_empty() {
        let narrowed = request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty());
        return match narrowed {
            true => view! { <Empty title=text::not_found_members(lang) /> }.into_any(),
            false => view! {
                <Empty
                    icon="users-round"
                    title=match kind {
                        Kind::List => text::nobody_title(lang),
                        Kind::Feed => text::nobody_gets_title(lang),
                    }
                    text=match kind {
                        Kind::List => text::nobody_text(lang),
                        Kind::Feed => text::nobody_gets_text(lang),
                    }
                >
                    <Can right>
                        <Button icon="user-round-plus" on:click=move |_| adding.set(true)>
                            {text::add_people(lang)}
                        </Button>
                    </Can>
                </Empty>
            }
            .into_any(),
        };
    }
    view! {
        {match may.get_untracked() {
            true => view! { <RecipientTable rows=loaded.items chosen edit compare /> }.into_any(),
            false => view! { <RecipientTable rows=loaded.items edit compare /> }.into_any(),
        }}
        <Pager page=loaded.page size=loaded.size total=loaded.total label=text::pages_of_members(lang) />
    }
    .into_any()
}
