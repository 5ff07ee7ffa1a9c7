//! The chosen command: its words, its answers, and what happens afterwards.
use super::{answers::Answers, state::Builder, words::name_of};
use crate::features::bots::{
    model::{After, Key, MAX_ALIASES, Node, Step},
    text,
};
use crate::kernel::Uid;
use crate::ui::{Choice, Icon, IconButton, TextField, focus_on, use_lang, use_toasts};
use leptos::{ev, prelude::*, web_sys::HtmlInputElement};

/// The command that is chosen; drawn anew for another one, or when its fields show something else than the tree.
#[component]
pub fn Inspector(builder: Builder) -> impl IntoView {
    let which = move || vec![(builder.chosen.get(), builder.turn.get())];
    view! {
        <For each=which key=|w| w.clone() let:which>
            <Fields builder uid=which.0 />
        </For>
    }
}

#[component]
fn Fields(builder: Builder, uid: Uid) -> impl IntoView {
    let lang = use_lang();
    let own = StoredValue::new(uid.clone());
    let is_start = builder.tree.with_untracked(|t| t.start.uid == uid);
    let leaf = Memo::new(move |_| {
        own.with_value(|uid| builder.node(uid, |n| n.commands.is_empty()).unwrap_or(true))
    });
    let read_only = Signal::derive(move || !builder.may.get());
    let word = RwSignal::new(untrack(|| builder.node(&uid, |n| n.word.clone())).unwrap_or_default());
    write_back(word, move |word| {
        own.with_value(|uid| builder.change(uid, |n| n.word = word))
    });
    view! {
        <div class="px-(--gutter) py-5 grid gap-5 content-start">
            {(!is_start)
                .then(|| {
                    view! {
                        <TextField
                            name="word"
                            label=text::word(lang)
                            help=text::word_help(lang)
                            bind=word
                            disabled=read_only
                        />
                    }
                })}
            <Aliases builder uid=uid.clone() label={if is_start { text::start_words(lang) } else { text::aliases(lang) }} />
            <Answers builder uid=uid.clone() is_start />
            {if is_start {
                view! { <Timeout builder /> }.into_any()
            } else {
                view! {
                    <Show when=move || leaf.get()>
                        <AfterAnswer builder own />
                    </Show>
                }
                    .into_any()
            }}
        </div>
        <Show when=move || builder.may.get()>
            <Foot builder own is_start />
        </Show>
    }
}

/// Puts what is typed into the tree, from the first change on.
pub fn write_back<T: Clone + Send + Sync + 'static>(
    signal: RwSignal<T>,
    put: impl Fn(T) + Send + Sync + 'static,
) {
    Effect::new(move |seen: Option<()>| {
        let value = signal.get();
        if seen.is_some() {
            put(value);
        }
    });
}

/// Further words, as tokens.
#[component]
fn Aliases(builder: Builder, uid: Uid, label: &'static str) -> impl IntoView {
    let lang = use_lang();
    let own = StoredValue::new(uid);
    let all = Memo::new(move |_| {
        own.with_value(|uid| builder.node(uid, |n| n.aliases.clone()).unwrap_or_default())
    });
    let change = move |change: &dyn Fn(&mut Vec<String>)| {
        own.try_with_value(|uid| builder.change(uid, |n| change(&mut n.aliases)));
    };
    // the field may lose the focus because it goes: nothing that goes with it is relied on
    let take = move |field: HtmlInputElement| {
        let typed = field.value();
        field.set_value("");
        let Some(known) = all.try_get_untracked() else {
            return;
        };
        let words: Vec<String> = typed
            .split([',', ';', '\n'])
            .map(|w| w.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|w| !Key::of(w).is_empty() && !known.contains(w))
            .collect();
        if !words.is_empty() {
            change(&|aliases| {
                aliases.extend(words.iter().cloned());
                aliases.truncate(MAX_ALIASES);
            });
        }
    };
    let key = move |event: ev::Targeted<ev::KeyboardEvent, HtmlInputElement>| match event.key().as_str() {
        "Enter" | "," => {
            event.prevent_default();
            take(event.target());
        }
        "Backspace" if event.target().value().is_empty() => {
            change(&|aliases| drop(aliases.pop()));
        }
        _ => {}
    };
    let token = move |word: String| {
        let gone = word.clone();
        let remove = move |_| {
            change(&|aliases| aliases.retain(|w| *w != gone));
            focus_on("field-aliases".to_owned());
        };
        let label = text::remove_word(lang, &word);
        view! {
            <span class="token">
                <span class="clip">{word}</span>
                <Show when=move || builder.may.get() fallback=|| view! { <span class="w-1.5"></span> }>
                    <button type="button" aria-label=label.clone() on:click=remove.clone()>
                        <Icon name="x" class="icon-sm" />
                    </button>
                </Show>
            </span>
        }
    };
    view! {
        <div class="field">
            <label class="field-label" for="field-aliases">
                {label}
            </label>
            <div class="tokens">
                <For each=move || all.get() key=String::clone children=token />
                <input
                    id="field-aliases"
                    name="aliases"
                    autocomplete="off"
                    placeholder=text::add_word(lang)
                    aria-describedby="field-aliases-help"
                    disabled=move || !builder.may.get()
                    on:keydown:target=key
                    on:blur:target=move |event| take(event.target())
                />
            </div>
            <p class="field-help" id="field-aliases-help">
                {text::aliases_help(lang)}
            </p>
        </div>
    }
}

/// Of commands without others below.
#[component]
fn AfterAnswer(builder: Builder, own: StoredValue<Uid>) -> impl IntoView {
    let lang = use_lang();
    let now = untrack(|| own.with_value(|uid| builder.node(uid, |n| n.after))).unwrap_or_default();
    let after = RwSignal::new(now.code().to_owned());
    write_back(after, move |code| {
        let after = if code == After::Start.code() {
            After::Start
        } else {
            After::Stay
        };
        own.with_value(|uid| builder.change(uid, |n| n.after = after));
    });
    view! {
        <fieldset class="grid gap-2" disabled=move || !builder.may.get()>
            <legend class="field-label mb-2">{text::after(lang)}</legend>
            <div class="grid gap-2 xl:grid-cols-2">
                <Choice
                    name="after"
                    value=After::Stay.code()
                    title=text::after_stay(lang)
                    text=text::after_stay_text(lang)
                    bind=after
                />
                <Choice
                    name="after"
                    value=After::Start.code()
                    title=text::after_start(lang)
                    text=text::after_start_text(lang)
                    bind=after
                />
            </div>
        </fieldset>
    }
}

/// How long a dialogue goes on.
#[component]
fn Timeout(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let minutes = RwSignal::new(builder.tree.with_untracked(|t| t.timeout_minutes.to_string()));
    write_back(minutes, move |typed| {
        if builder.may.get_untracked() {
            // what is no number is out of range, and the check says so
            let minutes = typed.trim().parse().unwrap_or(0);
            builder.tree.update(|t| t.timeout_minutes = minutes);
        }
    });
    view! {
        <TextField
            name="timeout"
            kind="number"
            label=text::timeout(lang)
            help=text::timeout_help(lang)
            bind=minutes
            disabled=Signal::derive(move || !builder.may.get())
        />
    }
}

/// Moving, adding, deleting.
#[component]
fn Foot(builder: Builder, own: StoredValue<Uid>, is_start: bool) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let name = Memo::new(move |_| builder.tree.with(|t| own.with_value(|uid| name_of(lang, t, uid))));
    let step = move |icon: &'static str, label: &'static str, step: Step| {
        let cannot = Signal::derive(move || {
            builder
                .tree
                .with(|t| own.with_value(|uid| t.after_step(uid, step).is_none()))
        });
        view! {
            <IconButton
                icon
                label=label.to_owned()
                small=true
                disabled=cannot
                on:click=move |_| own.with_value(|uid| builder.step(uid, step))
            />
        }
    };
    let delete = move |_| {
        let (words, uid) = (name.get_untracked(), own.get_value());
        let Some((spot, node)) = builder.remove(&uid) else {
            return;
        };
        let below = (node.all().len() - 1) as u64;
        let kept: (_, Node) = (spot, node);
        let back = move || {
            builder.tree.try_update(|t| t.insert(&kept.0, kept.1.clone()));
        };
        toasts.with_action(text::deleted_with(lang, &words, below), text::undo(lang), back);
    };
    let add = move |_| {
        if !own.with_value(|uid| builder.add_below(uid)) {
            toasts.info(text::too_many(lang));
        }
    };
    view! {
        <div class="border-t border-line px-(--gutter) py-3 flex flex-wrap items-center gap-2">
            {(!is_start)
                .then(|| {
                    view! {
                        <button class="btn btn-quiet btn-danger -ml-3" type="button" on:click=delete>
                            <Icon name="trash-2" />
                            <span>{move || text::delete_command(lang, &name.get())}</span>
                        </button>
                        <span class="flex gap-0.5" role="group" aria-label=text::moving(lang)>
                            {step("arrow-up", text::move_up(lang), Step::Up)}
                            {step("arrow-down", text::move_down(lang), Step::Down)}
                            {step("arrow-left", text::move_out(lang), Step::Out)}
                            {step("arrow-right", text::move_in(lang), Step::In)}
                        </span>
                    }
                })}
            <span class="grow"></span>
            <button class="btn" type="button" on:click=add>
                <Icon name="plus" />
                <span>{text::add_below(lang)}</span>
            </button>
        </div>
    }
}
