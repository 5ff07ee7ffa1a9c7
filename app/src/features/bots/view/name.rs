//! The dialogs that ask for a bot's name.
use crate::features::bots::{
    api::{MakeBot, SaveBotName},
    model::{BotInput, BotView},
    text,
};
use crate::kernel::Uid;
use crate::ui::{Button, Dialog, Form, Submit, TextField, use_lang};
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
    let make = ServerAction::<MakeBot>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let (Some(Ok(bot)), Some(identity)) = (make.value().get(), identity.get_untracked()) {
            open.set(false);
            navigate(&format!("/i/{identity}/bots/{}", bot.uid), Default::default());
        }
    });
    view! {
        <Dialog open name="new-bot" title=text::new_bot(lang).to_owned()>
            {move || {
                let name = RwSignal::new(String::new());
                let submit = move || {
                    let input = BotInput { name: name.get_untracked() }.validate()?;
                    let identity = identity.get_untracked().ok_or(crate::kernel::ErrorCode::NotFound)?;
                    Ok(MakeBot { identity, input })
                };
                view! {
                    <Form action=make submit class="contents">
                        <NameFields name open verb=text::create(lang) />
                    </Form>
                }
            }}
        </Dialog>
    }
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
    let save = ServerAction::<SaveBotName>::new();
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            open.set(false);
            saved.run(());
        }
    });
    let title = Signal::derive(move || {
        let name = which.with(|w| w.as_ref().map(|l| l.name.clone()));
        text::rename(lang, &name.unwrap_or_default())
    });
    view! {
        <Dialog open name="rename-bot" title>
            {move || {
                let bot = which.get_untracked();
                let name = RwSignal::new(bot.as_ref().map(|l| l.name.clone()).unwrap_or_default());
                let submit = move || {
                    let input = BotInput { name: name.get_untracked() }.validate()?;
                    let missing = crate::kernel::ErrorCode::NotFound;
                    let identity = identity.get_untracked().ok_or(missing.clone())?;
                    let bot = bot.as_ref().map(|l| l.uid.clone()).ok_or(missing)?;
                    Ok(SaveBotName { identity, bot, input })
                };
                view! {
                    <Form action=save submit class="contents">
                        <NameFields name open verb=text::save(lang) />
                    </Form>
                }
            }}
        </Dialog>
    }
}

#[component]
fn NameFields(name: RwSignal<String>, open: RwSignal<bool>, verb: &'static str) -> impl IntoView {
    let lang = use_lang();
    view! {
        <div class="dialog-body">
            <TextField name="name" label=text::name(lang) help=text::name_help(lang) bind=name autofocus=true />
        </div>
        <div class="dialog-foot">
            <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
            <Submit>{verb}</Submit>
        </div>
    }
}
