//! One chat.
use super::super::{
    chips::offered,
    device::Device,
    model::{Chat, Entry, OwnState, What},
    rules::CannotSend,
    text,
};
use super::{
    address::{Screen, link},
    chats::Portrait,
    quote::Quote,
};
use crate::features::groups::model::split_quote;
use crate::kernel::{Lang, ThreemaId, Timestamp, i18n::number};
use crate::ui::{Icon, Markup, Time, TimeStyle, use_lang};
use leptos::{html, prelude::*};

/// An entry, and whether a new day begins with it.
#[derive(Clone, PartialEq)]
struct Line {
    entry: Entry,
    new_day: bool,
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

fn lines(entries: &[Entry]) -> Vec<Line> {
    let day = |at: Timestamp| at.plus(zone(at) * Timestamp::MINUTE).0.div_euclid(Timestamp::DAY);
    let mut before = None;
    entries
        .iter()
        .map(|entry| {
            let today = Some(day(entry.at));
            let new_day = std::mem::replace(&mut before, today) != today;
            Line {
                entry: entry.clone(),
                new_day,
            }
        })
        .collect()
}

/// The chat with one contact.
#[component]
pub(super) fn ChatScreen(device: Device, with: ThreemaId) -> impl IntoView {
    let lang = use_lang();
    let back = device.name.with_value(|name| link(name, Screen::Chats));
    let title = Memo::new(move |_| device.read(|p| p.chat(&with).map(|c| c.title())).flatten());
    let blocked = Memo::new(move |_| device.read(|p| p.is_blocked(&with)).unwrap_or_default());
    let shown = Memo::new(move |_| {
        device
            .read(|p| p.chat(&with).map(|c| lines(&c.entries)))
            .flatten()
            .unwrap_or_default()
    });
    let switch = move |_| {
        let now = !blocked.get_untracked();
        device.change(|p, _| p.block(&with, now));
    };
    let below = move || match (title.with(Option::is_some), blocked.get()) {
        (false, _) => view! { <p class="chat-note pb-4!">{text::no_chat(lang)}</p> }.into_any(),
        (true, true) => view! {
            <p class="phone-compose text-ink-2" role="status">
                <Icon name="ban" />
                <span>{text::blocked(lang)}</span>
            </p>
        }
        .into_any(),
        (true, false) => view! { <Compose device with /> }.into_any(),
    };
    let name = move || title.get().unwrap_or_else(|| with.to_string());
    view! {
        <div class="phone-head pt-2.5!">
            <a class="btn btn-quiet btn-icon btn-sm" href=back aria-label=text::back(lang)>
                <Icon name="chevron-left" />
            </a>
            {move || view! { <Portrait with title=name() /> }}
            <span class="min-w-0 flex-1">
                <h2 class="text-sm font-medium leading-4 clip">{name}</h2>
                <span class="flex items-center gap-1.5 text-xs">
                    <span class="tid">{with.to_string()}</span>
                </span>
            </span>
            <Show when=move || title.with(Option::is_some)>
                <button class="btn btn-quiet btn-sm" type="button" on:click=switch>
                    <Icon name="ban" />
                    <span>
                        {move || if blocked.get() { text::unblock(lang) } else { text::block(lang) }}
                    </span>
                </button>
            </Show>
        </div>
        <div
            class="chat chat-log"
            tabindex="0"
            role="log"
            aria-label=move || text::chat_with(lang, &name())
        >
            <div>
                <For
                    each=move || shown.get()
                    key=|line| (line.entry.number, line.new_day, own_mark(&line.entry.what))
                    let:line
                >
                    <EntryView device with line />
                </For>
            </div>
        </div>
        {below}
    }
}

/// What of an entry can change.
fn own_mark(what: &What) -> Option<(OwnState, Option<bool>)> {
    match what {
        What::Own { state, thumb, .. } => Some((*state, *thumb)),
        _ => None,
    }
}

#[component]
fn EntryView(device: Device, with: ThreemaId, line: Line) -> impl IntoView {
    let lang = use_lang();
    let Entry { at, what, id, .. } = line.entry;
    let day = line.new_day.then(|| {
        view! {
            <p class="chat-note">
                <Time at style=TimeStyle::Date />
            </p>
        }
    });
    let id = id.map(|id| id.to_string());
    let body = match what {
        What::Text { text, .. } => view! {
            <div class="bubble" data-message-id=id>
                <Words device with said=text />
                <p class="bubble-foot">
                    <Time at style=TimeStyle::Clock />
                </p>
            </div>
        }
        .into_any(),
        What::Own { text, state, thumb } => view! {
            <div class="bubble bubble-out" data-message-id=id>
                <Words device with said=text />
                <p class="bubble-foot">
                    <Time at style=TimeStyle::Clock />
                    <OwnMark state />
                    {thumb.map(|up| if up { text::thumb_up(lang) } else { text::thumb_down(lang) })}
                </p>
            </div>
        }
        .into_any(),
        What::Unknown(number) => note(text::cannot_show(lang, &format!("0x{number:02x}"))),
        What::Closed => note(text::cannot_open(lang).to_owned()),
    };
    view! {
        {day}
        {body}
    }
}

/// The words of a text, below those that it answers.
#[component]
fn Words(device: Device, with: ThreemaId, said: String) -> impl IntoView {
    let (quote, words) = split_quote(&said);
    let quote = quote.map(|of| {
        let words = Memo::new(move |_| {
            let words = |chat: &Chat| chat.words_of(of).map(str::to_owned);
            device.read(|p| p.chat(&with).and_then(words)).flatten()
        });
        view! { <Quote words /> }
    });
    view! {
        {quote}
        <p>
            <Markup text=words.to_owned() />
        </p>
    }
}

fn note(words: String) -> AnyView {
    view! { <p class="chat-note">{words}</p> }.into_any()
}

#[component]
fn OwnMark(state: OwnState) -> impl IntoView {
    let lang = use_lang();
    let (icon, words) = own_words(state, lang);
    let class = if state == OwnState::Failed { "" } else { "sr" };
    view! {
        <Icon name=icon />
        <span class=class>{words}</span>
    }
}

const fn own_words(state: OwnState, lang: Lang) -> (&'static str, &'static str) {
    match state {
        OwnState::Sending => ("circle-dashed", text::sending(lang)),
        OwnState::Failed => ("circle-x", text::failed(lang)),
        OwnState::Sent => ("check", text::sent(lang)),
        OwnState::Delivered => ("check-check", text::delivered(lang)),
        OwnState::Read => ("eye", text::read(lang)),
    }
}

#[component]
fn Compose(device: Device, with: ThreemaId) -> impl IntoView {
    let lang = use_lang();
    let node = NodeRef::<html::Textarea>::new();
    let problem = RwSignal::new(None::<String>);
    let say = move |words: &str| {
        #[cfg(feature = "hydrate")]
        let now = super::super::browser::now();
        #[cfg(not(feature = "hydrate"))]
        let now = Timestamp::default();
        let said = device.change(|p, dice| p.write(&with, words, now, dice));
        problem.set(match said {
            Some(Err(CannotSend::TooLong(is))) => Some(text::too_long(lang, &number(is as u64))),
            // an empty text is no mistake, and a blocked or unknown contact has no field
            _ => None,
        });
        matches!(said, Some(Ok(())))
    };
    let send = move || {
        let Some(field) = node.get_untracked() else { return };
        if say(&field.value()) {
            field.set_value("");
        }
    };
    // what the last message offers; whoever writes something has answered
    let chips = Memo::new(move |_| {
        let last = device.read(|p| {
            p.chat(&with)
                .and_then(|c| match c.entries.last().map(|e| &e.what) {
                    Some(What::Text { text, .. }) => Some(offered(text)),
                    _ => None,
                })
        });
        last.flatten().unwrap_or_default()
    });
    let chip = move |word: String| {
        let said = word.clone();
        view! {
            <button class="btn btn-sm" type="button" on:click=move |_| {
                    let _ = say(&said);
                }>
                {word}
            </button>
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    view! {
        <Show when=move || !chips.with(Vec::is_empty)>
            <div
                class="flex flex-wrap gap-1.5 px-3 pt-2"
                role="group"
                aria-label=text::quick_replies(lang)
            >
                {move || chips.get().into_iter().map(chip).collect_view()}
            </div>
        </Show>
        <form
            class="phone-compose flex-wrap"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            <textarea
                node_ref=node
                class="textarea flex-1 w-auto! min-h-0! max-h-32 py-1! resize-none! field-sizing-content"
                name="text"
                rows="1"
                aria-label=text::write(lang)
                placeholder=text::write(lang)
                aria-invalid=move || problem.with(Option::is_some).then_some("true")
                aria-describedby="text-problem"
                on:keydown=key
            ></textarea>
            <button class="btn btn-icon" type="submit" aria-label=text::send(lang) title=text::send(lang)>
                <Icon name="send" />
            </button>
            <p class="field-error basis-full empty:hidden" id="text-problem" role="alert">
                {move || problem.get()}
            </p>
        </form>
    }
}
