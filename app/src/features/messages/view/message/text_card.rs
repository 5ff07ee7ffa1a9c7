//! What was sent, and until when it is kept.
use super::super::words::short;
use super::Followed;
use crate::features::messages::text;
use crate::kernel::LanguageCode;
use crate::ui::{Markup, Time, TimeStyle, use_lang};
use leptos::prelude::*;

/// The texts, as the phone shows them.
#[component]
pub fn TextCard(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let view = followed.view;
    let language = RwSignal::new(view.with_untracked(|v| v.default_language));
    let languages = Memo::new(move |_| {
        view.with(|v| {
            let others = v.texts.keys().copied().filter(|l| *l != v.default_language);
            std::iter::once(v.default_language)
                .filter(|l| v.texts.contains_key(l))
                .chain(others)
                .collect::<Vec<_>>()
        })
    });
    let current =
        Signal::derive(move || view.with(|v| v.texts.get(&language.get()).cloned().unwrap_or_default()));
    let erased = Memo::new(move |_| view.with(|v| v.texts.is_empty()));
    let erase_at = Signal::derive(move || view.with(|v| v.erase_at));
    let started = Memo::new(move |_| view.with(|v| v.started_at));
    let finished = Memo::new(move |_| view.with(|v| v.finished_at));
    let choice = move |l: LanguageCode| {
        view! {
            <button
                type="button"
                aria-pressed=move || (language.get() == l).to_string()
                aria-label=l.own_name()
                on:click=move |_| language.set(l)
            >
                {short(l)}
            </button>
        }
    };
    let switch = move || {
        let all = languages.get();
        (all.len() > 1).then(|| {
            view! {
                <span class="seg flex-wrap" role="group" aria-label=text::text_language(lang)>
                    {all.into_iter().map(choice).collect_view()}
                </span>
            }
        })
    };
    let time = move |word: &'static str, at: Memo<Option<crate::kernel::Timestamp>>| {
        move || {
            at.get().map(|at| {
                view! {
                    <div>
                        <dt>{word}</dt>
                        <dd>
                            <Time at style=TimeStyle::Full />
                        </dd>
                    </div>
                }
            })
        }
    };
    view! {
        <section class="card" aria-labelledby="text-card">
            <div class="card-head">
                <h2 id="text-card">{text::message(lang)}</h2>
                {switch}
            </div>
            {move || match erased.get() {
                true => view! { <p class="card-body text-ink-2">{text::erased_text(lang)}</p> }.into_any(),
                false => {
                    view! {
                        <div class="p-3 bg-sunken flex flex-col max-h-112 overflow-y-auto" tabindex="0" role="region" aria-label=text::text_as_sent(lang)>
                            <div class="bubble" dir="auto" lang=move || language.get().to_string()>
                                <Markup text=current />
                            </div>
                        </div>
                    }
                        .into_any()
                }
            }}
            <dl class="facts facts-tight px-4 py-2 border-t border-line">
                {time(text::started(lang), started)} {time(text::finished(lang), finished)}
                <div>
                    <dt>
                        {move || if erased.get() { text::text_erased(lang) } else { text::text_kept_until(lang) }}
                    </dt>
                    <dd>
                        <Time at=erase_at style=TimeStyle::Date />
                    </dd>
                </div>
            </dl>
        </section>
    }
}
