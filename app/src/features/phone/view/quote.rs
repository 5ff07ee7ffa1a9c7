//! What an answer answers.
use super::super::text;
use crate::features::groups::model::show_mentions;
use crate::kernel::Lang;
use crate::ui::{markup, use_lang};
use leptos::prelude::*;

/// Characters of the quoted words that are shown.
const SHOWN: usize = 120;

/// The words of a quoted message on a line, as far as the phone has them.
pub(super) fn quoted_words(words: Option<&str>, lang: Lang) -> String {
    match words {
        Some(words) => {
            let start: String = words.chars().take(SHOWN).collect();
            markup::plain(&show_mentions(&start, text::everybody(lang), |_| None))
        }
        None => text::quoted(lang).to_owned(),
    }
}

/// Above the words of an answer: those that it answers. They follow when their author changes them.
#[component]
pub(super) fn Quote(
    /// What it answers; none: the phone does not have it
    words: Memo<Option<String>>,
) -> impl IntoView {
    let lang = use_lang();
    view! {
        <blockquote class="mb-1 border-l-2 border-line-2 pl-2 text-xs text-ink-2 clip">
            {move || words.with(|words| quoted_words(words.as_deref(), lang))}
        </blockquote>
    }
}
