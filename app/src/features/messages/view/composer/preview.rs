//! The text as the phone shows it.
use super::super::words::short;
use super::state::Composer;
use crate::features::messages::text;
use crate::ui::{Icon, Markup, Picture, use_lang};
use leptos::prelude::*;

/// A phone beside the text; `hidden` on small windows, where one looks at either.
#[component]
pub fn Preview(
    /// What is written
    composer: Composer,
    /// Not shown on small windows
    #[prop(into)]
    hidden: Signal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let (name, id) = composer
        .identity
        .with_value(|i| (i.shown_name().to_owned(), i.threema_id));
    view! {
        <aside
            class="lg:sticky lg:top-13 lg:h-[calc(100dvh-3.25rem)] lg:overflow-y-auto bg-sunken border-l border-line p-6 grid content-start justify-items-center gap-4 max-lg:border-l-0 max-lg:border-t"
            class:max-lg:hidden=hidden
            aria-label=text::preview(lang)
        >
            <div class="flex flex-wrap w-full items-center gap-2">
                <h2 class="flex-1 text-sm font-medium text-ink-2">{text::on_a_phone(lang)}</h2>
                <LanguageSwitch composer />
            </div>
            <div class="phone" role="group" aria-label=text::preview_on_phone(lang)>
                <div class="phone-screen">
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
                            <span class="tid block text-xs">{id.to_string()}</span>
                        </span>
                    </div>
                    <div class="chat" tabindex="0" role="log" aria-label=text::chat(lang)>
                        <p class="chat-note">{text::today(lang)}</p>
                        <Bubble composer />
                    </div>
                    <div class="phone-compose text-ink-3" aria-hidden="true">
                        <Icon name="plus" />
                        <span class="flex-1 rounded-xl bg-sunken px-3 py-1">{text::phone_message(lang)}</span>
                        <Icon name="mic" />
                    </div>
                </div>
            </div>
        </aside>
    }
}

#[component]
fn Bubble(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let current = Signal::derive(move || composer.text(composer.language.get()).trim().to_owned());
    move || match current.with(String::is_empty) {
        true => view! { <p class="chat-note">{text::nothing_written(lang)}</p> }.into_any(),
        false => view! {
            <div class="bubble" dir="auto" lang=move || composer.language.get().to_string()>
                <Markup text=current />
                <p class="bubble-foot" aria-hidden="true">
                    "09:41"
                </p>
            </div>
        }
        .into_any(),
    }
}

/// The same languages as the tabs; many of them are chosen there.
#[component]
fn LanguageSwitch(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let languages = Memo::new(move |_| composer.languages());
    move || {
        let all = languages.get();
        (2..=5).contains(&all.len()).then(|| {
            let button = |language: crate::kernel::LanguageCode| {
                view! {
                    <button
                        type="button"
                        aria-pressed=move || (composer.language.get() == language).to_string()
                        aria-label=language.own_name()
                        on:click=move |_| composer.language.set(language)
                    >
                        {short(language)}
                    </button>
                }
            };
            view! {
                <span class="seg" role="group" aria-label=text::preview_language(lang)>
                    {all.into_iter().map(button).collect_view()}
                </span>
            }
        })
    }
}
