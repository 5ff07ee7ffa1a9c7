//! The text: tabs, marks, bytes, and who gets it.
use super::super::words::people;
use super::{
    languages::{LanguageTabs, tab_id},
    marks::mark,
    state::Composer,
};
use crate::features::messages::{model::TEXT_BYTES, text};
use crate::kernel::i18n::number;
use crate::ui::{Icon, IconButton, Meter, use_lang, use_toasts};
use leptos::{ev, html, prelude::*};

/// The card with the texts.
#[component]
pub fn Editor(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let node = NodeRef::<html::Textarea>::new();
    let language = composer.language;
    let current = Signal::derive(move || composer.text(language.get()));
    Effect::new(move |before: Option<crate::kernel::LanguageCode>| {
        let (value, language) = (current.get(), language.get());
        if let Some(area) = node.get() {
            let typed = area.value();
            // what was typed before the page was hydrated wins
            if before.is_none() && !typed.is_empty() && typed != value {
                composer.write(typed);
            } else if typed != value {
                area.set_value(&value);
            }
        }
        language
    });
    let problem = Signal::derive(move || composer.problem(&format!("texts.{}", language.get()), lang));
    let described = move || {
        if problem.with(Option::is_some) {
            "bytes text-error"
        } else {
            "bytes"
        }
    };
    let key = move |event: ev::KeyboardEvent| {
        if !(event.ctrl_key() || event.meta_key()) || event.alt_key() {
            return;
        }
        let sign = match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
            ("b", false) => '*',
            ("i", false) => '_',
            ("x", true) => '~',
            _ => return,
        };
        event.prevent_default();
        put(composer, node, sign);
    };
    view! {
        <div class="card">
            <LanguageTabs composer />
            <div id="text-panel" role="tabpanel" aria-labelledby=move || tab_id(language.get())>
                <Toolbar composer node />
                <label class="sr" for="text">
                    {move || text::message_in(lang, &language.get().own_name())}
                </label>
                <textarea
                    node_ref=node
                    class="block w-full px-4 py-3 bg-transparent text-[0.9375rem] leading-6 min-h-[clamp(13rem,36dvh,28rem)] resize-y rounded-none focus-visible:-outline-offset-2"
                    id="text"
                    dir="auto"
                    lang=move || language.get().to_string()
                    spellcheck="true"
                    aria-describedby=described
                    aria-invalid=move || problem.with(Option::is_some).then_some("true")
                    rows="9"
                    on:input:target=move |event| composer.write(event.target().value())
                    on:keydown=key
                >
                    {current.get_untracked()}
                </textarea>
                {move || {
                    problem
                        .get()
                        .map(|problem| {
                            view! {
                                <p class="field-error px-4 pb-2" id="text-error">
                                    <Icon name="circle-alert" />
                                    {problem}
                                </p>
                            }
                        })
                }}
                <Foot composer />
            </div>
        </div>
    }
}

/// How long the text is, and who gets it.
#[component]
fn Foot(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let bytes = Memo::new(move |_| {
        composer
            .texts
            .with(|t| t.get(&composer.language.get()).map_or(0, String::len))
    });
    let words = move || {
        let (n, max) = (number(bytes.get() as u64), number(TEXT_BYTES as u64));
        match bytes.get() > TEXT_BYTES {
            true => text::bytes_over(lang, &n, &max),
            false => text::bytes_of(lang, &n, &max),
        }
    };
    let who = move || {
        let language = composer.language.get();
        let shares = composer.shares();
        let default = composer.default_language();
        let without = shares
            .without
            .get(&language)
            .copied()
            .filter(|_| language != default);
        composer.audience.with(Option::is_some).then(|| match without {
            Some(n) => text::until_written(lang, &people(lang, n), &default.own_name()),
            None => text::get_this_text(lang, &people(lang, shares.get(language))),
        })
    };
    view! {
        <div class="px-4 py-3 flex flex-wrap items-center gap-x-3 gap-y-1" id="bytes">
            <span class="flex w-32">
                <Meter
                    value=Signal::derive(move || bytes.get() as u64)
                    max=Signal::stored(TEXT_BYTES as u64)
                    label=text::bytes_used(lang)
                    small=true
                />
            </span>
            <span class="meta num" class:text-fail-ink=move || { bytes.get() > TEXT_BYTES }>
                {words}
            </span>
            <span class="meta ml-auto num">{who}</span>
        </div>
    }
}

#[component]
fn Toolbar(composer: Composer, node: NodeRef<html::Textarea>) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let button = move |icon: &'static str, label: &'static str, sign: char| {
        view! {
            <IconButton
                icon
                label=label.to_owned()
                small=true
                // the selection stays in the text
                on:mousedown=|event: ev::MouseEvent| event.prevent_default()
                on:click=move |_| put(composer, node, sign)
            />
        }
    };
    let removable = move || composer.language.get() != composer.default_language();
    let remove = move |_| {
        let language = composer.language.get_untracked();
        let taken = composer
            .texts
            .try_update(|t| t.remove(&language))
            .flatten()
            .unwrap_or_default();
        composer.language.set(composer.default_language());
        super::focus_on(tab_id(composer.default_language()));
        if !taken.trim().is_empty() {
            let back = move || {
                let there = composer.texts.try_update(|t| t.insert(language, taken.clone()));
                if there.is_some() {
                    composer.language.set(language);
                }
            };
            toasts.with_action(
                text::removed_language(lang, &language.own_name()),
                text::undo(lang),
                back,
            );
        }
    };
    view! {
        <div class="flex flex-wrap items-center gap-0.5 px-2 py-1.5 border-b border-line" role="toolbar" aria-label=text::format(lang)>
            {button("bold", text::bold(lang), '*')}
            {button("italic", text::italic(lang), '_')}
            {button("strikethrough", text::struck(lang), '~')}
            {move || {
                removable()
                    .then(|| {
                        view! {
                            <button class="btn btn-quiet btn-sm ml-auto" type="button" on:click=remove>
                                <Icon name="trash-2" />
                                <span>{text::remove_language(lang, &composer.language.get().own_name())}</span>
                            </button>
                        }
                    })
            }}
        </div>
    }
}

/// Puts marks around the selection; the browser's own undo takes them back.
fn put(composer: Composer, node: NodeRef<html::Textarea>, sign: char) {
    let Some(area) = node.get_untracked() else { return };
    let value = area.value();
    let start = area.selection_start().ok().flatten().unwrap_or_default();
    let end = area.selection_end().ok().flatten().unwrap_or(start);
    let marked = mark(&value, start, end, sign);
    let _ = area.focus();
    if !insert(&marked.text) {
        let units: Vec<u16> = value.encode_utf16().collect();
        let (start, end) = (start as usize, (end as usize).min(units.len()));
        let before = String::from_utf16_lossy(units.get(..start).unwrap_or_default());
        let after = String::from_utf16_lossy(units.get(end..).unwrap_or_default());
        area.set_value(&format!("{before}{}{after}", marked.text));
    }
    let _ = area.set_selection_range(marked.from, marked.to);
    composer.write(area.value());
}

/// Types over the selection, as a person would.
fn insert(text: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        use leptos::wasm_bindgen::JsCast;
        let document = document().dyn_into::<web_sys::HtmlDocument>();
        document.is_ok_and(|d| {
            d.exec_command_with_show_ui_and_value("insertText", false, text)
                .unwrap_or(false)
        })
    }
    #[cfg(not(feature = "hydrate"))]
    {
        let _ = text;
        false
    }
}
