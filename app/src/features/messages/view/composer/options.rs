//! What comes back, and who gets it later.
use super::state::Composer;
use crate::features::messages::{model::Scope, text};
use crate::ui::{Switch, use_lang};
use leptos::prelude::*;

/// The switches below the text.
#[component]
pub fn Options(composer: Composer) -> impl IntoView {
    let lang = use_lang();
    let broadcast = composer.is_broadcast;
    let replies = (!broadcast).then(|| {
        view! {
            <div class="grid gap-1">
                <Switch
                    label=text::take_replies(lang)
                    on=composer.takes_replies
                    change=move |on| composer.takes_replies.set(on)
                />
                <p class="text-sm text-ink-2">{text::take_replies_text(lang)}</p>
            </div>
        }
    });
    let kept = broadcast.then(|| view! { <p class="text-sm text-ink-2">{text::broadcast_replies(lang)}</p> });
    let fixed = Memo::new(move |_| composer.scope.get() == Scope::People);
    view! {
        <div class="grid gap-4">
            {replies} {kept} <Show when=move || !fixed.get()>
                <div class="grid gap-1">
                    <Switch
                        label=text::for_newcomers(lang)
                        on=composer.newcomers
                        change=move |on| composer.newcomers.set(on)
                    />
                    <p class="text-sm text-ink-2">
                        {match broadcast {
                            true => text::for_newcomers_broadcast(lang),
                            false => text::for_newcomers_lists(lang),
                        }}
                    </p>
                </div>
            </Show>
        </div>
    }
}
