//! The dialogs that ask for a bot's name.
use crate::features::bots::{
    api::{MakeBot, SaveBotName},
    model::{BotInput, BotView},
    text,
};
use crate::kernel::{ErrorCode, Uid};
use crate::ui::{NameDialog, use_lang};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// Makes a bot and goes there.
#[component]
pub fn NewBot(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// Whether it is open
    open: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let navigate = use_navigate();
    let call = move |name| {
        let input = BotInput { name }.validate()?;
        let identity = identity.get_untracked().ok_or(ErrorCode::NotFound)?;
        Ok(MakeBot { identity, input })
    };
    let done = move |bot: BotView| {
        if let Some(identity) = identity.get_untracked() {
            navigate(&format!("/i/{identity}/bots/{}", bot.uid), Default::default());
        }
    };
    let field = (text::name(lang), text::name_help(lang));
    let title = text::new_bot(lang).to_owned();
    view! { <NameDialog open name="new-bot" title field verb=text::create(lang) call done /> }
}

/// Renames the bot in `which`; `saved` is called after it.
#[component]
pub fn RenameBot(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// The bot; put one in and open it
    which: RwSignal<Option<BotView>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    saved: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let before =
        Signal::derive(move || which.with(|w| w.as_ref().map(|w| w.name.clone()).unwrap_or_default()));
    let call = move |name| {
        let input = BotInput { name }.validate()?;
        let missing = ErrorCode::NotFound;
        let identity = identity.get_untracked().ok_or(missing.clone())?;
        let bot = which.get_untracked().ok_or(missing)?.uid;
        Ok(SaveBotName { identity, bot, input })
    };
    let done = move |_| saved.run(());
    let field = (text::name(lang), text::name_help(lang));
    let title = Signal::derive(move || text::rename(lang, &before.get()));
    view! { <NameDialog open name="rename-bot" title before field verb=text::save(lang) call done /> }
}
