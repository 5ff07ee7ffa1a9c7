//! English or German.
use crate::features::auth::{api::ChangeLanguage, text};
use crate::kernel::Lang;
use crate::ui::use_lang;
use leptos::{form::ActionForm, prelude::*};

/// Buttons for the languages; choosing one loads the page anew. Works before hydration.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let here = use_lang();
    let change = ServerAction::<ChangeLanguage>::new();
    Effect::new(move || {
        if change.value().with(|v| matches!(v, Some(Ok(())))) {
            let _ = window().location().reload();
        }
    });
    let button = move |lang: Lang| {
        view! {
            <button
                type="submit"
                name="language"
                value=lang.code()
                lang=lang.code()
                aria-pressed=(lang == here).to_string()
            >
                {lang.own_name()}
            </button>
        }
    };
    view! {
        <ActionForm action=change attr:class="inline-flex">
            <span class="seg" role="group" aria-label=text::language(here)>
                {Lang::ALL.map(button).collect_view()}
            </span>
        </ActionForm>
    }
}
