//! `/i/:identity/messages`: everything that was sent, and the drafts.
use super::{live::Known, table::MessageTable, words::message_word};
use crate::features::messages::{
    api::list_messages,
    model::{MessageRow, MessageState},
    text,
};
use crate::kernel::{self, ErrorCode, Uid, permission::Right};
use crate::shell::{Can, Page, PageHead, use_identity_uid};
use crate::ui::{
    ButtonLink, DeliveryKey, Empty, Load, Pager, SearchBox, Variant, loading, use_lang, use_page_request,
    use_write_page,
};
use leptos::prelude::*;

/// Messages and drafts of one identity.
#[component]
pub fn MessagesPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let known = Known::new();
    let version = known.version();
    let rows = loading(
        move || (identity.get(), request.get(), version.get()),
        |(identity, request, _)| async move { list_messages(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let new = Signal::derive(move || {
        identity
            .get()
            .map(|i| format!("/i/{i}/messages/new"))
            .unwrap_or_default()
    });
    view! {
        <Page title=text::messages(lang).to_owned()>
            <PageHead title=text::messages(lang).to_owned() lede=text::messages_lede(lang).to_owned()>
                <Can right=Right::Send>
                    <ButtonLink href=new icon="pencil-line">
                        {text::new_message(lang)}
                    </ButtonLink>
                </Can>
            </PageHead>
            <section class="card" aria-labelledby="all-messages">
                <h2 class="sr" id="all-messages">
                    {text::all_of_them(lang)}
                </h2>
                <div class="toolbar">
                    <StateFilter />
                    <span class="grow"></span>
                    <SearchBox label=text::search_messages(lang) />
                </div>
                <Load resource=rows rows=6 let:page>
                    {
                        known.note(&page.items);
                        let searched = request.with_untracked(|r| !r.filter.is_empty() || !r.q.is_empty());
                        rows_view(identity.get_untracked(), page, searched)
                    }
                </Load>
            </section>
            <p class="mt-3 px-1">
                <DeliveryKey />
            </p>
        </Page>
    }
}

fn rows_view(identity: Option<Uid>, page: kernel::Page<MessageRow>, searched: bool) -> AnyView {
    let lang = use_lang();
    let base = identity
        .as_ref()
        .map(|i| format!("/i/{i}/messages"))
        .unwrap_or_default();
    if let Some(identity) = identity.filter(|_| page.total > 0) {
        return view! {
            <MessageTable identity rows=page.items />
            <Pager page=page.page size=page.size total=page.total label=text::pages_of_messages(lang) />
        }
        .into_any();
    }
    if searched {
        return view! {
            <Empty title=text::none_found(lang) text=text::none_found_text(lang)>
                <ButtonLink href=base>{text::show_all(lang)}</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    view! {
        <Empty icon="send" title=text::no_messages(lang) text=text::no_messages_text(lang)>
            <Can right=Right::Send>
                <ButtonLink variant=Variant::Primary icon="pencil-line" href=format!("{base}/new")>
                    {text::write_first(lang)}
                </ButtonLink>
            </Can>
        </Empty>
    }
    .into_any()
}

/// One state, or all of them.
#[component]
fn StateFilter() -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let write = use_write_page();
    let button = move |code: &'static str, word: &'static str| {
        let write = write.clone();
        let pressed = move || request.with(|r| r.filter == code).to_string();
        view! {
            <button
                class="filter"
                type="button"
                aria-pressed=pressed
                on:click=move |_| write(false, &|r| r.filter = code.to_owned())
            >
                {word}
            </button>
        }
    };
    let word = |state| match state {
        MessageState::Draft => text::drafts(lang),
        state => message_word(lang, state),
    };
    let states = MessageState::ALL.map(|state| button(state.code(), word(state)));
    view! {
        <div class="flex flex-wrap gap-1.5" role="group" aria-label=text::filter_by_state(lang)>
            {button("", text::all(lang))}
            {states.into_iter().collect_view()}
        </div>
    }
}
