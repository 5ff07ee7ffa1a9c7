//! Answers, one tab per language; the default one first.
use super::{inspector::write_back, state::Builder};
use crate::features::bots::{
    model::{ANSWER_BYTES, Node, Texts},
    text,
};
use crate::kernel::{LanguageCode, Uid, i18n::number};
use crate::ui::{Icon, Meter, TextArea, TextField, focus_on, use_lang};
use leptos::{ev, prelude::*};

/// Languages that are offered.
const OFFERED: [&str; 16] = [
    "de", "en", "fr", "it", "rm", "es", "pt", "nl", "pl", "tr", "uk", "ru", "ar", "sq", "hr", "sr",
];

fn tab_id(language: LanguageCode) -> String {
    format!("language-{language}")
}

/// The tabs and what is written in the chosen language.
#[component]
pub fn Answers(builder: Builder, uid: Uid, is_start: bool) -> impl IntoView {
    let lang = use_lang();
    let own = StoredValue::new(uid);
    let languages = Memo::new(move |_| builder.languages());
    let key = move |event: ev::KeyboardEvent| {
        let all = languages.get_untracked();
        let at = all
            .iter()
            .position(|l| *l == builder.language.get_untracked())
            .unwrap_or_default();
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % all.len(),
            "ArrowLeft" => (at + all.len() - 1) % all.len(),
            "Home" => 0,
            "End" => all.len() - 1,
            _ => return,
        };
        event.prevent_default();
        if let Some(to) = all.get(to) {
            builder.language.set(*to);
            focus_on(tab_id(*to));
        }
    };
    view! {
        <div class="card">
            <div class="px-4 flex flex-wrap items-center gap-2 border-b border-line">
                <div
                    class="tabs grow basis-56 min-w-0 border-b-0!"
                    role="tablist"
                    aria-label=text::text_per_language(lang)
                    on:keydown=key
                >
                    <For each=move || languages.get() key=|l| *l let:language>
                        <Tab builder own language />
                    </For>
                </div>
                <Show when=move || builder.may.get()>
                    <AnotherLanguage builder languages />
                </Show>
            </div>
            <div
                id="language-panel"
                role="tabpanel"
                aria-labelledby=move || tab_id(builder.language.get())
                class="card-body grid gap-4"
            >
                <For each=move || vec![builder.language.get()] key=|l| *l let:language>
                    <Written builder own language is_start />
                </For>
            </div>
        </div>
    }
}

#[component]
fn Tab(builder: Builder, own: StoredValue<Uid>, language: LanguageCode) -> impl IntoView {
    let lang = use_lang();
    let chosen = Signal::derive(move || builder.language.get() == language);
    let default = Signal::derive(move || builder.frame.with(|f| f.default == language));
    let written = Memo::new(move |_| {
        let has = |n: &Node| n.answer.get(&language).is_some_and(|t| !t.trim().is_empty());
        own.with_value(|uid| builder.node(uid, has).unwrap_or_default())
    });
    let mark = Signal::derive(move || if written.get() { "check" } else { "circle-dashed" });
    let words = move || {
        if written.get() {
            text::has_text(lang)
        } else {
            text::no_text_yet(lang)
        }
    };
    view! {
        <button
            type="button"
            role="tab"
            id=tab_id(language)
            aria-selected=move || chosen.get().to_string()
            aria-controls="language-panel"
            tabindex=move || if chosen.get() { "0" } else { "-1" }
            on:click=move |_| builder.language.set(language)
        >
            <span lang=language.to_string()>{language.own_name()}</span>
            <Show when=move || default.get()>
                <span class="tag">{text::default_tag(lang)}</span>
            </Show>
            <Icon name=mark class="icon-sm" />
            <span class="sr">{words}</span>
        </button>
    }
}

#[component]
fn AnotherLanguage(builder: Builder, languages: Memo<Vec<LanguageCode>>) -> impl IntoView {
    let lang = use_lang();
    let offered = move || {
        let taken = languages.get();
        OFFERED
            .iter()
            .filter_map(|code| code.parse::<LanguageCode>().ok())
            .filter(|l| !taken.contains(l))
            .map(|l| view! { <option value=l.to_string()>{l.own_name()}</option> })
            .collect_view()
    };
    let add = move |event: ev::Targeted<ev::Event, leptos::web_sys::HtmlSelectElement>| {
        let field = event.target();
        if let Ok(language) = field.value().parse::<LanguageCode>() {
            builder.opened.update(|o| {
                o.insert(language);
            });
            builder.language.set(language);
            focus_on("field-answer".to_owned());
        }
        field.set_value("");
    };
    view! {
        <select class="select select-sm" aria-label=text::add_language(lang) on:change:target=add>
            <option value="">{text::another_language(lang)}</option>
            {offered}
        </select>
    }
}

/// One text of a command as a signal that writes itself back.
fn of_language(
    builder: Builder,
    own: StoredValue<Uid>,
    language: LanguageCode,
    texts: fn(&mut Node) -> &mut Texts,
) -> RwSignal<String> {
    let read = |node: &Node| {
        texts(&mut node.clone())
            .get(&language)
            .cloned()
            .unwrap_or_default()
    };
    let now = untrack(|| own.with_value(|uid| builder.node(uid, read))).unwrap_or_default();
    let signal = RwSignal::new(now);
    write_back(signal, move |text: String| {
        own.with_value(|uid| {
            builder.change(uid, |node| {
                let texts = texts(node);
                match text.is_empty() {
                    true => texts.remove(&language),
                    false => texts.insert(language, text),
                };
            })
        });
    });
    signal
}

#[component]
fn Written(builder: Builder, own: StoredValue<Uid>, language: LanguageCode, is_start: bool) -> impl IntoView {
    let lang = use_lang();
    let read_only = Signal::derive(move || !builder.may.get());
    let name = language.own_name();
    let is_default = builder.frame.with_untracked(|f| f.default == language);
    let word = of_language(builder, own, language, |n| &mut n.words);
    let description = of_language(builder, own, language, |n| &mut n.description);
    let answer = of_language(builder, own, language, |n| &mut n.answer);
    let bytes = Memo::new(move |_| answer.with(String::len) as u64);
    let max = ANSWER_BYTES as u64;
    let label = match is_start {
        true => text::welcome_in(lang, &name),
        false => text::answer_in(lang, &name),
    };
    let has_menu = Memo::new(move |_| {
        own.with_value(|uid| builder.node(uid, |n| !n.commands.is_empty()).unwrap_or_default())
    });
    view! {
        {(!is_start && !is_default)
            .then(|| {
                view! {
                    <TextField
                        name="word-in"
                        label=text::word_in(lang, &name)
                        help=text::word_in_help(lang)
                        bind=word
                        disabled=read_only
                    />
                }
            })}
        {(!is_start)
            .then(|| {
                view! {
                    <TextField
                        name="description"
                        label=text::description(lang)
                        help=text::description_help(lang)
                        bind=description
                        disabled=read_only
                    />
                }
            })}
        <TextArea name="answer" label bind=answer rows=7 lang=language.to_string() disabled=read_only />
        <div class="flex flex-wrap items-center gap-x-3 gap-y-1">
            <span class="flex w-24">
                <Meter value=bytes max=Signal::stored(max) label=text::bytes_used(lang) small=true />
            </span>
            <span class="meta num" class:text-fail-ink=move || { bytes.get() > max }>
                {move || text::bytes_of(lang, &number(bytes.get()), &number(max))}
            </span>
            <Show when=move || has_menu.get()>
                <span class="meta">{text::menu_follows(lang)}</span>
            </Show>
        </div>
    }
}
