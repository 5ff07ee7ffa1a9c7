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
use crate::kernel::{ErrorCode, Lang, i18n::number, permission::Right};
use crate::shell::{RowLink, RowSteps, TablePage, TableWords, use_changes, use_identity_uid};
use crate::ui::{
    Look, SortHeader, StateChip, Time, loading, open_about, use_lang, use_page_request, use_toasts,
};
use leptos::prelude::*;

/// What can be done with a bot of the table.
#[derive(Clone, Copy)]
struct Steps {
    rename: Callback<BotView>,
    delete: Callback<BotView>,
    restore: Callback<BotView>,
}

/// All bots of the identity.
#[component]
pub fn BotsPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let request = use_page_request();
    let toasts = use_toasts();
    let (version, changed) = use_changes();
    let found = loading(
        move || (identity.get(), request.get(), version.get()),
        |(identity, request, _)| async move { load_bots(identity.ok_or(ErrorCode::NotFound)?, request).await },
    );
    let which = RwSignal::new(None::<BotView>);
    let (making, renaming, deleting) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let steps = Steps {
        rename: open_about(which, renaming),
        delete: open_about(which, deleting),
        restore: Callback::new(move |bot: BotView| {
            if let Some(identity) = identity.get_untracked() {
                restore(toasts, lang, identity, bot.uid, changed);
            }
        }),
    };
    let head = move || {
        view! {
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
        }
    };
    let row = move |bot| view! { <Row bot steps /> };
    view! {
        <TablePage
            words=words(lang)
            icon="bot"
            right=Right::Bots
            deleted=BotState::Deleted.code()
            found
            making
            head
            row
        >
            <NewBot identity=identity.into() open=making />
            <RenameBot identity=identity.into() which open=renaming saved=changed />
            <DeleteBot identity=identity.into() which open=deleting done=changed />
        </TablePage>
    }
}

const fn words(lang: Lang) -> TableWords {
    TableWords {
        title: text::bots(lang),
        lede: text::lede(lang),
        new: text::new_bot(lang),
        search: text::search_bots(lang),
        only_deleted: text::only_deleted(lang),
        not_found: text::not_found_bots(lang),
        none_title: text::no_bots_title(lang),
        none_text: text::no_bots_text(lang),
        pages: text::pages_of_bots(lang),
    }
}

#[component]
fn Row(bot: BotView, steps: Steps) -> impl IntoView {
    let lang = use_lang();
    let buttons = match bot.state {
        BotState::Active => vec![
            ("pencil", text::rename(lang, &bot.name), steps.rename),
            ("trash-2", text::delete(lang, &bot.name), steps.delete),
        ],
        BotState::Deleted => vec![("undo-2", text::restore(lang, &bot.name), steps.restore)],
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
                    <RowLink part="bots" uid=bot.uid.clone() name=bot.name.clone() />
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
            <RowSteps of=bot right=Right::Bots steps=buttons />
        </tr>
    }
}
