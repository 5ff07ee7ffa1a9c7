//! `/i/:identity/groups/:group`: the chat at the left, state and members at the right; on small windows one of them.
use super::{
    compose::Compose,
    entry::{Acts, TakeBack},
    log::Log,
    manage::Manage,
    panel::Panel,
    presence::{Here, Others, Turn, Typing},
    state::{Chat, Draft, Place},
};
use crate::features::groups::{
    api::{load_group_chat, load_group_head},
    model::{GroupHead, GroupState, MemberState},
    text,
};
use crate::kernel::{
    ErrorCode, Uid,
    live::{Change, GroupPart},
};
use crate::shell::{Page, use_identities, use_identity_uid};
use crate::ui::{
    Banner, Button, Icon, Load, Picture, Time, TimeStyle, Tone,
    live::{use_live, use_missed, use_reload_on},
    loading, use_lang,
};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

/// One group.
#[component]
pub fn GroupPage() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let params = use_params_map();
    let group = Memo::new(move |_| params.with(|p| p.get_str("group")?.parse::<Uid>().ok()));
    let is_this = move |change: &Change| matches!(change, Change::Group { uid, .. } if group.with_untracked(|g| g.as_ref() == Some(uid)));
    let own = RwSignal::new(0_u32);
    let changed = Callback::new(move |()| own.update(|n| *n += 1));
    let place = Place {
        identity,
        group,
        changed,
    };
    let (chat, draft, others) = (Chat::new(place), Draft::empty(), Others::new(place));
    // what is written comes with the event: nothing has to be loaded
    let is_more = move |change: &Change| {
        let written = matches!(
            change,
            Change::Group {
                part: GroupPart::Entry(_) | GroupPart::Written(_),
                ..
            }
        );
        is_this(change) && !written
    };
    let live = use_reload_on(move |change| is_more(change) && !others.are_many());
    // who is in the group can wait a little longer than what is said in it
    let (chat_turn, head_turn) = (Turn::new(others, 2.0), Turn::new(others, 20.0));
    use_live(move |change| match &change {
        Change::Group { part, .. } if is_this(&change) => {
            if !chat.hear(part) {
                chat_turn.take(move || chat.refresh());
            }
            if is_more(&change) && others.are_many() {
                head_turn.take(move || {
                    let _ = own.try_update(|n| *n += 1);
                });
            }
        }
        Change::Presence {
            group: of,
            page,
            name,
            what,
        } if group.try_get_untracked().flatten().as_ref() == Some(of) => others.hear(page, name, what),
        _ => {}
    });
    // the stream was away: what came meanwhile is loaded, and the page itself stays
    let missed = use_missed();
    Effect::new(move |seen: Option<u32>| {
        let now = missed.get();
        if seen.is_some_and(|seen| seen != now) {
            chat_turn.take(move || chat.refresh());
        }
        now
    });
    let acts = Acts::new(place);
    others.begin();
    Effect::new(move || {
        group.track();
        draft.clear();
    });
    let head = loading(
        move || (identity.get(), group.get(), live.get(), own.get()),
        |(identity, group, ..)| async move {
            let missing = ErrorCode::NotFound;
            load_group_head(identity.ok_or(missing.clone())?, group.ok_or(missing)?).await
        },
    );
    let first = loading(
        move || (identity.get(), group.get(), chat.request.get()),
        move |(identity, group, request)| async move {
            chat.begins();
            let missing = ErrorCode::NotFound;
            load_group_chat(identity.ok_or(missing.clone())?, group.ok_or(missing)?, request).await
        },
    );
    let title = RwSignal::new(String::new());
    let shown_title = Signal::derive(move || match title.get() {
        name if name.is_empty() => text::group(lang).to_owned(),
        name => name,
    });
    let base = identity
        .get_untracked()
        .map(|i| i.to_string())
        .unwrap_or_default();
    let trail = vec![(text::groups(lang).to_owned(), format!("/i/{base}/groups"))];
    let beside = RwSignal::new(false);
    let (of_chat, of_panel) = (
        move || if beside.get() { "max-lg:hidden" } else { "" },
        move || if beside.get() { "" } else { "max-lg:hidden" },
    );
    view! {
        <Page title=shown_title trail class="grid lg:grid-cols-[minmax(0,1fr)_22rem] lg:h-[calc(100dvh-3.25rem)]">
            <section
                class=move || format!("min-w-0 min-h-0 flex flex-col max-lg:h-[calc(100dvh-7rem)] {}", of_chat())
                aria-label=text::chat(lang)
            >
                <header class="flex flex-wrap items-center gap-x-3 gap-y-2 px-(--gutter) py-3 border-b border-line">
                    <Load resource=head rows=1 let:head>
                        <Head head title draft />
                    </Load>
                    <Here others />
                    <span class="lg:hidden">
                        <Button icon="users-round" on:click=move |_| beside.set(true)>
                            {text::show_members(lang)}
                        </Button>
                    </span>
                </header>
                <Log chat draft acts first others />
                <div class="border-t border-line px-(--gutter) pt-1.5 pb-3 bg-paper">
                    <Typing others />
                    <Compose place chat draft others />
                </div>
            </section>
            <aside
                class=move || {
                    format!(
                        "min-h-0 flex flex-col border-l border-line bg-paper max-lg:border-l-0 max-lg:border-t {}",
                        of_panel(),
                    )
                }
                aria-label=text::members(lang)
            >
                <div class="lg:hidden px-4 pt-3">
                    <Button icon="messages-square" on:click=move |_| beside.set(false)>
                        {text::show_chat(lang)}
                    </Button>
                </div>
                <Panel place head name=shown_title />
                <Manage place chat name=shown_title />
            </aside>
            <TakeBack acts />
        </Page>
    }
}

/// Name and picture above the chat. What writes the page's signals is what was loaded.
#[component]
fn Head(head: GroupHead, title: RwSignal<String>, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let identities = use_identities();
    let uid = use_identity_uid();
    title.set(head.group.name.clone());
    let there = |state: &MemberState| {
        !matches!(
            state,
            MemberState::Left { .. } | MemberState::New | MemberState::Unreachable { .. }
        )
    };
    let names = head.members.iter().filter(|m| there(&m.state));
    draft
        .names
        .set(names.map(|m| (m.shown(), m.threema_id)).collect());
    draft.members.set(head.group.members);
    draft
        .can_write
        .set(head.group.state == GroupState::Active && head.group.members > 0);
    Effect::new(move || {
        let own = identities.get().and_then(Result::ok).unwrap_or_default();
        let here = own.into_iter().find(|i| Some(&i.uid) == uid.get().as_ref());
        if let Some(here) = here {
            let _ = draft.as_name.try_set(here.name);
        }
    });
    let src = head
        .picture
        .map(|image| format!("data:image/jpeg;base64,{image}"));
    let name = head.group.name.clone();
    let cloud = head.group.saves_history.then(|| {
        view! {
            <Icon name="cloud" class="text-ink-3" />
            <span class="sr">{text::saved(lang)}</span>
        }
    });
    let by = (!head.created_by.is_empty()).then(|| text::made_by(lang, &head.created_by));
    let dissolved = (head.group.state == GroupState::Deleted)
        .then(|| view! { <Banner tone=Tone::Warn icon="ban">{text::dissolved(lang)}</Banner> });
    view! {
        <Picture name=name.clone() src />
        <div class="min-w-0 flex-1">
            <h1 class="text-base leading-5 flex items-center gap-1.5">{cloud} {name}</h1>
            <p class="meta">
                {text::people(lang, head.group.members)} " · " {text::made(lang)} " "
                <Time at=head.group.created_at style=TimeStyle::Date /> " " {by}
            </p>
        </div>
        {dissolved}
    }
}
