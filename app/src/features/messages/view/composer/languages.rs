//! One tab per language; the default one first.
use super::super::{live::focus_on, words::people};
use super::state::Composer;
use crate::features::messages::text;
use crate::kernel::LanguageCode;
use crate::ui::{Icon, IconButton, use_lang};
use leptos::{ev, prelude::*};

/// Languages that are always offered; those that recipients speak come first.
const COMMON: [&str; 16] = [
    "de", "en", "fr", "it", "rm", "es", "pt", "nl", "pl", "tr", "uk", "ru", "ar", "sq", "hr", "sr",
];

/// The id of a language's tab.
pub fn tab_id(language: LanguageCode) -> String {
    format!("tab-{language}")
}

/// The tabs, and the way to another language.
#[component]
pub fn LanguageTabs(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let languages = Memo::new(move |_| composer.languages());
    let key = move |event: ev::KeyboardEvent| {
        let all = languages.get_untracked();
        let at = all
            .iter()
            .position(|l| *l == composer.language.get_untracked())
            .unwrap_or_default();
        let to = match event.key().as_str() {
            "ArrowRight" => (at + 1) % all.len(),
            "ArrowLeft" => (at + all.len() - 1) % all.len(),
            "Home" => 0,
            "End" => all.len() - 1,
            _ => return,
        };
        event.prevent_default();
        composer.language.set(all[to]);
        focus_on(tab_id(all[to]));
    };
    view! {
        <div class="px-4 flex border-b border-line">
            <div
                class="tabs flex-1 min-w-0 border-b-0!"
                role="tablist"
                aria-label=text::text_per_language(lang)
                on:keydown=key
            >
                <For each=move || languages.get() key=|l| *l let:language>
                    <Tab composer language />
                </For>
            </div>
            <AddLanguage composer />
        </div>
    }
}

#[component]
fn Tab(composer: Composer, language: LanguageCode) -> impl IntoView {
    let lang = use_lang();
    let chosen = Signal::derive(move || composer.language.get() == language);
    let default = composer.default_language() == language;
    let written = Memo::new(move |_| {
        composer
            .texts
            .with(|t| t.get(&language).is_some_and(|t| !t.trim().is_empty()))
    });
    let wrong = move || {
        composer.error.with(|e| {
            e.as_ref()
                .is_some_and(|e| e.of(&format!("texts.{language}")).is_some())
        })
    };
    let mark = move || match (written.get(), default) {
        (true, _) => view! {
            <Icon name="check" class="icon-sm text-ok-ink" />
            <span class="sr">{text::has_text(lang)}</span>
        }
        .into_any(),
        (false, true) => ().into_any(),
        (false, false) => view! {
            <Icon name="circle-dashed" class="icon-sm" />
            <span class="sr">{text::no_text_yet(lang)}</span>
        }
        .into_any(),
    };
    view! {
        <button
            type="button"
            role="tab"
            id=tab_id(language)
            aria-selected=move || chosen.get().to_string()
            aria-controls="text-panel"
            tabindex=move || if chosen.get() { "0" } else { "-1" }
            class:text-warn-ink=move || !default && !written.get()
            class:text-fail-ink=wrong
            on:click=move |_| composer.language.set(language)
        >
            <span lang=language.to_string()>{language.own_name()}</span>
            {default.then(|| view! { <span class="tag">{text::default_tag(lang)}</span> })}
            {mark}
        </button>
    }
}

#[component]
fn AddLanguage(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let open = RwSignal::new(false);
    let close = move |event: ev::FocusEvent| {
        use leptos::wasm_bindgen::JsCast;
        let within = |next: leptos::web_sys::Element| {
            next.closest("#languages, #add-language").ok().flatten().is_some()
        };
        let to = event
            .related_target()
            .and_then(|t| t.dyn_into::<leptos::web_sys::Element>().ok());
        if !to.is_some_and(within) {
            open.set(false);
        }
    };
    let add = move |language: LanguageCode| {
        composer.texts.update(|t| {
            t.entry(language).or_default();
        });
        composer.language.set(language);
        open.set(false);
        focus_on("text".to_owned());
    };
    let item = move |(language, n): (LanguageCode, u64)| {
        view! {
            <li>
                <button class="menu-item" type="button" on:click=move |_| add(language)>
                    <span class="flex-1" lang=language.to_string()>
                        {language.own_name()}
                    </span>
                    {(n > 0).then(|| view! { <span class="meta num">{people(lang, n)}</span> })}
                </button>
            </li>
        }
    };
    view! {
        <div
            class="relative self-center -mr-2"
            on:focusout=close
            on:keydown=move |event| {
                if event.key() == "Escape" && open.get_untracked() {
                    open.set(false);
                    focus_on("add-language".to_owned());
                }
            }
        >
            <IconButton
                icon="plus"
                label=text::add_language(lang).to_owned()
                attr:id="add-language"
                attr:aria-expanded=move || open.get().to_string()
                on:click=move |_| open.update(|o| *o = !*o)
            />
            {move || {
                open.get()
                    .then(|| {
                        view! {
                            <ul id="languages" class="menu absolute right-0 top-full mt-1 z-20 max-h-72 overflow-y-auto">
                                {offered(composer).into_iter().map(item).collect_view()}
                            </ul>
                        }
                    })
            }}
        </div>
    }
}

/// Languages without a tab: first those that recipients speak, with how many they are.
fn offered(composer: Composer) -> Vec<(LanguageCode, u64)> {
    let taken = composer.languages();
    let mut spoken = composer
        .audience
        .with(|a| a.as_ref().map(|a| a.by_language.clone()).unwrap_or_default());
    spoken.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    for code in COMMON {
        if let Ok(language) = code.parse::<LanguageCode>()
            && !spoken.iter().any(|(l, _)| *l == language)
        {
            spoken.push((language, 0));
        }
    }
    spoken.retain(|(l, _)| !taken.contains(l));
    spoken
}
