//! A dialogue with the bot as it stands in the page: the engine of the server, here in the browser.
use super::state::Builder;
use crate::features::bots::{
    model::{Folded, Heard, Key, Listener, Place, Reserved, Talker, Turn, reserved, turn},
    text,
};
use crate::kernel::{Lang, LanguageCode, Uid};
use crate::ui::{Icon, Markup, Picture, use_lang};
use leptos::{html, prelude::*};

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum By {
    Person,
    Bot,
    Note,
}

/// One line of the dialogue.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Line {
    number: usize,
    by: By,
    words: String,
}

/// The dialogue.
#[derive(Clone, Copy)]
struct Dialogue {
    builder: Builder,
    lines: RwSignal<Vec<Line>>,
    place: RwSignal<Option<Place>>,
    offers: RwSignal<Vec<String>>,
    language: RwSignal<LanguageCode>,
}

impl Dialogue {
    fn say(&self, by: By, words: String) {
        self.lines.update(|lines| {
            let number = lines.len();
            lines.push(Line { number, by, words });
        });
    }

    fn start_over(&self) {
        self.lines.set(Vec::new());
        self.place.set(None);
        self.offers.set(Vec::new());
    }

    /// What the person writes, and what comes of it.
    fn write(&self, lang: Lang, message: &str) {
        self.say(By::Person, message.to_owned());
        // what never reaches a bot
        match reserved(&Key::of(message)) {
            Some(Reserved::Fanfare) => return self.say(By::Note, text::fanfare_answers(lang).to_owned()),
            Some(Reserved::Language) => return self.say(By::Note, text::language_switches(lang).to_owned()),
            _ => {}
        }
        let default = self.builder.frame.with_untracked(|f| f.default);
        let to = Listener::of(self.language.get_untracked(), default);
        let place = self.place.get_untracked();
        let done = self.builder.tree.with_untracked(|tree| {
            let words = Folded::of(tree);
            let talker = Talker {
                bot: &tree.start.uid,
                tree,
                words: &words,
            };
            // nobody meets a bot that has nothing to say
            let talkers: &[Talker] = if tree.is_empty() { &[] } else { &[talker] };
            turn(talkers, place.as_ref(), &to, message)
        });
        let Some(done) = done else {
            self.offers.set(Vec::new());
            return self.say(By::Note, text::nobody_answers(lang).to_owned());
        };
        self.answer(lang, done);
    }

    fn answer(&self, lang: Lang, done: Turn) {
        for words in done.said.texts {
            self.say(By::Bot, words);
        }
        match &done.heard {
            Heard::Command(place) => {
                let path = self.path(lang, &place.node);
                self.say(By::Note, path);
            }
            Heard::Unknown { .. } => self.say(By::Note, text::led_nowhere(lang).to_owned()),
            Heard::Way => {}
        }
        self.place.set(done.place);
        self.offers.set(done.said.offers);
    }

    /// `start → abfall → nord`
    fn path(&self, lang: Lang, node: &Uid) -> String {
        self.builder.tree.with_untracked(|tree| {
            let names = tree.path(node).into_iter();
            let names: Vec<String> = names.map(|n| super::words::name_of(lang, tree, &n.uid)).collect();
            names.join(" → ")
        })
    }
}

/// The phone beside the tree.
#[component]
pub fn Simulation(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let dialogue = Dialogue {
        builder,
        lines: RwSignal::new(Vec::new()),
        place: RwSignal::new(None),
        offers: RwSignal::new(Vec::new()),
        language: RwSignal::new(builder.frame.with_untracked(|f| f.default)),
    };
    view! {
        <div class="flex flex-wrap w-full items-center gap-2">
            <h2 class="flex-1 text-sm font-medium text-ink-2">{text::try_it(lang)}</h2>
            <LanguageChoice dialogue />
            <button class="btn btn-quiet btn-sm" type="button" on:click=move |_| dialogue.start_over()>
                <Icon name="rotate-ccw" />
                <span>{text::start_over(lang)}</span>
            </button>
        </div>
        <div class="phone" role="group" aria-label=text::dialogue(lang)>
            <div class="phone-screen">
                <PhoneHead builder />
                <div class="chat chat-log" tabindex="0" role="log" aria-label=text::chat(lang)>
                    <div>
                        <p class="chat-note">{text::try_empty(lang)}</p>
                        <For each=move || dialogue.lines.get() key=Line::clone let:line>
                            <Bubble line />
                        </For>
                    </div>
                </div>
                <Replies dialogue />
                <Compose dialogue />
            </div>
        </div>
    }
}

#[component]
fn PhoneHead(builder: Builder) -> impl IntoView {
    let (name, id) = builder.frame.with_untracked(|f| (f.sender.clone(), f.sender_id));
    view! {
        <div class="phone-status" aria-hidden="true">
            <span>"09:41"</span>
            <span class="flex gap-1">
                <Icon name="signal" />
                <Icon name="wifi" />
                <Icon name="battery-full" />
            </span>
        </div>
        <div class="phone-head">
            <Icon name="chevron-left" />
            <Picture name=name.clone() />
            <span class="min-w-0">
                <span class="block font-medium leading-4 clip">{name}</span>
                <span class="tid block text-xs">{id.map(|id| id.to_string())}</span>
            </span>
        </div>
    }
}

#[component]
fn LanguageChoice(dialogue: Dialogue) -> impl IntoView {
    let lang = use_lang();
    // notices of bots exist in these two, whatever the answers are in
    let languages = Memo::new(move |_| {
        let mut all = dialogue.builder.languages();
        for language in [LanguageCode::DE, LanguageCode::EN] {
            if !all.contains(&language) {
                all.push(language);
            }
        }
        all
    });
    let option = move |language: LanguageCode| {
        let chosen = move || dialogue.language.get() == language;
        view! {
            <option value=language.to_string() selected=chosen>
                {language.own_name()}
            </option>
        }
    };
    view! {
        <select
            class="select select-sm"
            aria-label=text::dialogue_language(lang)
            on:change:target=move |event| {
                if let Ok(language) = event.target().value().parse() {
                    dialogue.language.set(language);
                }
            }
        >
            <For each=move || languages.get() key=|l| *l children=option />
        </select>
    }
}

#[component]
fn Bubble(line: Line) -> impl IntoView {
    match line.by {
        By::Person => view! {
            <div class="bubble bubble-out" dir="auto">
                <p class="whitespace-pre-wrap">{line.words}</p>
            </div>
        }
        .into_any(),
        By::Bot => view! {
            <div class="bubble" dir="auto">
                <Markup text=line.words />
            </div>
        }
        .into_any(),
        By::Note => view! { <p class="chat-note">{line.words}</p> }.into_any(),
    }
}

/// Words that lead on, to be written by a click.
#[component]
fn Replies(dialogue: Dialogue) -> impl IntoView {
    let lang = use_lang();
    let one = move |word: String| {
        let said = word.clone();
        view! {
            <button class="btn btn-sm" type="button" on:click=move |_| dialogue.write(lang, &said)>
                {word}
            </button>
        }
    };
    // numbered, since two bots may offer the same word
    let numbered = move || dialogue.offers.get().into_iter().enumerate().collect::<Vec<_>>();
    view! {
        <Show when=move || !dialogue.offers.with(Vec::is_empty)>
            <div
                class="flex flex-wrap gap-1.5 px-3 py-2 max-h-28 overflow-y-auto"
                role="group"
                aria-label=text::replies(lang)
                tabindex="0"
            >
                <For each=numbered key=Clone::clone children=move |(_, word)| one(word) />
            </div>
        </Show>
    }
}

#[component]
fn Compose(dialogue: Dialogue) -> impl IntoView {
    let lang = use_lang();
    let node = NodeRef::<html::Input>::new();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Some(field) = node.get_untracked() else { return };
        let typed = field.value();
        if !typed.trim().is_empty() {
            dialogue.write(lang, &typed);
            field.set_value("");
        }
    };
    view! {
        <form class="phone-compose" on:submit=send>
            <input
                node_ref=node
                class="input flex-1 w-auto! min-w-0"
                name="dialogue"
                autocomplete="off"
                aria-label=text::write(lang)
                placeholder=text::write(lang)
            />
            <button class="btn btn-icon" type="submit" aria-label=text::send(lang) title=text::send(lang)>
                <Icon name="send" />
            </button>
        </form>
    }
}
