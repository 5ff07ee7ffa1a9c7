//! All chats of the phone, and how to begin one.
use super::super::{
    device::{Device, NoContact},
    model::{Chat, Group, GroupEntry, What},
    text,
};
use super::{
    address::{Screen, link},
    phones::Unread,
};
use crate::features::groups::model::split_quote;
use crate::kernel::{Lang, ThreemaId, Timestamp};
use crate::ui::{Avatar, Copy, Empty, Icon, Picture, Time, TimeStyle, markup, use_lang};
use leptos::prelude::*;

/// A row of the list.
#[derive(Clone, PartialEq)]
struct Row {
    screen: Screen,
    with: ThreemaId,
    newest: u64,
    title: String,
    last: String,
    at: Option<Timestamp>,
    unread: usize,
}

impl Row {
    fn of(chat: &Chat, lang: Lang) -> Self {
        let last = chat.entries.last();
        Self {
            screen: Screen::Chat(chat.with),
            newest: last.map_or(0, |e| e.number),
            with: chat.with,
            title: chat.title(),
            last: last.map(|e| excerpt(&e.what, lang)).unwrap_or_default(),
            at: last.map(|e| e.at),
            unread: chat.unread(),
        }
    }

    fn of_group(group: &Group, lang: Lang) -> Self {
        let last = group.entries.last();
        Self {
            screen: Screen::Group(group.key),
            newest: last.map_or(0, |e| e.number),
            with: group.key.creator,
            title: group.title(),
            last: last.map(|e| group_excerpt(e, lang)).unwrap_or_default(),
            at: last.map(|e| e.at),
            unread: group.unread(),
        }
    }
}

fn group_excerpt(entry: &GroupEntry, lang: Lang) -> String {
    match (&entry.note, &entry.text) {
        (Some(note), _) => super::group::note_words(note, lang),
        (None, Some(text)) => {
            let start: String = split_quote(text).1.chars().take(80).collect();
            markup::plain(&start)
        }
        (None, None) => text::note_taken_back(lang).to_owned(),
    }
}

fn excerpt(what: &What, lang: Lang) -> String {
    match what {
        What::Text { text, .. } | What::Own { text, .. } => {
            let start: String = split_quote(text).1.chars().take(80).collect();
            markup::plain(&start)
        }
        What::Unknown(number) => text::cannot_show(lang, &format!("0x{number:02x}")),
        What::Closed => text::cannot_open(lang).to_owned(),
    }
}

/// The phone's own ID above, the chats, a field for a new one below.
#[component]
pub(super) fn ChatsScreen(device: Device) -> impl IntoView {
    let lang = use_lang();
    let name = device.name.get_value();
    let shown = if name.is_empty() {
        text::phone(lang).to_owned()
    } else {
        name.clone()
    };
    let id = Signal::derive(move || device.id().map(|id| id.to_string()).unwrap_or_default());
    let rows = Memo::new(move |_| {
        let rows = |p: &super::super::model::Profile| {
            let chats = p.chats.iter().map(|c| Row::of(c, lang));
            let groups = p.groups.iter().map(|g| Row::of_group(g, lang));
            let mut rows: Vec<Row> = chats.chain(groups).collect();
            rows.sort_by_key(|row| std::cmp::Reverse(row.newest));
            rows
        };
        device.read(rows).unwrap_or_default()
    });
    let list = move || {
        let rows = rows.get();
        if rows.is_empty() {
            return view! {
                <Empty icon="messages-square" title=text::no_chats(lang) text=text::no_chats_text(lang) />
            }
            .into_any();
        }
        let name = device.name.get_value();
        view! {
            <ul class="rows">
                {rows.into_iter().map(|row| view! { <ChatRow name=name.clone() row /> }).collect_view()}
            </ul>
        }
        .into_any()
    };
    view! {
        <div class="phone-head pt-2.5!">
            <Avatar name=shown.clone() />
            <span class="min-w-0 flex-1">
                <span class="block font-medium leading-4 clip">{shown}</span>
                <span class="flex items-center gap-1 text-xs">
                    <span class="tid">{id}</span>
                    <Copy text=id label=text::copy_id(lang) />
                </span>
            </span>
            <a class="btn btn-sm" href=link(&name, Screen::Details)>
                <Icon name="qr-code" />
                <span>{text::my_id(lang)}</span>
            </a>
        </div>
        <h2 class="sr">{text::chats(lang)}</h2>
        <div class="flex-1 min-h-0 overflow-y-auto bg-raised" tabindex="0" role="region" aria-label=text::chats(lang)>
            {list}
        </div>
        <NewChat device />
    }
}

#[component]
fn ChatRow(name: String, row: Row) -> impl IntoView {
    let chat = match row.screen {
        Screen::Group(key) => key.to_string(),
        _ => row.with.to_string(),
    };
    view! {
        <li class="p-0!">
            <a
                class="flex flex-1 min-w-0 items-center gap-3 px-4 py-3 hover:bg-hover"
                href=link(&name, row.screen)
                data-chat=chat
            >
                <Portrait with=row.with title=row.title.clone() />
                <span class="min-w-0 flex-1 text-sm">
                    <span class="flex items-baseline gap-2">
                        <span class="flex-1 font-medium clip">{row.title}</span>
                        <span class="meta">
                            {row.at.map(|at| view! { <Time at style=TimeStyle::Clock /> })}
                        </span>
                    </span>
                    <span class="flex items-center gap-2">
                        <span class="flex-1 text-xs text-ink-3 clip">{row.last}</span>
                        <Unread count=row.unread />
                    </span>
                </span>
            </a>
        </li>
    }
}

/// The picture of a contact: square for senders, round for people.
#[component]
pub(super) fn Portrait(with: ThreemaId, title: String) -> impl IntoView {
    if with.is_gateway() {
        view! { <Picture name=title /> }.into_any()
    } else {
        view! { <Avatar name=title /> }.into_any()
    }
}

#[component]
fn NewChat(device: Device) -> impl IntoView {
    let lang = use_lang();
    let typed = RwSignal::new(String::new());
    let problem = RwSignal::new(None::<NoContact>);
    let busy = RwSignal::new(false);
    let navigate = leptos_router::hooks::use_navigate();
    let begin = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        #[cfg(feature = "hydrate")]
        {
            let navigate = navigate.clone();
            leptos::task::spawn_local(async move {
                busy.set(true);
                let met = device.meet(&typed.get_untracked()).await;
                if busy.try_set(false).is_some() {
                    return;
                }
                match met {
                    Ok(with) => {
                        let link = device.name.with_value(|name| link(name, Screen::Chat(with)));
                        navigate(&link, Default::default());
                    }
                    Err(why) => problem.set(Some(why)),
                }
            });
        }
        #[cfg(not(feature = "hydrate"))]
        let _ = (device, &navigate);
    };
    let words = move || {
        problem.get().map(|why| match why {
            NoContact::NotAnId => text::not_an_id(lang),
            NoContact::Own => text::own_id(lang),
            NoContact::Unknown => text::unknown_id(lang),
            NoContact::Away => text::no_answer(lang),
        })
    };
    view! {
        <form class="phone-compose flex-wrap" on:submit=begin novalidate>
            <input
                class="input flex-1 w-auto!"
                name="contact"
                aria-label=text::new_chat_with(lang)
                placeholder=text::threema_id(lang)
                maxlength="8"
                autocomplete="off"
                autocapitalize="characters"
                spellcheck="false"
                aria-invalid=move || problem.get().map(|_| "true")
                aria-describedby="contact-problem"
                prop:value=typed
                on:input:target=move |event| {
                    typed.set(event.target().value());
                    problem.set(None);
                }
            />
            <button class="btn" type="submit" aria-busy=move || busy.get().then_some("true") disabled=busy>
                {text::new_chat(lang)}
            </button>
            <p class="field-error basis-full empty:hidden" id="contact-problem" role="alert">
                {words}
            </p>
        </form>
    }
}
