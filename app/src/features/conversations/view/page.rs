//! `/i/:identity/conversations`: the list, and the conversation that `?c=UID` names beside it.
use super::{
    bulk::{FinishMany, Many},
    composer::Composer,
    drafts::{Drafts, keep_drafts},
    rows::Rows,
    saved::SavedReplies,
    thread::{Bar, DeleteConversation, ThreadView},
};
use crate::features::conversations::{
    api::{load_conversations, load_saved_replies, load_thread},
    model::{STEP, Show as Shows, Thread},
    text,
};
use crate::kernel::{AppResult, ErrorCode, Lang, Uid, live::Change, permission::Right};
use crate::shell::{Can, Page, use_identity_uid};
use crate::ui::{
    ButtonLink, Empty, FilterToggle, Load, SearchBox, SendKey, Toasts, live::use_reload_on, loading,
    use_lang, use_page_request, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
    params::ParamsMap,
};

/// The name in the address of the conversation that is open.
const OPEN: &str = "c";

/// The query string with that conversation open; filter, search and page stay.
pub(super) fn query_with(query: &ParamsMap, conversation: Option<&Uid>) -> String {
    let mut out = query.clone();
    out.remove(OPEN);
    if let Some(uid) = conversation {
        out.insert(OPEN, uid.to_string());
    }
    out.to_query_string()
}

/// What the parts of the page share. Everything in it lives as long as the page.
#[derive(Clone, Copy)]
pub(super) struct Talk {
    /// The language of the page.
    pub lang: Lang,
    /// Where notices are sent to.
    pub toasts: Toasts,
    /// The identity of the address.
    pub identity: Memo<Option<Uid>>,
    /// The conversation of the address.
    pub open: Memo<Option<Uid>>,
    /// What is written, as yet unsent.
    pub draft: RwSignal<String>,
    /// Where that is kept.
    pub drafts: Drafts,
    /// So that nothing is sent twice.
    pub key: SendKey,
    /// The open conversation as it was loaded last.
    pub loaded: RwSignal<Option<Thread>>,
    /// How many messages are shown.
    pub most: RwSignal<u32>,
    /// What is searched in the open conversation.
    pub q: RwSignal<String>,
    /// Call it after a change.
    pub changed: Callback<()>,
    /// Shows the list alone.
    pub leave: Callback<()>,
    /// The dialog that asks before deleting.
    pub deleting: RwSignal<bool>,
    /// The dialog of saved replies.
    pub saved: RwSignal<bool>,
}

impl Talk {
    /// Identity and conversation, for a call.
    pub fn uids(&self) -> Option<(Uid, Uid)> {
        Some((self.identity.get_untracked()?, self.open.get_untracked()?))
    }

    /// Does a step and tells when it fails; afterwards everything is loaded again.
    pub fn act<F>(self, step: F)
    where
        F: Future<Output = AppResult<()>> + 'static,
    {
        spawn_local(async move {
            if let Err(error) = step.await {
                self.toasts.fail(error.text(self.lang));
            }
            self.changed.try_run(());
        });
    }
}

/// All conversations of the identity, and one of them.
#[component]
pub fn ConversationsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let location = use_location();
    let query = location.query;
    let open = Memo::new(move |_| query.with(|q| q.get_str(OPEN).and_then(|c| c.parse::<Uid>().ok())));
    let own = RwSignal::new(0_u32);
    let mine = move |change: &Change| match change {
        Change::Conversation { identity: of, uid } => identity
            .with_untracked(|i| i.as_ref() == Some(of))
            .then(|| uid.clone()),
        _ => None,
    };
    let any = use_reload_on(move |change| mine(change).is_some());
    let this = use_reload_on(move |change| {
        mine(change).is_some_and(|uid| uid.is_none() || uid == open.get_untracked())
    });
    let navigate = use_navigate();
    let pathname = location.pathname;
    let leave = Callback::new(move |()| {
        let query = query.with_untracked(|q| query_with(q, None));
        let options = NavigateOptions {
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&format!("{}{query}", pathname.get_untracked()), options);
    });
    let talk = Talk {
        lang,
        toasts: use_toasts(),
        identity,
        open,
        draft: RwSignal::new(String::new()),
        drafts: Drafts::own(),
        key: SendKey::fresh(),
        loaded: RwSignal::new(None),
        most: RwSignal::new(STEP),
        q: RwSignal::new(String::new()),
        changed: Callback::new(move |()| own.update(|n| *n += 1)),
        leave,
        deleting: RwSignal::new(false),
        saved: RwSignal::new(false),
    };
    keep_drafts(talk);
    look_again_on_focus(talk);
    let request = use_page_request();
    let list = loading(
        move || (identity.get(), request.get(), any.get(), own.get()),
        |(identity, request, ..)| async move {
            load_conversations(identity.ok_or(ErrorCode::NotFound)?, request).await
        },
    );
    let thread = loading(
        move || {
            (
                identity.get(),
                open.get(),
                talk.q.get(),
                talk.most.get(),
                this.get(),
                own.get(),
            )
        },
        |(identity, open, q, most, ..)| async move {
            match open {
                None => Ok(None),
                Some(open) => load_thread(identity.ok_or(ErrorCode::NotFound)?, open, q, most)
                    .await
                    .map(Some),
            }
        },
    );
    let saved_version = RwSignal::new(0_u32);
    let saved = loading(
        move || (identity.get(), saved_version.get()),
        |(identity, _)| async move { load_saved_replies(identity.ok_or(ErrorCode::NotFound)?).await },
    );
    let broadcast = Signal::derive(move || {
        let base = identity.get().map(|i| format!("/i/{i}/messages/new?broadcast=1"));
        base.unwrap_or_default()
    });
    let many = RwSignal::new(None::<Many>);
    let finishing = RwSignal::new(false);
    let ask = Callback::new(move |asked| {
        many.set(Some(asked));
        finishing.set(true);
    });
    view! {
        <Page title=text::conversations(lang).to_owned() class="">
            <div class="talks" class:talks-open=move || open.with(Option::is_some)>
                <section class="talks-list" aria-label=text::list(lang)>
                    <div class="grid gap-1 px-4 pt-4 pb-3">
                        <div class="flex flex-wrap items-center justify-between gap-2">
                            <h1>{text::conversations(lang)}</h1>
                            <Can right=Right::Send>
                                <ButtonLink href=broadcast icon="plus" small=true>
                                    {text::new_broadcast(lang)}
                                </ButtonLink>
                            </Can>
                        </div>
                        <p class="text-sm text-ink-2">{text::lede(lang)}</p>
                    </div>
                    <div class="toolbar">
                        <SearchBox label=text::search(lang) />
                        <div class="flex flex-wrap gap-1" role="group" aria-label=text::show(lang)>
                            <FilterToggle value="" label=text::show_open(lang) />
                            <FilterToggle value=Shows::Unread.code() label=text::show_unread(lang) />
                            <FilterToggle value=Shows::Mine.code() label=text::show_mine(lang) />
                            <FilterToggle value=Shows::Unassigned.code() label=text::show_unassigned(lang) />
                            <FilterToggle value=Shows::Done.code() label=text::show_done(lang) />
                            <FilterToggle value=Shows::All.code() label=text::show_all(lang) />
                        </div>
                    </div>
                    <Load resource=list rows=6 let:loaded>
                        <Rows loaded open ask />
                    </Load>
                </section>
                <div class="talks-thread">
                    // anew for each conversation: the search begins empty
                    {move || open.get().map(|_| view! { <Bar talk /> })}
                    <Load resource=thread let:loaded>
                        {match loaded {
                            None => {
                                view! {
                                    <div class="m-auto">
                                        <Empty
                                            icon="messages-square"
                                            title=text::choose(lang)
                                            text=text::choose_text(lang)
                                        />
                                    </div>
                                }
                                    .into_any()
                            }
                            Some(thread) => view! { <ThreadView thread talk /> }.into_any(),
                        }}
                    </Load>
                    <Show when=move || open.with(Option::is_some)>
                        <Composer talk />
                    </Show>
                </div>
            </div>
            <FinishMany talk many open=finishing />
            <DeleteConversation talk />
            <SavedReplies talk saved version=saved_version />
        </Page>
    }
}

/// Whoever comes back to the window reads what has come meanwhile.
fn look_again_on_focus(talk: Talk) {
    Effect::new(move || {
        let handle = window_event_listener(leptos::ev::focus, move |_| {
            let unread = talk
                .loaded
                .try_with_untracked(|t| t.as_ref().is_some_and(|t| t.row.unread > 0));
            if unread == Some(true) {
                talk.changed.try_run(());
            }
        });
        on_cleanup(move || handle.remove());
    });
}
