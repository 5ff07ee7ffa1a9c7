//! Deleting a bot, and bringing it back.
use crate::features::bots::{
    api::{bring_bot_back, drop_bot},
    model::BotView,
    text,
};
use crate::kernel::{Lang, Uid};
use crate::ui::{Asked, Confirm, Toasts, use_lang, use_toasts};
use leptos::{prelude::*, task::spawn_local};

/// Asks before the bot in `which` is deleted, deletes it, and offers to undo it; `done` is called after each step.
#[component]
pub fn DeleteBot(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// The bot; put one in and open it
    which: RwSignal<Option<BotView>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    done: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let asked = Asked::new(open);
    let name = Memo::new(move |_| which.with(|w| w.as_ref().map(|l| l.name.clone()).unwrap_or_default()));
    let commands = Memo::new(move |_| which.with(|w| w.as_ref().map_or(0, |l| l.commands)));
    let run = move |()| {
        let (Some(identity), Some(bot)) = (identity.get_untracked(), which.get_untracked()) else {
            return;
        };
        asked.run(drop_bot(identity.clone(), bot.uid), move |bot| {
            let words = text::deleted_toast(lang, &bot.name);
            let undo = move || restore(toasts, lang, identity.clone(), bot.uid.clone(), done);
            toasts.with_action(words, text::undo(lang), undo);
            done.try_run(());
        });
    };
    view! {
        <Confirm
            open
            name="delete-bot"
            title=Signal::derive(move || text::delete_title(lang, &name.get()))
            body=Signal::derive(move || text::delete_body(lang, commands.get()))
            verb=Signal::derive(move || text::delete_verb(lang).to_owned())
            danger=true
            busy=asked.busy
            error=asked.error
            confirm=run
        />
    }
}

/// Brings a deleted bot back and says so. It also works when the page is gone meanwhile: a notice outlives it.
pub fn restore(toasts: Toasts, lang: Lang, identity: Uid, bot: Uid, done: Callback<()>) {
    spawn_local(async move {
        match bring_bot_back(identity, bot).await {
            Ok(bot) => toasts.ok(text::restored_toast(lang, &bot.name)),
            Err(error) => toasts.fail(error.text(lang)),
        }
        done.try_run(());
    });
}
