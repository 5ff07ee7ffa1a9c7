//! One conversation: who it is with, what can be done, and its messages.
use super::page::Talk;
use crate::features::conversations::{
    api::{assign_conversation, drop_conversation, mark_conversation, set_conversation_done},
    model::{Assignee, ConversationMessage, ConversationState, STEP, Sent, Thread},
    text,
};
use crate::kernel::{AppError, Lang, Uid};
use crate::ui::{
    Avatar, Button, Confirm, Icon, IconButton, Markup, Tid, Time, TimeStyle, Variant, use_lang, use_toasts,
};
use leptos::{prelude::*, task::spawn_local};
use std::time::Duration;

/// The conversation that is open.
#[component]
pub(super) fn ThreadView(thread: Thread, talk: Talk) -> impl IntoView {
    let lang = use_lang();
    let name = thread.row.shown();
    mark_as_read(&thread, talk);
    talk.loaded.set(Some(thread.clone()));
    let searched = talk.q.with_untracked(|q| !q.is_empty());
    let nothing = (searched && thread.messages.is_empty())
        .then(|| view! { <p class="chat-note">{text::not_found(lang)}</p> });
    let earlier = thread.more.then(|| {
        view! {
            <div class="grid justify-items-center">
                <Button small=true icon="arrow-up" on:click=move |_| talk.most.update(|n| *n += STEP)>
                    {text::earlier(lang)}
                </Button>
            </div>
        }
    });
    let messages = lines(thread.messages.clone());
    let label = text::messages_with(lang, &name);
    view! {
        <Head thread talk />
        <div class="chat chat-log talk-log" tabindex="0" role="log" aria-label=label>
            <div>{earlier} {nothing} {messages}</div>
        </div>
    }
}

/// Messages with the day before the first of each day.
fn lines(messages: Vec<ConversationMessage>) -> Vec<AnyView> {
    let mut before = None;
    messages
        .into_iter()
        .map(|message| {
            let (year, month, day, ..) = message.at.civil();
            let today = Some((year, month, day));
            let new_day = std::mem::replace(&mut before, today) != today;
            view! { <Line message new_day /> }.into_any()
        })
        .collect()
}

#[component]
fn Line(message: ConversationMessage, new_day: bool) -> impl IntoView {
    let at = message.at;
    let day = new_day.then(|| {
        view! {
            <p class="chat-note">
                <Time at style=TimeStyle::Date />
            </p>
        }
    });
    let class = match message.sent {
        Some(_) => "bubble bubble-out",
        None => "bubble",
    };
    let author = message.author;
    let who = (!author.is_empty()).then(|| view! { <span class="bubble-who">{author}</span> });
    view! {
        {day}
        <div class=class dir="auto">
            {who}
            <p>
                <Markup text=message.text />
            </p>
            <p class="bubble-foot">
                <Time at style=TimeStyle::Clock />
                {message.sent.map(|sent| view! { <Mark sent /> })}
            </p>
        </div>
    }
}

#[component]
fn Mark(sent: Sent) -> impl IntoView {
    let lang = use_lang();
    let (icon, words) = match sent {
        Sent::Waiting => ("circle-dashed", text::waiting(lang)),
        Sent::Accepted => ("check", text::accepted(lang)),
        Sent::Failed => ("circle-x", text::failed(lang)),
    };
    let class = if sent == Sent::Failed {
        "text-fail-ink"
    } else {
        "sr"
    };
    view! {
        <Icon name=icon />
        <span class=class>{words}</span>
    }
}

/// Who it is with, and the steps.
#[component]
fn Head(thread: Thread, talk: Talk) -> impl IntoView {
    let lang = use_lang();
    let row = thread.row;
    let done = row.state == ConversationState::Done;
    let toggle = move |_| {
        if let Some((identity, uid)) = talk.uids() {
            talk.act(set_conversation_done(identity, uid, !done));
        }
    };
    let later = move |_| {
        let Some((identity, uid)) = talk.uids() else {
            return;
        };
        // while it is open it would be read again at once
        talk.leave.run(());
        talk.act(mark_conversation(identity, uid, false));
    };
    let (icon, words) = match done {
        true => ("undo-2", text::reopen(lang)),
        false => ("check", text::mark_done(lang)),
    };
    view! {
        <header class="talk-head">
            <div class="flex items-center gap-3 min-w-0 grow basis-56">
                <Avatar name=row.shown() />
                <div class="min-w-0">
                    <h2 class="text-md clip">{row.shown()}</h2>
                    <p class="meta flex flex-wrap gap-x-3">
                        <Tid id=row.threema_id />
                        <span>
                            {text::texts_go(lang)} " " <Time at=row.erase_at style=TimeStyle::Date />
                        </span>
                    </p>
                </div>
            </div>
            <div class="flex flex-wrap items-center gap-2">
                <Assign people=thread.people assigned=row.assigned talk />
                <Button small=true icon on:click=toggle>
                    {words}
                </Button>
                <IconButton icon="mail" small=true label=text::mark_unread(lang).to_owned() on:click=later />
                <IconButton
                    icon="trash-2"
                    small=true
                    label=text::delete(lang).to_owned()
                    on:click=move |_| talk.deleting.set(true)
                />
            </div>
        </header>
    }
}

/// What stands above a conversation and stays while it loads: the way back on small windows, and the search in its texts.
#[component]
pub(super) fn Bar(talk: Talk) -> impl IntoView {
    let lang = use_lang();
    let mut later = leptos::leptos_dom::helpers::debounce(Duration::from_millis(250), move |q: String| {
        if talk.q.try_with_untracked(|now| *now != q) == Some(true) {
            talk.q.set(q);
        }
    });
    view! {
        <div class="talk-bar">
            <span class="md:hidden">
                <Button small=true variant=Variant::Quiet icon="chevron-left" on:click=move |_| talk.leave.run(())>
                    {text::back(lang)}
                </Button>
            </span>
            <span class="input-group w-56 ml-auto">
                <Icon name="search" />
                <input
                    class="input"
                    type="search"
                    aria-label=text::search_texts(lang)
                    placeholder=text::search_texts(lang)
                    on:input:target=move |event| later(event.target().value().trim().to_owned())
                />
            </span>
        </div>
    }
}

#[component]
fn Assign(people: Vec<Assignee>, assigned: Option<Assignee>, talk: Talk) -> impl IntoView {
    let lang = use_lang();
    let chosen = assigned.as_ref().map(|a| a.uid.clone());
    let mut all = people;
    // somebody whose right has been taken away since stays named
    if let Some(assigned) = assigned.filter(|a| !all.contains(a)) {
        all.push(assigned);
    }
    let option = |person: Assignee| {
        let selected = chosen.as_ref() == Some(&person.uid);
        view! {
            <option value=person.uid.to_string() selected=selected>
                {person.name}
            </option>
        }
    };
    let options = all.into_iter().map(option).collect_view();
    let choose = move |value: String| {
        if let Some((identity, uid)) = talk.uids() {
            talk.act(assign_conversation(identity, uid, value.parse::<Uid>().ok()));
        }
    };
    view! {
        <select
            class="select select-sm"
            aria-label=text::assigned_to(lang)
            on:change:target=move |event| choose(event.target().value())
        >
            <option value="" selected=chosen.is_none()>
                {text::nobody(lang)}
            </option>
            {options}
        </select>
    }
}

/// What somebody looks at is read.
fn mark_as_read(thread: &Thread, talk: Talk) {
    if thread.row.unread == 0 {
        return;
    }
    let uid = thread.row.uid.clone();
    Effect::new(move || {
        let Some(identity) = talk.identity.get_untracked() else {
            return;
        };
        if document().hidden() {
            return;
        }
        let uid = uid.clone();
        spawn_local(async move {
            // a mark that fails is set the next time
            let _ = mark_conversation(identity, uid, true).await;
        });
    });
}

/// Asks before the open conversation is deleted, and deletes it.
#[component]
pub(super) fn DeleteConversation(talk: Talk) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let name = move || {
        talk.loaded
            .with(|t| t.as_ref().map(|t| t.row.shown()).unwrap_or_default())
    };
    let run = move |()| {
        let Some((identity, uid)) = talk.uids() else {
            return;
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let dropped = drop_conversation(identity, uid).await;
            let _ = busy.try_set(false);
            match dropped {
                Ok(()) => {
                    let _ = talk.deleting.try_set(false);
                    toasts.ok(text::deleted(lang));
                    let _ = talk.draft.try_set(String::new());
                    talk.leave.try_run(());
                    talk.changed.try_run(());
                }
                Err(e) => drop(error.try_set(Some(e))),
            }
        });
    };
    let (title, body, verb) = words(lang);
    view! {
        <Confirm
            open=talk.deleting
            name="delete-conversation"
            title=Signal::derive(move || title(lang, &name()))
            body=Signal::stored(body.to_owned())
            verb=Signal::stored(verb.to_owned())
            danger=true
            busy
            error
            confirm=run
        />
    }
}

/// Title, body and verb of the question before deleting.
type Words = (fn(Lang, &str) -> String, &'static str, &'static str);

const fn words(lang: Lang) -> Words {
    (
        text::delete_title,
        text::delete_body(lang),
        text::delete_verb(lang),
    )
}
