//! Marking many conversations as done.
use super::page::Talk;
use crate::features::conversations::{
    api::{finish_conversations, reopen_conversations},
    model, text,
};
use crate::kernel::{AppError, Lang, Timestamp, Uid, i18n::number};
use crate::ui::{Confirm, Toasts, use_lang, use_toasts};
use leptos::{prelude::*, task::spawn_local};

/// What the page has shown when somebody wants to mark all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Many {
    /// How many there were.
    pub total: u64,
    /// The filter.
    pub filter: String,
    /// The search.
    pub q: String,
    /// When that was.
    pub as_of: Timestamp,
}

/// Asks before those in `many` are marked as done, and offers to undo it.
#[component]
pub(super) fn FinishMany(
    /// The page
    talk: Talk,
    /// Put them in and open it
    many: RwSignal<Option<Many>>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let total = Memo::new(move |_| many.with(|m| m.as_ref().map_or(0, |m| m.total)));
    let run = move |()| {
        let (Some(identity), Some(asked)) = (talk.identity.get_untracked(), many.get_untracked()) else {
            return;
        };
        let input = model::Many {
            filter: asked.filter,
            q: asked.q,
            as_of: asked.as_of,
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let finished = finish_conversations(identity.clone(), input).await;
            let _ = busy.try_set(false);
            match finished {
                Ok(finished) => {
                    let _ = open.try_set(false);
                    let back = move || {
                        reopen(toasts, lang, talk, identity.clone(), finished.at);
                    };
                    toasts.with_action(text::finished(lang, finished.count), text::undo(lang), back);
                    talk.changed.try_run(());
                }
                Err(e) => drop(error.try_set(Some(e))),
            }
        });
    };
    let title = move || match total.get() {
        1 => text::finish_title_one(lang).to_owned(),
        n => text::finish_title(lang, number(n)),
    };
    view! {
        <Confirm
            open
            name="finish-conversations"
            title=Signal::derive(title)
            body=Signal::stored(text::finish_body(lang).to_owned())
            verb=Signal::derive(move || text::finish(lang, number(total.get())))
            busy
            error
            confirm=run
        />
    }
}

fn reopen(toasts: Toasts, lang: Lang, talk: Talk, identity: Uid, at: Timestamp) {
    spawn_local(async move {
        match reopen_conversations(identity, at).await {
            Ok(n) => toasts.ok(text::reopened(lang, n)),
            Err(error) => toasts.fail(error.text(lang)),
        }
        talk.changed.try_run(());
    });
}
