//! What is wrong with the bot.
use super::{
    state::Builder,
    words::{level, name_of, sentence},
};
use crate::features::bots::{model::Finding, text};
use crate::kernel::Uid;
use crate::ui::{Empty, Icon, use_lang};
use leptos::prelude::*;

/// All findings, the worst first; a click leads to the command.
#[component]
pub fn Problems(builder: Builder) -> impl IntoView {
    let lang = use_lang();
    let line = move |(uid, name, sentence, finding): (Uid, String, String, Finding)| {
        let (icon, class, words) = level(lang, finding.what.level());
        view! {
            <li>
                <span class=class>
                    <Icon name=icon />
                    <span class="sr">{words}</span>
                </span>
                <span class="min-w-0">
                    <button
                        type="button"
                        class="link"
                        aria-label=text::show_command(lang, &name)
                        on:click=move |_| builder.open(&uid)
                    >
                        {name.clone()}
                    </button>
                    <span class="block text-ink-2">{sentence}</span>
                </span>
            </li>
        }
    };
    let all = Memo::new(move |_| {
        builder.tree.with(|t| {
            builder.findings.with(|all| {
                all.iter()
                    .map(|f| {
                        (
                            f.node.clone(),
                            name_of(lang, t, &f.node),
                            sentence(lang, t, f),
                            f.clone(),
                        )
                    })
                    .collect::<Vec<_>>()
            })
        })
    });
    view! {
        <Show
            when=move || !all.with(Vec::is_empty)
            fallback=move || {
                view! { <Empty icon="circle-check" title=text::no_problems(lang) text=text::no_problems_text(lang) /> }
            }
        >
            <ul class="rows text-sm">
                <For
                    each=move || all.get()
                    key=|(uid, name, sentence, _)| (uid.clone(), name.clone(), sentence.clone())
                    children=line
                />
            </ul>
        </Show>
    }
}
