//! The field below the chat.
use super::{
    presence::Others,
    state::{Chat, Draft, Place},
};
use crate::features::groups::{
    api::{ChangeGroupText, WriteInGroup},
    model::{
        MAX_CHAT_TEXT,
        words::{unfinished_mention, write_mentions},
    },
    text,
};
use crate::kernel::{i18n::number, permission::Right};
use crate::shell::use_right;
use crate::ui::{Failure, Icon, IconButton, use_lang};
use leptos::{html, prelude::*};

/// How many names are offered for a mention.
const OFFERED: usize = 6;

/// Writes to the group. ⏎ sends, ⇧⏎ begins a new line.
#[component]
pub fn Compose(place: Place, chat: Chat, draft: Draft, others: Others) -> impl IntoView {
    let lang = use_lang();
    let may = use_right(Right::Groups);
    let write = ServerAction::<WriteInGroup>::new();
    let change = ServerAction::<ChangeGroupText>::new();
    let node = NodeRef::<html::Textarea>::new();
    // the field shows what other parts of the page put into the draft
    Effect::new(move || {
        let text = draft.text.get();
        if let Some(field) = node.get()
            && field.value() != text
        {
            field.set_value(&text);
            let _ = field.focus();
        }
    });
    let done = move || {
        draft.sent();
        others.wrote();
        chat.refresh();
    };
    Effect::new(move || {
        if let Some(Ok(_)) = write.value().get() {
            done();
        }
    });
    Effect::new(move || {
        if let Some(Ok(())) = change.value().get() {
            done();
        }
    });
    let on_wire = move || {
        let names = draft.names.get();
        write_mentions(draft.text.get().trim(), &names, text::everybody(lang))
    };
    let over = Memo::new(move |_| on_wire().len().saturating_sub(MAX_CHAT_TEXT));
    let busy = Signal::derive(move || write.pending().get() || change.pending().get());
    let cannot = Signal::derive(move || {
        busy.get() || over.get() > 0 || !draft.can_write.get() || draft.text.with(|t| t.trim().is_empty())
    });
    let send = move || {
        if cannot.get_untracked() {
            return;
        }
        let Some((identity, group)) = place.uids() else {
            return;
        };
        let text = untrack(on_wire);
        match draft.changes.get_untracked() {
            Some(entry) => {
                change.dispatch(ChangeGroupText {
                    identity,
                    group,
                    entry,
                    text,
                });
            }
            None => {
                write.dispatch(draft.to_send(identity, group, text));
            }
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
            event.prevent_default();
            send();
        } else if event.key() == "Escape" && draft.changes.get_untracked().is_some() {
            draft.clear();
        }
    };
    let label = move || text::message_to(lang, draft.members.get());
    let problem = move || {
        let error = write.value().get().and_then(Result::err);
        let error = error.or_else(|| change.value().get().and_then(Result::err));
        error.map(|error| view! { <Failure error /> })
    };
    let below = move || match (draft.can_write.get(), over.get()) {
        (false, _) => text::cannot_write(lang).to_owned(),
        (true, 0) => text::sees_as(lang, &draft.as_name.get()),
        (true, n) => text::bytes_over(lang, number(n as u64)),
    };
    view! {
        <Show when=move || may.try_get().unwrap_or_default()>
            {problem}
            <About draft />
            <Mentions draft node />
            <form
                class="mt-1 flex items-end gap-2 rounded-lg border border-edge bg-surface p-1.5 focus-within:outline-2 focus-within:outline-brass focus-within:-outline-offset-1"
                on:submit=move |event| {
                    event.prevent_default();
                    send();
                }
            >
                <label class="sr" for="say">
                    {label}
                </label>
                <textarea
                    node_ref=node
                    class="flex-1 min-w-0 max-h-40 resize-none bg-transparent py-1.5 px-1.5 outline-none! text-base field-sizing-content"
                    id="say"
                    name="text"
                    rows="1"
                    placeholder=label
                    aria-describedby="say-help"
                    aria-invalid=move || (over.get() > 0).then_some("true")
                    on:input:target=move |event| {
                        draft.text.set(event.target().value());
                        others.typing();
                    }
                    on:keydown=key
                ></textarea>
                <button
                    class="btn btn-primary btn-icon"
                    type="submit"
                    aria-label=text::send(lang)
                    title=text::send(lang)
                    aria-busy=move || busy.get().then_some("true")
                    disabled=cannot
                >
                    <Icon name="arrow-up" />
                </button>
            </form>
            <p class="meta mt-1.5" id="say-help" role="status">
                {below} <span class="max-md:hidden">" " {text::keys(lang)}</span>
            </p>
        </Show>
    }
}

/// What is answered or changed.
#[component]
fn About(draft: Draft) -> impl IntoView {
    let lang = use_lang();
    let words = move || match (draft.changes.get(), draft.quotes.get()) {
        (Some(_), _) => Some(text::editing(lang).to_owned()),
        (None, Some((_, who))) => Some(text::replying_to(lang, &who)),
        (None, None) => None,
    };
    let stop = move |_| {
        if draft.changes.get_untracked().is_some() {
            draft.clear();
        }
        draft.quotes.set(None);
    };
    move || {
        words().map(|words| {
            view! {
                <p class="flex items-center gap-2 text-sm text-ink-2">
                    <Icon name="corner-down-right" />
                    <span class="flex-1 min-w-0 clip">{words}</span>
                    <IconButton icon="x" small=true label=text::stop(lang).to_owned() on:click=stop />
                </p>
            }
        })
    }
}

/// Names that fit what stands behind the last `@`.
#[component]
fn Mentions(draft: Draft, node: NodeRef<html::Textarea>) -> impl IntoView {
    let lang = use_lang();
    let fitting = Memo::new(move |_| {
        let text = draft.text.get();
        let Some(typed) = unfinished_mention(&text) else {
            return Vec::new();
        };
        let typed = typed.to_lowercase();
        let all = text::everybody(lang).to_owned();
        let names = draft.names.get().into_iter().map(|(name, _)| name).chain([all]);
        let fits = |name: &String| name.to_lowercase().starts_with(&typed) && name.to_lowercase() != typed;
        names.filter(fits).take(OFFERED).collect::<Vec<_>>()
    });
    let choose = move |name: String| {
        draft.text.update(|text| {
            if let Some(at) = text.rfind('@') {
                text.truncate(at);
                text.push('@');
                text.push_str(&name);
                text.push(' ');
            }
        });
        if let Some(field) = node.get_untracked() {
            let _ = field.focus();
        }
    };
    let one = move |name: String| {
        let label = text::mention(lang, &name);
        let own = name.clone();
        view! {
            <button class="btn btn-sm" type="button" aria-label=label on:click=move |_| choose(own.clone())>
                {format!("@{name}")}
            </button>
        }
    };
    view! {
        <div class="flex flex-wrap gap-1.5 empty:hidden" role="group" aria-label=text::mentions(lang)>
            {move || fitting.get().into_iter().map(one).collect_view()}
        </div>
    }
}
