//! `/i/:identity/bots/:bot`: the tree at the left, the chosen command in the middle, a dialogue at the right.
use super::{
    head::{Desk, Head},
    inspector::Inspector,
    name::RenameBot,
    problems::Problems,
    save::Saver,
    simulate::Simulation,
    state::{Builder, PANE_COMMAND, PANE_PROBLEMS, PANE_STATISTICS, PART_EDIT, PART_TREE, PART_TRY},
    statistics::StatisticsPane,
    switch::{DeleteBot, restore},
    transfer::Transfer,
    tree::CommandTree,
};
use crate::features::bots::{
    api::load_bot,
    model::{BotHead, BotState, BotView},
    text,
};
use crate::kernel::{ErrorCode, Lang, Uid, live::Change, permission::Right};
use crate::shell::{Can, Page, use_identity_uid, use_right};
use crate::ui::{
    Banner, Button, IconButton, Load, Look, StateChip, Toasts, Tone, live::use_live, loading, open_about,
    use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::hooks::use_params_map;

/// One bot.
#[component]
pub fn BotPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let params = use_params_map();
    let bot = Memo::new(move |_| params.with(|p| p.get_str("bot")?.parse::<Uid>().ok()));
    let toasts = use_toasts();
    let builder = Builder::new(use_right(Right::Bots));
    let saver = Saver::start(builder);
    let desk = Desk {
        builder,
        saver,
        reload: Callback::new(move |()| reload(builder, saver, toasts, lang)),
    };
    follow(desk);
    Effect::new(move |_| {
        // another bot comes here by the browser's way back: what is not saved yet belongs to the one before
        if bot.get() != builder.of().map(|(_, bot)| bot) && saver.is_dirty() {
            saver.now();
        }
    });
    let head = loading(
        move || (identity.get(), bot.get()),
        |(identity, bot)| async move {
            let missing = ErrorCode::NotFound;
            load_bot(identity.ok_or(missing.clone())?, bot.ok_or(missing)?).await
        },
    );
    let which = RwSignal::new(None::<BotView>);
    let (renaming, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let title = Signal::derive(move || {
        let name = builder.frame.with(|f| f.bot().map(|b| b.name.clone()));
        name.unwrap_or_else(|| text::bots(lang).to_owned())
    });
    let bots = identity.get_untracked().map(|i| format!("/i/{i}/bots"));
    let trail = bots.map(|href| (text::bots(lang).to_owned(), href));
    let doors = Doors {
        rename: open_about(which, renaming),
        delete: open_about(which, deleting),
    };
    view! {
        <Page title trail=trail.into_iter().collect() class="">
            <Load resource=head rows=8 let:head>
                <Whole desk identity head doors />
            </Load>
            <RenameBot identity=identity.into() which open=renaming saved=desk.reload />
            <DeleteBot identity=identity.into() which open=deleting done=desk.reload />
        </Page>
    }
}

/// The dialogs of the page.
#[derive(Clone, Copy)]
struct Doors {
    rename: Callback<BotView>,
    delete: Callback<BotView>,
}

/// Loads what the server has in place of what is here.
fn reload(builder: Builder, saver: Saver, toasts: Toasts, lang: Lang) {
    let Some((identity, bot)) = builder.of() else {
        return;
    };
    spawn_local(async move {
        match load_bot(identity.clone(), bot.clone()).await {
            Ok(head) if builder.of().as_ref() == Some(&(identity.clone(), bot)) => {
                builder.take(identity, head);
                saver.is_loaded();
            }
            Ok(_) => {}
            Err(error) => toasts.fail(error.text(lang)),
        }
    });
}

/// What others do shows here, unless there is own work that is not saved: then saving tells.
fn follow(desk: Desk) {
    let idle = move || !desk.saver.is_dirty() && !desk.saver.is_busy();
    use_live(move |change| {
        let Change::Bot { uid } = change else { return };
        let Some((identity, bot)) = desk.builder.of().filter(|(_, bot)| *bot == uid) else {
            return;
        };
        spawn_local(async move {
            if !idle() {
                return;
            }
            let Ok(head) = load_bot(identity.clone(), bot).await else {
                return;
            };
            let seen = desk.builder.version.try_get_untracked();
            // own work changes what else is known of it
            let about = |bot: &BotView| (bot.name.clone(), bot.state);
            let renamed = desk
                .builder
                .frame
                .try_with_untracked(|f| f.bot().map(about) != Some(about(&head.bot)));
            let news = seen.is_some_and(|v| v < head.version) || renamed == Some(true);
            if news && idle() {
                let _ = desk.take(identity, Ok(head));
            }
        });
    });
}

/// Everything below the bar.
#[component]
fn Whole(desk: Desk, identity: Memo<Option<Uid>>, head: BotHead, doors: Doors) -> impl IntoView {
    let lang = use_lang();
    let builder = desk.builder;
    if let Some(identity) = identity.get_untracked() {
        builder.take(identity, head);
        desk.saver.is_loaded();
    }
    let hidden = move |part: &'static str| move || builder.part.with(|p| p != part);
    view! {
        <Parts builder />
        <Notices desk />
        <div class="grid grid-cols-1 lg:grid-cols-[18rem_minmax(0,1fr)_23rem] lg:items-stretch">
            <section
                class="min-w-0 border-r border-line flex flex-col max-lg:border-r-0 max-lg:border-b lg:sticky lg:top-13 lg:h-[calc(100dvh-3.25rem)]"
                class:max-lg:hidden=hidden(PART_TREE)
                aria-labelledby="bot-name"
            >
                <TreeHead builder doors />
                <CommandTree builder />
                <div class="px-2 py-2 border-t border-line flex flex-wrap gap-1">
                    <Transfer builder />
                </div>
            </section>
            <section
                class="min-w-0 flex flex-col"
                class:max-lg:hidden=hidden(PART_EDIT)
                aria-label=text::part_edit(lang)
            >
                <Head desk />
                <Middle builder />
            </section>
            <aside
                class="bg-sunken border-l border-line p-5 grid content-start gap-4 max-lg:border-l-0 lg:sticky lg:top-13 lg:h-[calc(100dvh-3.25rem)] lg:overflow-y-auto"
                class:max-lg:hidden=hidden(PART_TRY)
                aria-label=text::try_it(lang)
            >
                <Simulation builder />
            </aside>
        </div>
    }
}

/// The chosen pane. Each has elements of its own.
#[component]
fn Middle(builder: Builder) -> impl IntoView {
    let is = move |pane: &'static str| builder.pane.with(|p| p == pane);
    view! {
        <Show when=move || is(PANE_COMMAND)>
            <Inspector builder />
        </Show>
        <Show when=move || is(PANE_PROBLEMS)>
            <Problems builder />
        </Show>
        <Show when=move || is(PANE_STATISTICS)>
            <StatisticsPane builder />
        </Show>
    }
}

/// Tree, command or dialogue, where there is no place for all.
#[component]
fn Parts(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let button = move |part: &'static str, words: &'static str| {
        let pressed = move || builder.part.with(|p| p == part).to_string();
        view! {
            <button type="button" aria-pressed=pressed on:click=move |_| builder.part.set(part.to_owned())>
                {words}
            </button>
        }
    };
    view! {
        <div class="lg:hidden px-(--gutter) py-2 border-b border-line">
            <span class="seg" role="group" aria-label=text::parts(lang)>
                {button(PART_TREE, text::part_tree(lang))}
                {button(PART_EDIT, text::part_edit(lang))}
                {button(PART_TRY, text::part_try(lang))}
            </span>
        </div>
    }
}

/// Why nothing can be changed.
#[component]
fn Notices(desk: Desk) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let may = use_right(Right::Bots);
    let deleted = Memo::new(move |_| {
        let state = desk.builder.frame.with(|f| f.bot().map(|b| b.state));
        state == Some(BotState::Deleted)
    });
    let back = move |_| {
        if let Some((identity, bot)) = desk.builder.of() {
            restore(toasts, lang, identity, bot, desk.reload);
        }
    };
    let actions = move || {
        view! {
            <Can right=Right::Bots>
                <Button small=true icon="undo-2" on:click=back>
                    {text::restore_bot(lang)}
                </Button>
            </Can>
        }
    };
    view! {
        <Show when=move || deleted.get()>
            <div class="p-(--gutter)">
                <Banner tone=Tone::Warn actions=actions>
                    <p>{text::is_deleted(lang)}</p>
                </Banner>
            </div>
        </Show>
        <Show when=move || !deleted.get() && !may.get()>
            <div class="p-(--gutter)">
                <Banner tone=Tone::Plain icon="eye">
                    <p>{text::only_see(lang)}</p>
                </Banner>
            </div>
        </Show>
    }
}

/// Name, state, and what can be done with the bot as a whole.
#[component]
fn TreeHead(builder: Builder, doors: Doors) -> impl IntoView {
    let lang = use_lang();
    let bot = move || builder.frame.with_untracked(|f| f.bot().cloned());
    let name = Memo::new(move |_| {
        let name = builder.frame.with(|f| f.bot().map(|b| b.name.clone()));
        name.unwrap_or_default()
    });
    let active = Memo::new(move |_| {
        let state = builder.frame.with(|f| f.bot().map(|b| b.state));
        state != Some(BotState::Deleted)
    });
    let run = move |door: Callback<BotView>| {
        if let Some(bot) = bot() {
            door.run(bot);
        }
    };
    let deleted = move || {
        view! { <StateChip icon="trash-2" word=text::deleted(lang) look=Look::Warn chip=true /> }
    };
    view! {
        <div class="flex items-center gap-2 px-4 h-13 border-b border-line">
            <h1 class="text-base flex-1 clip" id="bot-name">
                {name}
            </h1>
            <Show when=move || active.get() fallback=deleted>
                <StateChip icon="check" word=text::active(lang) look=Look::Ok chip=true />
            </Show>
            <Show when=move || builder.may.get()>
                <IconButton
                    icon="pencil"
                    small=true
                    label=Signal::derive(move || text::rename(lang, &name.get()))
                    on:click=move |_| run(doors.rename)
                />
                <IconButton
                    icon="trash-2"
                    small=true
                    label=Signal::derive(move || text::delete(lang, &name.get()))
                    on:click=move |_| run(doors.delete)
                />
            </Show>
        </div>
    }
}
