//! The chat of a group.
use super::super::{
    device::Device,
    model::{Group, GroupEntry, GroupKey, GroupNote, OwnState},
    rules::CannotSend,
    text,
};
use super::{
    address::{Screen, link},
    quote::{Quote, quoted_words},
};
use crate::features::gateway::wire::MessageId;
use crate::features::groups::model::{show_mentions, split_quote, with_quote};
use crate::kernel::{Lang, i18n::number};
use crate::ui::{Icon, IconButton, Markup, Picture, Time, TimeStyle, use_lang};
use leptos::{html, prelude::*};

/// What is being written: an answer, or a change.
#[derive(Clone, Copy)]
struct Writing {
    quotes: RwSignal<Option<MessageId>>,
    changes: RwSignal<Option<MessageId>>,
    field: NodeRef<html::Textarea>,
}

/// What the head shows of a group.
#[derive(Clone, PartialEq)]
struct Head {
    title: String,
    people: usize,
    image: String,
    left: bool,
}

impl Head {
    fn of(group: &Group) -> Self {
        Self {
            title: group.title(),
            // the creator is in it too
            people: group.members.len() + 1,
            image: group
                .picture
                .as_ref()
                .map(|p| p.image.clone())
                .unwrap_or_default(),
            left: group.left,
        }
    }
}

/// One group.
#[component]
pub(super) fn GroupScreen(device: Device, key_of: GroupKey) -> impl IntoView {
    let lang = use_lang();
    let key = key_of;
    let back = device.name.with_value(|name| link(name, Screen::Chats));
    let head = Memo::new(move |_| device.read(|p| p.group(&key).map(Head::of)).flatten());
    let entries = Memo::new(move |_| {
        device
            .read(|p| p.group(&key).map(|g| g.entries.clone()))
            .flatten()
            .unwrap_or_default()
    });
    let writing = Writing {
        quotes: RwSignal::new(None),
        changes: RwSignal::new(None),
        field: NodeRef::new(),
    };
    let title = move || head.get().map(|h| h.title).unwrap_or_default();
    let is_member = move || head.get().is_some_and(|h| !h.left);
    let leave = move |_| {
        device.change(|p, dice| p.leave_group(key, dice));
    };
    let picture = move || {
        let head = head.get()?;
        let src = (!head.image.is_empty()).then(|| format!("data:image/jpeg;base64,{}", head.image));
        Some(view! { <Picture name=head.title src /> })
    };
    let below = move || match head.get() {
        None => view! { <p class="chat-note pb-4!">{text::no_group(lang)}</p> }.into_any(),
        Some(head) if head.left => view! {
            <p class="phone-compose text-ink-2" role="status">
                <Icon name="log-out" />
                <span>{text::left(lang)}</span>
            </p>
        }
        .into_any(),
        Some(_) => view! { <Compose device key_of writing /> }.into_any(),
    };
    view! {
        <div class="phone-head pt-2.5!" data-group=key.to_string()>
            <a class="btn btn-quiet btn-icon btn-sm" href=back aria-label=text::back(lang)>
                <Icon name="chevron-left" />
            </a>
            {picture}
            <span class="min-w-0 flex-1">
                <h2 class="text-sm font-medium leading-4 clip">{title}</h2>
                <span class="text-xs">
                    {move || head.get().map(|h| text::group_members(lang, h.people))}
                </span>
            </span>
            <Show when=is_member>
                <button
                    class="btn btn-quiet btn-icon btn-sm"
                    type="button"
                    aria-label=text::leave(lang)
                    title=text::leave(lang)
                    on:click=leave
                >
                    <Icon name="log-out" />
                </button>
            </Show>
        </div>
        <div
            class="chat chat-log"
            tabindex="0"
            role="log"
            aria-label=move || text::group_chat_with(lang, &title())
        >
            <div>
                <For each=move || entries.get() key=mark let:entry>
                    <EntryView device key_of entry writing />
                </For>
            </div>
        </div>
        {below}
    }
}

/// The words of another message of the group.
fn words_of(device: Device, key_of: GroupKey, id: MessageId) -> Option<String> {
    let words = |group: &Group| group.words_of(id).map(str::to_owned);
    device.read(|p| p.group(&key_of).and_then(words)).flatten()
}

/// What of an entry can change.
fn mark(entry: &GroupEntry) -> String {
    format!(
        "{}/{:?}/{:?}/{}",
        entry.number,
        entry.mine,
        entry.text,
        entry.reactions.len()
    ) + &entry
        .reactions
        .iter()
        .map(|(_, emoji)| emoji.as_str())
        .collect::<String>()
}

/// What happened to the group, in words.
pub(super) fn note_words(note: &GroupNote, lang: Lang) -> String {
    match note {
        GroupNote::In => text::note_in(lang).to_owned(),
        GroupNote::Out => text::note_out(lang).to_owned(),
        GroupNote::Renamed(name) => text::note_renamed(lang, name),
        GroupNote::Picture => text::note_picture(lang).to_owned(),
        GroupNote::Members => text::note_members(lang).to_owned(),
        GroupNote::Left(who) => text::note_left(lang, who.as_str()),
        GroupNote::Unknown(kind) => text::cannot_show(lang, &format!("0x{kind:02x}")),
    }
}

#[component]
fn EntryView(device: Device, key_of: GroupKey, entry: GroupEntry, writing: Writing) -> impl IntoView {
    let lang = use_lang();
    let at = entry.at;
    if let Some(note) = &entry.note {
        return view! { <p class="chat-note">{note_words(note, lang)}</p> }.into_any();
    }
    let is_mine = entry.mine.is_some();
    let class = if is_mine { "bubble bubble-out" } else { "bubble" };
    let id = entry.id;
    let who = (!is_mine).then(|| view! { <span class="bubble-who tid">{entry.from.to_string()}</span> });
    let body = match &entry.text {
        Some(said) => {
            let (quote, words) = split_quote(said);
            let quote = quote.map(|of| {
                let words = Memo::new(move |_| words_of(device, key_of, of));
                view! { <Quote words /> }
            });
            let words = show_mentions(words, text::everybody(lang), |_| None);
            view! {
                {quote}
                <p>
                    <Markup text=words />
                </p>
            }
            .into_any()
        }
        None => view! {
            <p class="text-ink-3">
                <em>{text::note_taken_back(lang)}</em>
            </p>
        }
        .into_any(),
    };
    let reactions: String = entry.reactions.iter().map(|(_, emoji)| emoji.as_str()).collect();
    let state = entry.mine.map(|state| {
        let (icon, words) = match state {
            OwnState::Sending => ("circle-dashed", text::sending(lang)),
            OwnState::Failed => ("circle-x", text::failed(lang)),
            _ => ("check", text::sent(lang)),
        };
        view! {
            <Icon name=icon />
            <span class="sr">{words}</span>
        }
    });
    let edited = (entry.edited && entry.text.is_some()).then(|| view! { <span>{text::edited(lang)}</span> });
    let steps = id.filter(|_| entry.text.is_some()).map(|id| {
        let said = entry.text.clone().unwrap_or_default();
        view! { <Steps device key_of id said is_mine writing /> }
    });
    view! {
        <div class=class data-message-id=id.map(|id| id.to_string())>
            {who}
            {body}
            <p class="bubble-foot">
                {reactions} {edited} <Time at style=TimeStyle::Clock /> {state}
            </p>
            {steps}
        </div>
    }
    .into_any()
}

/// React, quote, change, delete.
#[component]
fn Steps(
    device: Device,
    key_of: GroupKey,
    id: MessageId,
    said: String,
    is_mine: bool,
    writing: Writing,
) -> impl IntoView {
    let lang = use_lang();
    let react = move |up: bool| {
        device.change(|p, dice| p.react_in_group(key_of, id, up, dice));
    };
    let quote = move |_| {
        writing.changes.set(None);
        writing.quotes.set(Some(id));
    };
    let change = move |_| {
        writing.quotes.set(None);
        writing.changes.set(Some(id));
        if let Some(field) = writing.field.get_untracked() {
            field.set_value(split_quote(&said).1);
            let _ = field.focus();
        }
    };
    let delete = move |_| {
        device.change(|p, dice| p.delete_in_group(key_of, id, dice));
    };
    let thumb = move |up: bool, emoji: &'static str, label: &'static str| {
        view! {
            <button
                class="btn btn-quiet btn-icon btn-sm"
                type="button"
                aria-label=label
                title=label
                on:click=move |_| react(up)
            >
                {emoji}
            </button>
        }
    };
    let own = is_mine.then(|| {
        view! {
            <IconButton icon="pencil" small=true label=text::edit_text(lang).to_owned() on:click=change />
            <IconButton icon="trash-2" small=true label=text::delete_text(lang).to_owned() on:click=delete />
        }
    });
    view! {
        <div class="flex justify-end gap-0.5 -mb-1">
            {thumb(true, "\u{1f44d}", text::agree(lang))} {thumb(false, "\u{1f44e}", text::disagree(lang))}
            <IconButton icon="message-square-reply" small=true label=text::quote_text(lang).to_owned() on:click=quote />
            {own}
        </div>
    }
}

#[component]
fn Compose(device: Device, key_of: GroupKey, writing: Writing) -> impl IntoView {
    let lang = use_lang();
    let node = writing.field;
    let problem = RwSignal::new(None::<String>);
    let send = move || {
        let Some(field) = node.get_untracked() else { return };
        let typed = field.value();
        #[cfg(feature = "hydrate")]
        let now = super::super::browser::now();
        #[cfg(not(feature = "hydrate"))]
        let now = crate::kernel::Timestamp::default();
        let (quotes, changes) = (writing.quotes.get_untracked(), writing.changes.get_untracked());
        let said = match (changes, quotes) {
            (Some(id), _) => device.change(|p, dice| p.edit_in_group(key_of, id, &typed, dice)),
            (None, Some(of)) if !typed.trim().is_empty() => {
                let text = with_quote(of, typed.trim());
                device.change(|p, dice| p.write_in_group(key_of, &text, now, dice))
            }
            (None, _) => device.change(|p, dice| p.write_in_group(key_of, &typed, now, dice)),
        };
        problem.set(match said {
            Some(Ok(())) => {
                field.set_value("");
                writing.quotes.set(None);
                writing.changes.set(None);
                None
            }
            Some(Err(CannotSend::TooLong(is))) => Some(text::too_long(lang, &number(is as u64))),
            _ => None,
        });
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        }
    };
    let about = move || {
        let words = match (writing.changes.get(), writing.quotes.get()) {
            (Some(_), _) => text::editing(lang).to_owned(),
            (None, Some(of)) => quoted_words(words_of(device, key_of, of).as_deref(), lang),
            (None, None) => return None,
        };
        let stop = move |_| {
            writing.changes.set(None);
            writing.quotes.set(None);
        };
        Some(view! {
            <p class="basis-full flex items-center gap-2 text-xs text-ink-2">
                <span class="flex-1 min-w-0 clip">{words}</span>
                <IconButton icon="x" small=true label=text::stop(lang).to_owned() on:click=stop />
            </p>
        })
    };
    view! {
        <form
            class="phone-compose flex-wrap"
            on:submit=move |event| {
                event.prevent_default();
                send();
            }
        >
            {about}
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
