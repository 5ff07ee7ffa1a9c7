//! `/i/:identity/bots/:bot`: the tree at the left, the chosen command in the middle, a dialogue at the right.
use super::{
    head::{Desk, Head},
    inspector::Inspector,
    name::RenameBot,
    problems::Problems,
    save::Saver,
    simulate::Simulation,
    state::{Builder, PANE_PROBLEMS, PANE_STATISTICS, PART_EDIT, PART_TREE, PART_TRY},
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
use crate::kernel::{ErrorCode, Uid, live::Change, permission::Right};
use crate::shell::{Page, use_identity_uid, use_right};
use crate::ui::{
    Banner, Button, IconButton, Load, Look, StateChip, Tone, live::use_live, loading, use_lang, use_toasts,
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
    let turn = RwSignal::new(0_u32);
    let builder = Builder::new(use_right(Right::Bots));
    let saver = Saver::start(builder, identity, bot);
    let desk = Desk {
        builder,
        saver,
        identity,
        bot,
        reload: Callback::new(move |()| turn.update(|t| *t += 1)),
    };
    follow(desk);
    let head = loading(
        move || (identity.get(), bot.get(), turn.get()),
        |(identity, bot, _)| async move {
            let missing = ErrorCode::NotFound;
            load_bot(identity.ok_or(missing.clone())?, bot.ok_or(missing)?).await
        },
    );
    let which = RwSignal::new(None::<BotView>);
    let (renaming, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let title = Signal::derive(move || match builder.frame.with(|f| f.name.clone()) {
        name if name.is_empty() => text::bots(lang).to_owned(),
        name => name,
    });
    let bots = identity.get_untracked().map(|i| format!("/i/{i}/bots"));
    let trail = bots.map(|href| (text::bots(lang).to_owned(), href));
    let ask = move |bot: BotView, dialog: RwSignal<bool>| {
        which.set(Some(bot));
        dialog.set(true);
    };
    let ask = Doors {
        rename: Callback::new(move |bot| ask(bot, renaming)),
        delete: Callback::new(move |bot| ask(bot, deleting)),
    };
    view! {
        <Page title trail=trail.into_iter().collect() class="">
            <Load resource=head rows=8 let:head>
                <Whole desk head doors=ask />
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

/// What others do shows here, unless there is own work that is not saved: then saving tells.
fn follow(desk: Desk) {
    use_live(move |change| {
        let Change::Bot { uid } = change else { return };
        if desk.bot.get_untracked().as_ref() != Some(&uid) || desk.saver.is_dirty() || desk.saver.is_busy() {
            return;
        }
        let Some(identity) = desk.identity.get_untracked() else {
            return;
        };
        spawn_local(async move {
            let Ok(head) = load_bot(identity, uid).await else {
                return;
            };
            let same = desk.bot.try_get_untracked().flatten().as_ref() == Some(&head.bot.uid);
            let news = desk
                .builder
                .version
                .try_get_untracked()
                .is_some_and(|v| v < head.version);
            if same && news && !desk.saver.is_dirty() && !desk.saver.is_busy() {
                desk.builder.take(head);
                desk.saver.is_loaded();
            }
        });
    });
}

/// Everything below the bar.
#[component]
fn Whole(desk: Desk, head: BotHead, doors: Doors) -> impl IntoView {
    let builder = desk.builder;
    let view = head.bot.clone();
    builder.take(head);
    desk.saver.is_loaded();
    let hidden = move |part: &'static str| move || builder.part.with(|p| p != part);
    view! {
        <Parts builder />
        <Notices desk bot=view.clone() />
        <div class="grid grid-cols-1 lg:grid-cols-[18rem_minmax(0,1fr)_23rem] lg:items-stretch">
            <section
                class="min-w-0 border-r border-line flex flex-col max-lg:border-r-0 max-lg:border-b lg:sticky lg:top-13 lg:h-[calc(100dvh-3.25rem)]"
                class:max-lg:hidden=hidden(PART_TREE)
                aria-labelledby="bot-name"
            >
                <TreeHead builder bot=view doors />
                <CommandTree builder />
                <div class="px-2 py-2 border-t border-line flex flex-wrap gap-1">
                    <Transfer builder />
                </div>
            </section>
            <section class="min-w-0 flex flex-col" class:max-lg:hidden=hidden(PART_EDIT)>
                <Head desk />
                {move || match builder.pane.get().as_str() {
                    PANE_PROBLEMS => view! { <Problems builder /> }.into_any(),
                    PANE_STATISTICS => view! { <StatisticsPane builder /> }.into_any(),
                    _ => view! { <Inspector builder /> }.into_any(),
                }}
            </section>
            <aside
                class="bg-sunken border-l border-line p-5 grid content-start gap-4 max-lg:border-l-0 lg:sticky lg:top-13 lg:h-[calc(100dvh-3.25rem)] lg:overflow-y-auto"
                class:max-lg:hidden=hidden(PART_TRY)
                aria-label=lang_label()
            >
                <Simulation builder />
            </aside>
        </div>
    }
}

fn lang_label() -> &'static str {
    text::try_it(use_lang())
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

#[component]
fn Notices(desk: Desk, bot: BotView) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let may = use_right(Right::Bots);
    let deleted = bot.state == BotState::Deleted;
    let back = move |_| {
        if let Some(identity) = desk.identity.get_untracked() {
            restore(toasts, lang, identity, bot.uid.clone(), desk.reload);
        }
    };
    let actions = move || {
        let back = back.clone();
        may.get_untracked().then(|| {
            view! {
                <Button small=true icon="undo-2" on:click=back>
                    {text::restore_bot(lang)}
                </Button>
            }
        })
    };
    match (deleted, may.get_untracked()) {
        (true, _) => view! {
            <div class="p-(--gutter)">
                <Banner tone=Tone::Warn actions>
                    <p>{text::is_deleted(lang)}</p>
                </Banner>
            </div>
        }
        .into_any(),
        (false, false) => view! {
            <div class="p-(--gutter)">
                <Banner tone=Tone::Plain icon="eye">
                    <p>{text::only_see(lang)}</p>
                </Banner>
            </div>
        }
        .into_any(),
        _ => ().into_any(),
    }
}

#[component]
fn TreeHead(builder: Builder, bot: BotView, doors: Doors) -> impl IntoView {
    let lang = use_lang();
    let name = bot.name.clone();
    let (icon, word, look) = match bot.state {
        BotState::Active => ("check", text::active(lang), Look::Ok),
        BotState::Deleted => ("trash-2", text::deleted(lang), Look::Warn),
    };
    let (to_rename, to_delete) = (bot.clone(), bot);
    let (rename, delete) = (text::rename(lang, &name), text::delete(lang, &name));
    // rename and delete name what they change, also while the page loads again
    let buttons = move || {
        let (to_rename, to_delete) = (to_rename.clone(), to_delete.clone());
        builder.may.get().then(|| {
            view! {
                <IconButton
                    icon="pencil"
                    small=true
                    label=rename.clone()
                    on:click=move |_| doors.rename.run(to_rename.clone())
                />
                <IconButton
                    icon="trash-2"
                    small=true
                    label=delete.clone()
                    on:click=move |_| doors.delete.run(to_delete.clone())
                />
            }
        })
    };
    view! {
        <div class="flex items-center gap-2 px-4 h-13 border-b border-line">
            <h1 class="text-base flex-1 clip" id="bot-name">
                {name}
            </h1>
            <StateChip icon word=word look chip=true />
            {buttons}
        </div>
    }
}
