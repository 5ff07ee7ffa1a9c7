//! `/i/:identity/bots`
use super::{
    name::{NewBot, RenameBot},
    switch::{DeleteBot, restore},
};
use crate::features::bots::{
    api::load_bots,
    model::{BotState, BotView},
    text,
};
use crate::kernel::{ErrorCode, Page as Rows, Uid, i18n::number, live::Change, permission::Right};
use crate::shell::{Can, Page, PageHead, use_identity_uid, use_right};
use crate::ui::{
    Button, Empty, FilterToggle, IconButton, Load, Look, Pager, SearchBox, SortHeader, StateChip, Time,
    Variant, live::use_reload_on, loading, use_lang, use_page_request, use_toasts,
};
use leptos::prelude::*;

/// What can be done with a bot of the table.
#[derive(Clone, Copy)]
struct Steps {
    rename: Callback<BotView>,
    delete: Callback<BotView>,
    restore: Callback<Uid>,
}

/// All bots of the identity.
#[component]
pub fn BotsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let toasts = use_toasts();
    let live = use_reload_on(
        move |change| matches!(change, Change::Identity { uid } if identity.with_untracked(|i| i.as_ref() == Some(uid))),
    );
    let own = RwSignal::new(0_u32);
    let page = loading(
        move || (identity.get(), request.get(), live.get(), own.get()),
        |(identity, request, ..)| async move { load_bots(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let which = RwSignal::new(None::<BotView>);
    let (making, renaming, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let show = move |dialog: RwSignal<bool>| {
        Callback::new(move |bot| {
            which.set(Some(bot));
            dialog.set(true);
        })
    };
    let changed = Callback::new(move |()| own.update(|n| *n += 1));
    let steps = Steps {
        rename: show(renaming),
        delete: show(deleting),
        restore: Callback::new(move |bot| {
            if let Some(identity) = identity.get_untracked() {
                restore(toasts, lang, identity, bot, changed);
            }
        }),
    };
    view! {
        <Page title=text::bots(lang).to_owned()>
            <PageHead title=text::bots(lang).to_owned() lede=text::lede(lang).to_owned()>
                <Can right=Right::Bots>
                    <Button variant=Variant::Primary icon="plus" on:click=move |_| making.set(true)>
                        {text::new_bot(lang)}
                    </Button>
                </Can>
            </PageHead>
            <section class="card" aria-label=text::bots(lang)>
                <div class="toolbar">
                    <SearchBox label=text::search_bots(lang) />
                    <FilterToggle value=BotState::Deleted.code() label=text::only_deleted(lang) />
                </div>
                <Load resource=page let:loaded>
                    <Table loaded steps making />
                </Load>
            </section>
            <NewBot identity=identity.into() open=making />
            <RenameBot identity=identity.into() which open=renaming saved=changed />
            <DeleteBot identity=identity.into() which open=deleting done=changed />
        </Page>
    }
}

#[component]
fn Table(loaded: Rows<BotView>, steps: Steps, making: RwSignal<bool>) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    if loaded.items.is_empty() {
        let narrowed = request.with_untracked(|r| !r.q.is_empty() || !r.filter.is_empty());
        return match narrowed {
            true => view! { <Empty title=text::not_found_bots(lang) /> }.into_any(),
            false => view! {
                <Empty icon="bot" title=text::no_bots_title(lang) text=text::no_bots_text(lang)>
                    <Can right=Right::Bots>
                        <Button icon="plus" on:click=move |_| making.set(true)>
                            {text::new_bot(lang)}
                        </Button>
                    </Can>
                </Empty>
            }
            .into_any(),
        };
    }
    let rows = loaded
        .items
        .into_iter()
        .map(|bot| view! { <Row bot steps /> })
        .collect_view();
    view! {
        <table class="data data-stack">
            <thead>
                <tr>
                    <SortHeader name="name" label=text::name(lang) />
                    <th scope="col" class="end">
                        {text::column_commands(lang)}
                    </th>
                    <th scope="col" class="end">
                        {text::column_asked(lang)}
                    </th>
                    <SortHeader name="updated" label=text::updated(lang) />
                    <th scope="col">
                        <span class="sr">{text::actions(lang)}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        <Pager page=loaded.page size=loaded.size total=loaded.total label=text::pages_of_bots(lang) />
    }
    .into_any()
}

#[component]
fn Row(bot: BotView, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let may = use_right(Right::Bots);
    let uid = bot.uid.clone();
    let href = move || {
        format!(
            "/i/{}/bots/{uid}",
            identity.get().map(|i| i.to_string()).unwrap_or_default()
        )
    };
    // rows are still shown while the next ones load: what their buttons need must not end with their owner
    let (own, other) = (bot.clone(), bot.clone());
    let buttons = match bot.state {
        BotState::Active => view! {
            <IconButton
                icon="pencil"
                small=true
                label=text::rename(lang, &bot.name)
                on:click=move |_| steps.rename.run(own.clone())
            />
            <IconButton
                icon="trash-2"
                small=true
                label=text::delete(lang, &bot.name)
                on:click=move |_| steps.delete.run(other.clone())
            />
        }
        .into_any(),
        BotState::Deleted => view! {
            <IconButton
                icon="undo-2"
                small=true
                label=text::restore(lang, &bot.name)
                on:click=move |_| steps.restore.run(own.uid.clone())
            />
        }
        .into_any(),
    };
    let unpublished = bot.unpublished.then(|| {
        view! {
            <StateChip icon="pencil-line" word=text::unpublished(lang) look=Look::Info />
        }
    });
    view! {
        <tr>
            <th scope="row" class="wide">
                <span class="flex flex-wrap items-center gap-x-3 gap-y-1">
                    <a class="link-plain" href=href>
                        {bot.name.clone()}
                    </a>
                    {unpublished}
                </span>
            </th>
            <td class="end num" data-label=text::column_commands(lang)>
                {number(bot.commands)}
            </td>
            <td class="end num" data-label=text::column_asked(lang)>
                {number(bot.asked)}
            </td>
            <td class="text-ink-2" data-label=text::updated(lang)>
                <Time at=bot.updated_at />
            </td>
            <td class="end whitespace-nowrap">{may.get_untracked().then_some(buttons)}</td>
        </tr>
    }
}
