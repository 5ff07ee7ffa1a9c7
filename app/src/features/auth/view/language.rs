//! English or German.
use crate::features::auth::{api::ChangeLanguage, text};
use crate::kernel::Lang;
use crate::ui::use_lang;
use leptos::{prelude::*, server_fn::ServerFn};

/// Buttons for the languages; choosing one loads the page anew, by a form of the browser's own.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let here = use_lang();
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
        <form method="post" action=ChangeLanguage::url() class="inline-flex">
            <span class="seg" role="group" aria-label=text::language(here)>
                {Lang::ALL.map(button).collect_view()}
            </span>
        </form>
    }
}
