//! Above the chosen command: where it stands, how the work is kept, and publishing.
use super::{
    save::Saver,
    state::{Builder, PANE_COMMAND, PANE_PROBLEMS, PANE_STATISTICS, Saved},
    words::name_of,
};
use crate::features::bots::{
    api::{discard_bot_draft, publish_bot},
    model::{BotHead, Level},
    text,
};
use crate::kernel::{AppError, AppResult, ErrorCode, Uid};
use crate::ui::{Asked, Button, Confirm, Icon, Time, TimeStyle, Variant, use_lang, use_toasts};
use leptos::{prelude::*, task::spawn_local};

/// What the page does for its parts.
#[derive(Clone, Copy)]
pub struct Desk {
    /// The bot
    pub builder: Builder,
    /// Keeps it
    pub saver: Saver,
    /// Loads what the server has, whatever is here
    pub reload: Callback<()>,
}

/// The path, the state and the buttons.
#[component]
pub fn Head(desk: Desk) -> impl IntoView {
    let lang = use_lang();
    let builder = desk.builder;
    let path = Memo::new(move |_| {
        builder.chosen.with(|chosen| {
            builder.tree.with(|t| {
                let names = t.path(chosen).into_iter().map(|n| name_of(lang, t, &n.uid));
                names.collect::<Vec<_>>()
            })
        })
    });
    let crumbs = move || {
        let mut names = path.get();
        let last = names.pop().unwrap_or_default();
        // the start stands before everything: it is named only alone
        let above = names
            .into_iter()
            .skip(1)
            .map(|name| {
                view! {
                    <span class="text-ink-3 font-normal clip">{name}</span>
                    <Icon name="chevron-right" class="icon-sm text-ink-3" />
                }
            })
            .collect_view();
        view! {
            {above}
            <span class="clip">{last}</span>
        }
    };
    view! {
        <div class="flex flex-wrap items-center gap-x-3 gap-y-2 px-(--gutter) min-h-13 py-2 border-b border-line">
            <h2 class="flex-1 flex items-center gap-1.5 min-w-32">{crumbs}</h2>
            <SavedState builder />
            <Show when=move || builder.may.get()>
                <Publish desk />
            </Show>
        </div>
        <div class="px-(--gutter) py-2 border-b border-line">
            <Panes builder />
        </div>
        <Overtaken desk />
    }
}

#[component]
fn Panes(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let problems = Memo::new(move |_| {
        builder
            .findings
            .with(|all| all.iter().filter(|f| f.what.level() != Level::Note).count() as u64)
    });
    let button = move |value: &'static str, words: Signal<String>| {
        let pressed = move || (builder.pane.with(|p| p == value)).to_string();
        view! {
            <button type="button" aria-pressed=pressed on:click=move |_| builder.pane.set(value.to_owned())>
                {words}
            </button>
        }
    };
    view! {
        <span class="seg" role="group" aria-label=text::pane(lang)>
            {button(PANE_COMMAND, Signal::stored(text::pane_command(lang).to_owned()))}
            {button(PANE_PROBLEMS, Signal::derive(move || text::problems_n(lang, problems.get())))}
            {button(PANE_STATISTICS, Signal::stored(text::pane_statistics(lang).to_owned()))}
        </span>
    }
}

#[component]
fn SavedState(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let words = move || match builder.saved.get() {
        Saved::Nothing => ().into_any(),
        Saved::At(at) => view! {
            <Icon name="cloud-check" />
            <span>{text::saved(lang)} " " <Time at style=TimeStyle::Clock /></span>
        }
        .into_any(),
        Saved::Waiting | Saved::Saving => view! {
            <Icon name="cloud" />
            {text::saving(lang)}
        }
        .into_any(),
        Saved::Overtaken | Saved::Failed(_) => view! {
            <Icon name="triangle-alert" />
            {text::not_saved(lang)}
        }
        .into_any(),
    };
    let warn = move || {
        builder
            .saved
            .with(|s| matches!(s, Saved::Overtaken | Saved::Failed(_)))
    };
    view! {
        <span class="state text-xs" class:is-warn=warn role="status">
            {words}
        </span>
    }
}

/// Publishes, or leads to what keeps from it; and the way back.
#[component]
fn Publish(desk: Desk) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let builder = desk.builder;
    let asked = Asked::new(RwSignal::new(false));
    let busy = asked.busy;
    let wrong = Memo::new(move |_| {
        builder
            .findings
            .with(|all| all.iter().any(|f| f.what.level() == Level::Wrong))
    });
    let nothing = Signal::derive(move || builder.changed.get() == 0);
    let publish = move |_| {
        if wrong.get_untracked() {
            builder.pane.set(PANE_PROBLEMS.to_owned());
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let done = publish_now(desk).await;
            let _ = busy.try_set(false);
            match done {
                Ok(()) => toasts.ok(text::published_toast(lang)),
                // the banner says it
                Err(error) if error.code == ErrorCode::Changed => {}
                Err(error) => toasts.fail(error.text(lang)),
            }
        });
    };
    let discard = move |()| asked.run(discard_now(desk), |()| {});
    let words = move || match (builder.changed.get(), wrong.get()) {
        (0, _) => text::nothing_to_publish(lang).to_owned(),
        (_, true) => text::see_problems(lang).to_owned(),
        (n, false) => text::publish_n(lang, n),
    };
    view! {
        <Show when=move || !nothing.get()>
            <Button variant=Variant::Quiet small=true icon="undo-2" on:click=move |_| asked.open.set(true)>
                {text::discard(lang)}
            </Button>
        </Show>
        <Button variant=Variant::Primary small=true busy disabled=nothing on:click=publish>
            {words}
        </Button>
        <Confirm
            open=asked.open
            name="discard-bot"
            title=text::discard_title(lang).to_owned()
            body=text::discard_body(lang).to_owned()
            verb=Signal::derive(move || text::discard_n(lang, builder.changed.get()))
            danger=true
            busy
            error=asked.error
            confirm=discard
        />
    }
}

async fn publish_now(desk: Desk) -> Result<(), AppError> {
    desk.saver.flush().await?;
    let (identity, bot, version) = desk.seen()?;
    let done = publish_bot(identity.clone(), bot, version).await;
    desk.take(identity, done)
}

async fn discard_now(desk: Desk) -> Result<(), AppError> {
    desk.saver.flush().await?;
    let (identity, bot, version) = desk.seen()?;
    let done = discard_bot_draft(identity.clone(), bot, version).await;
    desk.take(identity, done)
}

impl Desk {
    /// Identity, bot and the version that is seen here.
    fn seen(self) -> Result<(Uid, Uid, u64), AppError> {
        let missing = || AppError::from(ErrorCode::NotFound);
        let (identity, bot) = self.builder.of().ok_or_else(missing)?;
        let version = self.builder.version.try_get_untracked().ok_or_else(missing)?;
        Ok((identity, bot, version))
    }

    /// Takes over what the server answers, if the bot still stands here.
    pub fn take(self, identity: Uid, done: AppResult<BotHead>) -> Result<(), AppError> {
        let head = done.inspect_err(|e| self.overtaken(e))?;
        if self.builder.of() == Some((identity.clone(), head.bot.uid.clone())) {
            self.builder.take(identity, head);
            self.saver.is_loaded();
        }
        Ok(())
    }

    fn overtaken(self, error: &AppError) {
        if error.code == ErrorCode::Changed {
            self.builder.saved.try_set(Saved::Overtaken);
        }
    }
}

/// What could not be saved: why, and what to do.
#[component]
fn Overtaken(desk: Desk) -> impl IntoView {
    let lang = use_lang();
    move || match desk.builder.saved.get() {
        Saved::Overtaken => view! {
            <div class="banner banner-warn rounded-none!" role="alert">
                <Icon name="triangle-alert" />
                <div>
                    <p class="font-medium">{text::changed_title(lang)}</p>
                    <p class="text-ink-2">{text::changed_text(lang)}</p>
                </div>
                <Button small=true on:click=move |_| desk.reload.run(())>
                    {text::load_newest(lang)}
                </Button>
            </div>
        }
        .into_any(),
        Saved::Failed(error) => {
            crate::ui::to_sign_in(&error);
            view! {
                <div class="banner banner-fail rounded-none!" role="alert">
                    <Icon name="circle-x" />
                    <div>
                        <b class="font-medium">{text::save_failed(lang)}</b>
                        " "
                        {error.text(lang)}
                    </div>
                    <Button small=true on:click=move |_| desk.saver.now()>
                        {text::save_again(lang)}
                    </Button>
                </div>
            }
            .into_any()
        }
        _ => ().into_any(),
    }
}
