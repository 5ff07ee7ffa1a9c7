//! Deleting a list, bringing it back, and whether its replies are kept.
use super::list::Place;
use crate::features::lists::{
    api::{bring_list_back, drop_list, switch_list_replies},
    model::ListView,
    text,
};
use crate::kernel::{Lang, Uid};
use crate::ui::{Asked, Confirm, Switch, Toasts, use_lang, use_toasts};
use leptos::{prelude::*, task::spawn_local};

/// Asks before the list in `which` is deleted, deletes it, and offers to undo it; `done` is called after each step.
#[component]
pub fn DeleteList(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// The list; put one in and open it
    which: RwSignal<Option<ListView>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    done: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let asked = Asked::new(open);
    let name = Memo::new(move |_| which.with(|w| w.as_ref().map(|l| l.name.clone()).unwrap_or_default()));
    let members = Memo::new(move |_| which.with(|w| w.as_ref().map_or(0, |l| l.members)));
    let run = move |()| {
        let (Some(identity), Some(list)) = (identity.get_untracked(), which.get_untracked()) else {
            return;
        };
        asked.run(drop_list(identity.clone(), list.uid), move |list| {
            let words = text::deleted_toast(lang, &list.name);
            let undo = move || restore(toasts, lang, identity.clone(), list.uid.clone(), done);
            toasts.with_action(words, text::undo(lang), undo);
            done.try_run(());
        });
    };
    view! {
        <Confirm
            open
            name="delete-list"
            title=Signal::derive(move || text::delete_title(lang, &name.get()))
            body=Signal::derive(move || text::delete_body(lang, members.get()))
            verb=Signal::derive(move || text::delete_verb(lang, members.get()))
            danger=true
            busy=asked.busy
            error=asked.error
            confirm=run
        />
    }
}

/// Brings a deleted list back and says so. It also works when the page is gone meanwhile: a notice outlives it.
pub fn restore(toasts: Toasts, lang: Lang, identity: Uid, list: Uid, done: Callback<()>) {
    spawn_local(async move {
        match bring_list_back(identity, list).await {
            Ok(list) => toasts.ok(text::restored_toast(lang, &list.name)),
            Err(error) => toasts.fail(error.text(lang)),
        }
        done.try_run(());
    });
}

/// Whether replies of those who are on the list are kept, with the switch for whoever may change it.
#[component]
pub fn KeepReplies(
    /// The list's page
    place: Place,
    /// As it is
    on: bool,
    /// Whether the person may change it
    may: bool,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let switch = move |to: bool| {
        let Some((identity, list)) = place.uids() else {
            return;
        };
        spawn_local(async move {
            if let Err(error) = switch_list_replies(identity, list, to).await {
                toasts.fail(error.text(lang));
            }
            // also after an error: the switch stands as it is
            place.changed.try_run(());
        });
    };
    let words = match on {
        true => text::keep_replies_on(lang),
        false => text::keep_replies_off(lang),
    };
    view! {
        <div class="grid gap-1 mb-4 max-w-176">
            <Switch label=text::keep_replies(lang) on=Signal::stored(on) change=switch disabled=!may />
            <p class="text-sm text-ink-2">{words}</p>
        </div>
    }
}
