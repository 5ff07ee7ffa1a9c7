//! The list of conversations.
use super::{bulk::Many, page::query_with};
use crate::features::conversations::{
    model::{ConversationRow, ConversationState, ConversationsPage, Show as Shows},
    text,
};
use crate::kernel::{Uid, i18n::number};
use crate::ui::{
    Avatar, AvatarSize, Button, ButtonLink, Empty, Icon, Pager, Tid, Time, Variant, use_lang,
    use_page_request,
};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// A page of them, and the step for all that the filter shows.
#[component]
pub(super) fn Rows(
    /// What came
    loaded: ConversationsPage,
    /// The one that is open
    open: Memo<Option<Uid>>,
    /// Asks before many are marked as done
    ask: Callback<Many>,
) -> impl IntoView {
    let lang = use_lang();
    let request = use_page_request();
    let (filter, q) = request.with_untracked(|r| (r.filter.clone(), r.q.clone()));
    let page = loaded.page;
    if page.items.is_empty() {
        let narrowed = !filter.is_empty() || !q.is_empty();
        return match (narrowed, loaded.taking) {
            (true, _) => view! { <Empty title=text::all_done(lang) text=text::all_done_text(lang) /> }.into_any(),
            (false, true) => view! {
                <Empty icon="messages-square" title=text::nothing_yet(lang) text=text::nothing_yet_text(lang) />
            }
            .into_any(),
            (false, false) => view! {
                <Empty icon="messages-square" title=text::nothing_yet(lang) text=text::nothing_taken_text(lang)>
                    <ButtonLink href="lists">{text::to_lists(lang)}</ButtonLink>
                </Empty>
            }
            .into_any(),
        };
    }
    let shows = Shows::of(&filter);
    let finish = (!matches!(shows, Shows::Done | Shows::All)).then(|| {
        let many = Many {
            total: page.total,
            filter,
            q,
            as_of: loaded.as_of,
        };
        view! {
            <div class="flex justify-end px-2 py-1 border-b border-line">
                <Button small=true variant=Variant::Quiet icon="check-check" on:click=move |_| ask.run(many.clone())>
                    {text::finish(lang, number(page.total))}
                </Button>
            </div>
        }
    });
    let rows = page
        .items
        .into_iter()
        .map(|row| view! { <Row row open /> })
        .collect_view();
    view! {
        {finish}
        <ul>{rows}</ul>
        <Pager page=page.page size=page.size total=page.total label=text::pages(lang) />
    }
    .into_any()
}

#[component]
fn Row(row: ConversationRow, open: Memo<Option<Uid>>) -> impl IntoView {
    let lang = use_lang();
    let location = use_location();
    let (uid, own) = (row.uid.clone(), row.uid.clone());
    let href = move || {
        let query = location.query.with(|query| query_with(query, Some(&uid)));
        format!("{}{query}", location.pathname.get())
    };
    let here = move || (open.try_get().flatten().as_ref() == Some(&own)).then_some("true");
    let (name, named) = (row.shown(), !row.name.is_empty());
    let unread = (row.unread > 0).then(|| {
        view! {
            <span class="talk-new num">
                <span class="sr">{text::unread_mark(lang, number(row.unread))}</span>
                <span aria-hidden="true">{number(row.unread)}</span>
            </span>
        }
    });
    let ours = row.preview_is_ours.then(|| text::you(lang));
    let done = (row.state == ConversationState::Done).then(|| {
        view! {
            <span class="inline-flex items-center gap-1">
                <Icon name="check" class="icon-sm" />
                {text::done(lang)}
            </span>
        }
    });
    let assigned = row.assigned.map(|who| {
        view! {
            <span class="inline-flex items-center gap-1 min-w-0">
                <Icon name="user-round" class="icon-sm" />
                <span class="sr">{text::assigned_to(lang)}</span>
                <span class="clip">{who.name}</span>
            </span>
        }
    });
    view! {
        <li class="border-b border-line">
            <a class="talk" href=href aria-current=here>
                <Avatar name=name.clone() size=AvatarSize::Normal />
                <span class="min-w-0 flex-1 grid gap-0.5">
                    <span class="flex items-baseline gap-2">
                        <span class="clip font-medium" class:tid=!named>{name}</span>
                        <span class="meta ml-auto">
                            <Time at=row.last_at />
                        </span>
                    </span>
                    <span class="flex items-center gap-2">
                        <span class="clip flex-1 text-sm text-ink-2" dir="auto">{ours}{row.preview}</span>
                        {unread}
                    </span>
                    <span class="meta flex items-center gap-3">
                        {named.then(|| view! { <Tid id=row.threema_id /> })} {assigned} {done}
                    </span>
                </span>
            </a>
        </li>
    }
}
