//! What was written, and how to find something in it.
use super::{
    entry::{Acts, EntryView},
    presence::{Others, Turn},
    state::{Chat, Draft},
};
use crate::features::groups::{
    api::note_group_read,
    model::{ChatEntry, ChatPage, ChatRequest, Sender},
    text,
};
use crate::kernel::Timestamp;
use crate::ui::{Button, Empty, Icon, Load, Loading, Time, TimeStyle, Variant, use_lang};
use leptos::{html, prelude::*, task::spawn_local};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Milliseconds for each page, see [`Turn`]: how far somebody has read can wait.
const NOTE_EACH: f64 = 40.0;

/// The chat, its search, and the way to a day.
#[component]
pub fn Log(chat: Chat, draft: Draft, acts: Acts, first: Loading<ChatPage>, others: Others) -> impl IntoView {
    let lang = use_lang();
    view! {
        <Find chat />
        <div
            class="chat chat-log px-(--gutter)! py-4! bg-sunken"
            tabindex="0"
            role="log"
            aria-label=text::messages(lang)
        >
            <Load resource=first let:page>
                <Entries page chat draft acts others />
            </Load>
        </div>
    }
}

/// Search and date, and back to the newest part.
#[component]
fn Find(chat: Chat) -> impl IntoView {
    let lang = use_lang();
    let (words, day) = (NodeRef::<html::Input>::new(), NodeRef::<html::Input>::new());
    let search = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let q = words.get_untracked().map(|i| i.value()).unwrap_or_default();
        let request = ChatRequest {
            q: q.trim().to_owned(),
            ..ChatRequest::default()
        };
        chat.request.set(request);
    };
    let jump = move |_| {
        let date = day.get_untracked().map(|i| i.value()).unwrap_or_default();
        if let Some(from) = Timestamp::from_date(&date) {
            let request = ChatRequest {
                from: Some(from),
                ..ChatRequest::default()
            };
            chat.request.set(request);
        }
    };
    let newest = move |_| {
        for field in [words, day] {
            if let Some(field) = field.get_untracked() {
                field.set_value("");
            }
        }
        chat.request.set(ChatRequest::default());
    };
    let is_part = move || chat.request.with(|r| *r != ChatRequest::default());
    view! {
        <div class="flex flex-wrap items-center gap-2 px-(--gutter) py-1.5 border-b border-line">
            <form role="search" class="flex-1 min-w-40" on:submit=search>
                <span class="input-group w-full">
                    <Icon name="search" />
                    <input
                        node_ref=words
                        class="input"
                        type="search"
                        name="chat-q"
                        aria-label=text::search_chat(lang)
                        placeholder=text::search_chat(lang)
                    />
                </span>
            </form>
            <input
                node_ref=day
                class="input w-auto!"
                type="date"
                name="chat-day"
                aria-label=text::jump_to(lang)
                on:change=jump
            />
            <Show when=is_part>
                <Button small=true icon="arrow-down" on:click=newest>
                    {text::to_the_newest(lang)}
                </Button>
            </Show>
        </div>
    }
}

/// An entry, and what begins with it.
#[derive(Clone, PartialEq)]
struct Line {
    entry: ChatEntry,
    day: bool,
    new: bool,
    key: u64,
}

/// How many minutes the browser's zone is ahead of UTC.
fn zone(at: Timestamp) -> i64 {
    #[cfg(feature = "hydrate")]
    {
        let date = js_sys::Date::new(&(at.0 as f64).into());
        -(date.get_timezone_offset() as i64)
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = at;
        0
    }
}

fn lines(entries: &[ChatEntry], read_up_to: i64) -> Vec<Line> {
    let day = |at: Timestamp| at.plus(zone(at) * Timestamp::MINUTE).0.div_euclid(Timestamp::DAY);
    let unread = |e: &&ChatEntry| e.number > read_up_to && matches!(e.sender, Sender::Member { .. });
    // who has never read here has no mark: everything is new
    let first_new = entries
        .iter()
        .find(unread)
        .filter(|_| read_up_to > 0)
        .map(|e| e.number);
    let mut before = None;
    let line = |entry: &ChatEntry| {
        let today = Some(day(entry.at));
        let begins = std::mem::replace(&mut before, today) != today;
        let new = Some(entry.number) == first_new;
        let mut hash = DefaultHasher::new();
        (entry, begins, new).hash(&mut hash);
        Line {
            entry: entry.clone(),
            day: begins,
            new,
            key: hash.finish(),
        }
    };
    entries.iter().map(line).collect()
}

#[component]
fn Entries(page: ChatPage, chat: Chat, draft: Draft, acts: Acts, others: Others) -> impl IntoView {
    let lang = use_lang();
    let searched = chat.request.with_untracked(|r| !r.q.is_empty());
    chat.take(page);
    read_to_the_end(chat, others);
    let shown = Memo::new(move |_| chat.entries.with(|entries| lines(entries, chat.read_up_to.get())));
    let empty = move || {
        let words = if searched {
            text::nothing_found(lang)
        } else {
            text::no_messages_title(lang)
        };
        shown
            .with(Vec::is_empty)
            .then(|| view! { <Empty icon="messages-square" title=words /> })
    };
    view! {
        <div>
            <Show when=move || chat.more_before.get()>
                <p class="chat-note">
                    <Button small=true variant=Variant::Quiet on:click=move |_| chat.load_before()>
                        {text::earlier(lang)}
                    </Button>
                </p>
            </Show>
            {empty}
            <For each=move || shown.get() key=|line| line.key let:line>
                <LineView line draft acts />
            </For>
            <Show when=move || chat.more_after.get() && !searched>
                <p class="chat-note">
                    <Button small=true variant=Variant::Quiet on:click=move |_| chat.load_after()>
                        {text::later(lang)}
                    </Button>
                </p>
            </Show>
        </div>
    }
}

#[component]
fn LineView(line: Line, draft: Draft, acts: Acts) -> impl IntoView {
    let lang = use_lang();
    let at = line.entry.at;
    view! {
        {line
            .day
            .then(|| {
                view! {
                    <p class="chat-note">
                        <Time at style=TimeStyle::Date />
                    </p>
                }
            })}
        {line
            .new
            .then(|| {
                view! {
                    <p class="chat-note text-brass-ink! font-medium" data-unread="">
                        {text::new_from_here(lang)}
                    </p>
                }
            })}
        <EntryView entry=line.entry draft acts />
    }
}

/// Tells the server how far the person has read, whenever the newest part shows something new and somebody looks.
/// Among many each page does so in its own time, once for all that came meanwhile.
fn read_to_the_end(chat: Chat, others: Others) {
    let turn = Turn::new(others, NOTE_EACH);
    Effect::new(move |told: Option<i64>| {
        let last = chat.entries.with(|e| e.last().map_or(0, |e| e.number));
        let told = told.unwrap_or_default();
        if last <= told || !chat.is_live() || !somebody_looks() {
            return told;
        }
        turn.take(move || note_read(chat));
        last
    });
}

fn note_read(chat: Chat) {
    let last = chat.entries.try_with_untracked(|e| e.last().map(|e| e.number));
    if let (Some(last), Some((identity, group))) = (last.flatten(), chat.place().uids()) {
        spawn_local(async move {
            // the next look tells it again
            let _ = note_group_read(identity, group, last).await;
        });
    }
}

fn somebody_looks() -> bool {
    #[cfg(feature = "hydrate")]
    {
        document().visibility_state() == web_sys::VisibilityState::Visible
    }
    #[cfg(not(feature = "hydrate"))]
    true
}
