//! One entry of the chat, and what can be done with it.
use super::state::{Draft, Place};
use crate::features::groups::{
    api::{ReactInGroup, TakeGroupTextBack},
    model::{ChatEntry, Delivered, EntryKind, EntryText, Reaction, Sender, words::show_mentions},
    text,
};
use crate::kernel::{Lang, ThreemaId, Uid, i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{Confirm, Icon, IconButton, Markup, Time, TimeStyle, use_lang, use_toasts};
use leptos::prelude::*;

/// How something is called in a language.
type Called = fn(Lang) -> &'static str;

/// What is offered as a reaction.
const OFFERED: [(&str, Called); 3] = [
    ("\u{1f44d}", text::agree),
    ("\u{1f44e}", text::disagree),
    ("\u{2764}\u{fe0f}", text::love),
];

/// A text as a bubble, anything else as a note.
#[component]
pub fn EntryView(entry: ChatEntry, draft: Draft, acts: Acts) -> impl IntoView {
    let lang = use_lang();
    let who = sender_name(&entry.sender, lang);
    match (entry.kind, entry.text.is_some() || entry.is_deleted) {
        (EntryKind::Text, true) => view! { <Bubble entry draft acts /> }.into_any(),
        (EntryKind::NotStored, _) => view! {
            <div class="bubble">
                <span class="bubble-who">{who}</span>
                <p class="text-ink-2">
                    <em>{text::not_stored(lang)}</em>
                </p>
                <p class="bubble-foot">
                    <Time at=entry.at style=TimeStyle::Clock />
                </p>
            </div>
        }
        .into_any(),
        (kind, _) => {
            let words = match kind {
                EntryKind::HistoryOn => text::switched_on(lang, &who),
                EntryKind::HistoryOff => text::switched_off(lang, &who),
                EntryKind::Left => text::has_left(lang, &who),
                EntryKind::Text | EntryKind::NotStored => text::taken_back(lang).to_owned(),
            };
            view! {
                <p class="chat-note">{words} " " <Time at=entry.at style=TimeStyle::Clock /></p>
            }
            .into_any()
        }
    }
}

fn sender_name(sender: &Sender, lang: Lang) -> String {
    match sender {
        Sender::Us { is_me: true, .. } => text::you(lang).to_owned(),
        Sender::Us { name, .. } if name.is_empty() => text::somebody(lang).to_owned(),
        Sender::Us { name, .. } | Sender::Member { name, .. } => name.clone(),
    }
}

#[component]
fn Bubble(entry: ChatEntry, draft: Draft, acts: Acts) -> impl IntoView {
    let lang = use_lang();
    let is_ours = matches!(entry.sender, Sender::Us { .. });
    let class = if is_ours { "bubble bubble-out" } else { "bubble" };
    let who = sender_name(&entry.sender, lang);
    let as_name = is_ours.then(|| {
        view! { <span class="font-normal">" " {move || text::as_identity(lang, &draft.as_name.get())}</span> }
    });
    let body = match entry.text.clone() {
        Some(words) => view! { <Words words draft /> }.into_any(),
        None => view! {
            <p class="text-ink-2">
                <em>{text::taken_back(lang)}</em>
            </p>
        }
        .into_any(),
    };
    let edited = entry
        .is_edited
        .then(|| view! { <span>{text::edited(lang)}</span> });
    let reactions =
        (!entry.reactions.is_empty()).then(|| view! { <Reactions all=entry.reactions.clone() /> });
    let delivered = entry.delivered.map(|d| view! { <Ticks delivered=d /> });
    let steps = entry
        .text
        .is_some()
        .then(|| view! { <Steps entry=entry.clone() who=who.clone() draft acts /> });
    view! {
        <div class=class data-entry=entry.uid.to_string()>
            <span class="bubble-who">{who} {as_name}</span>
            {body}
            {reactions}
            <p class="bubble-foot">
                {edited} <Time at=entry.at style=TimeStyle::Clock /> {delivered}
            </p>
            {steps}
        </div>
    }
}

/// The words with names in mentions, below what they quote.
#[component]
fn Words(words: EntryText, draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let quoted = words.quoted.map(|quoted| {
        let gone = quoted.is_empty();
        let shown = if gone { text::quoted_gone(lang).to_owned() } else { quoted };
        view! { <blockquote class="mb-1 border-l-2 border-line-2 pl-2 text-xs text-ink-2 clip">{shown}</blockquote> }
    });
    let text = Signal::derive(move || {
        draft.names.with(|names| {
            let name = |id: &ThreemaId| {
                let known = names.iter().find(|(_, own)| own == id);
                known.map(|(name, _)| name.clone())
            };
            show_mentions(&words.text, text::everybody(lang), name)
        })
    });
    view! {
        {quoted}
        <p>
            <Markup text />
        </p>
    }
}

#[component]
fn Reactions(all: Vec<Reaction>) -> impl IntoView {
    let lang = use_lang();
    let one = move |reaction: Reaction| {
        let mut who = reaction.by.clone();
        if reaction.is_ours {
            who.push(text::you(lang).to_owned());
        }
        let label = text::reacted(lang, &reaction.emoji, who.join(", "));
        let count = (who.len() > 1).then(|| number(who.len() as u64));
        let title = label.clone();
        view! {
            <li class="chip" title=title>
                <span aria-hidden="true">{reaction.emoji} {count}</span>
                <span class="sr">{label}</span>
            </li>
        }
    };
    view! { <ul class="flex flex-wrap gap-1 mt-1">{all.into_iter().map(one).collect_view()}</ul> }
}

/// Accepted by the gateway, for how many; groups know no "delivered" and no "read".
#[component]
fn Ticks(delivered: Delivered) -> impl IntoView {
    let lang = use_lang();
    let Delivered {
        total,
        accepted,
        failed,
    } = delivered;
    let (icon, word) = if accepted + failed < total {
        ("circle-dashed", text::waiting_word(lang))
    } else if accepted == 0 {
        ("circle-x", text::failed_word(lang))
    } else {
        ("check", text::accepted_word(lang))
    };
    let failed = (failed > 0).then(|| {
        view! { <span class="text-fail-ink">{text::n_failed(lang, number(failed))}</span> }
    });
    view! {
        <Icon name=icon />
        <span class="sr">{word}</span>
        {text::n_of(lang, number(accepted), number(total))}
        {failed}
    }
}

/// What can be done with an entry: made once for the page, since entries are shown anew.
#[derive(Clone, Copy)]
pub struct Acts {
    place: Place,
    react: ServerAction<ReactInGroup>,
    /// The entry that shall be taken back, and whether on phones too.
    asked: RwSignal<Option<(Uid, bool)>>,
    asking: RwSignal<bool>,
}

impl Acts {
    /// For the page of a group.
    pub fn new(place: Place) -> Self {
        Self {
            place,
            react: ServerAction::new(),
            asked: RwSignal::new(None),
            asking: RwSignal::new(false),
        }
    }

    fn react(self, entry: Uid, emoji: &str, apply: bool) {
        if let Some((identity, group)) = self.place.uids() {
            self.react.dispatch(ReactInGroup {
                identity,
                group,
                entry,
                emoji: emoji.to_owned(),
                apply,
            });
        }
    }

    fn ask(self, entry: Uid, on_phones: bool) {
        self.asked.set(Some((entry, on_phones)));
        self.asking.set(true);
    }
}

/// Asks before a text is taken back; once for the page.
#[component]
pub fn TakeBack(acts: Acts) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let take_back = ServerAction::<TakeGroupTextBack>::new();
    Effect::new(move || {
        if let Some(Ok(())) = take_back.value().get() {
            acts.asking.set(false);
        }
    });
    Effect::new(move || {
        if let Some(Err(error)) = acts.react.value().get() {
            toasts.fail(error.text(lang));
        }
    });
    let on_phones = move || acts.asked.with(|a| a.as_ref().is_some_and(|(_, on)| *on));
    let body = Signal::derive(move || match on_phones() {
        true => text::take_back_text(lang).to_owned(),
        false => text::erase_here_text(lang).to_owned(),
    });
    let confirm = Callback::new(move |()| {
        if let (Some((identity, group)), Some((entry, _))) = (acts.place.uids(), acts.asked.get_untracked()) {
            take_back.dispatch(TakeGroupTextBack {
                identity,
                group,
                entry,
            });
        }
    });
    let error = Signal::derive(move || take_back.value().get().and_then(Result::err));
    view! {
        <Confirm
            open=acts.asking
            name="take-back"
            title=text::take_back_title(lang).to_owned()
            body
            verb=text::take_back(lang).to_owned()
            danger=true
            busy=take_back.pending()
            error
            confirm
        />
    }
}

/// Reply, react, change, take back.
#[component]
fn Steps(entry: ChatEntry, who: String, draft: Draft, acts: Acts) -> impl IntoView {
    let lang = use_lang();
    let may = use_right(Right::Groups);
    let is_young = entry.editable_until.is_some();
    // what the buttons need must not end with their owner: it is kept by value
    let (to_reply, to_change, to_drop) = (entry.uid.clone(), entry.uid.clone(), entry.uid.clone());
    let words = entry.text.as_ref().map(|t| t.text.clone()).unwrap_or_default();
    let reply = move |_| {
        draft.changes.set(None);
        draft.quotes.set(Some((to_reply.clone(), who.clone())));
    };
    let change = move |_| {
        draft.quotes.set(None);
        let known = draft.names.get_untracked();
        let name = |id: &ThreemaId| {
            let found = known.iter().find(|(_, own)| own == id);
            found.map(|(name, _)| name.clone())
        };
        draft.text.set(show_mentions(&words, text::everybody(lang), name));
        draft.changes.set(Some(to_change.clone()));
    };
    let offered = OFFERED
        .into_iter()
        .map(|(emoji, label)| {
            let pressed = entry.reactions.iter().any(|r| r.is_ours && r.emoji == emoji);
            let uid = entry.uid.clone();
            view! {
                <button
                    class="btn btn-quiet btn-icon btn-sm"
                    type="button"
                    aria-label=label(lang)
                    title=label(lang)
                    aria-pressed=pressed.to_string()
                    on:click=move |_| acts.react(uid.clone(), emoji, !pressed)
                >
                    {emoji}
                </button>
            }
        })
        .collect_view();
    may.get_untracked().then(|| {
        view! {
            <div class="flex flex-wrap justify-end gap-0.5 -mb-1" role="group" aria-label=text::actions(lang)>
                {offered}
                <IconButton
                    icon="message-square-reply"
                    small=true
                    label=text::reply(lang).to_owned()
                    on:click=reply
                />
                {is_young
                    .then(|| {
                        view! {
                            <IconButton icon="pencil" small=true label=text::edit(lang).to_owned() on:click=change />
                        }
                    })}
                <IconButton
                    icon="trash-2"
                    small=true
                    label=text::take_back(lang).to_owned()
                    on:click=move |_| acts.ask(to_drop.clone(), is_young)
                />
            </div>
        }
    })
}
