//! While the undo window runs.
use super::super::{
    live::{clock, focus_on},
    words::people,
};
use super::Followed;
use crate::features::messages::{
    api::{stop_message, undo_send},
    text,
};
use crate::ui::{Button, Variant, use_lang};
use leptos::{leptos_dom::helpers::set_interval_with_handle, prelude::*};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use std::time::Duration;

/// The ring that drains, and the way back.
#[component]
pub fn UndoCard(followed: Followed) -> impl IntoView {
    let lang = use_lang();
    let Followed {
        view, standing, busy, ..
    } = followed;
    let window = view.with_untracked(|v| v.send_after.map_or(1, |end| end.since(v.row.at).max(1)));
    let left = RwSignal::new(view.with_untracked(|v| v.send_after.map_or(0, |end| end.since(v.now))));
    tick(followed, left);
    Effect::new(move |_| focus_on("undo-title".to_owned()));
    let seconds = move || {
        u64::try_from(left.get().max(0))
            .unwrap_or_default()
            .div_ceil(1_000)
    };
    let drained = move || (100 - (left.get().max(0) * 100 / window).clamp(0, 100)).to_string();
    let who = move || people(lang, standing.counts.get().pending);
    // spoken once: the ring counts without a voice
    let first = untrack(seconds);
    let title = move || match left.get() > 0 {
        true => text::goes_in(lang, &who(), &seconds().to_string()),
        false => text::goes_now(lang, &who()),
    };
    // not written into the markup: elements without any variable get wrapped, and then are no siblings for the style
    let radius = "15.9";
    let retry = view.with_untracked(|v| v.retry_of.is_some());
    let navigate = use_navigate();
    let back = Callback::new(move |()| {
        let (identity, uid) = (followed.identity.get_value(), followed.uid.get_value());
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&format!("/i/{identity}/messages/new?draft={uid}"), options);
    });
    let undo = move |_| {
        let (identity, uid) = (followed.identity.get_value(), followed.uid.get_value());
        match retry {
            // as a draft it would go to everybody on the lists
            true => followed.step(
                move || stop_message(identity.clone(), uid.clone()),
                Callback::new(|()| ()),
            ),
            false => followed.step(move || undo_send(identity.clone(), uid.clone()), back),
        }
    };
    view! {
        <section
            class="card border-brass p-5 md:p-6 flex flex-wrap items-center gap-5"
            aria-labelledby="undo-title"
        >
            <svg class="countdown w-16 h-16" viewBox="0 0 36 36" aria-hidden="true">
                <circle cx="18" cy="18" r=radius></circle>
                <circle
                    class="animate-none! transition-[stroke-dashoffset] duration-250 ease-linear"
                    cx="18"
                    cy="18"
                    r=radius
                    pathLength="100"
                    stroke-dashoffset=drained
                ></circle>
                <text x="18" y="18.5">
                    {move || seconds().to_string()}
                </text>
            </svg>
            <div class="flex-1 min-w-56">
                <h2 class="text-md num" id="undo-title" tabindex="-1">
                    {title}
                </h2>
                <p class="text-ink-2">
                    {if retry { text::undo_retry_text(lang) } else { text::undo_text(lang) }}
                </p>
                <p class="sr" role="status">
                    {text::goes_in(lang, &untrack(who), &first.to_string())}
                </p>
            </div>
            <Button variant=Variant::Primary large=true icon="undo-2" busy on:click=undo>
                {if retry { text::do_not_send(lang) } else { text::undo(lang) }}
            </Button>
        </section>
    }
}

/// Counts down by this computer's clock from what the server said was left.
fn tick(followed: Followed, left: RwSignal<i64>) {
    Effect::new(move |_| {
        let late = StoredValue::new(false);
        let step = move || {
            let Some(view) = followed.view.try_get_untracked() else {
                return;
            };
            let Some(end) = view.send_after else { return };
            let rest = end.since(view.now) - (clock() - followed.loaded_at.get_value());
            let _ = left.try_set(rest);
            // the stream says when it begins; look once when it does not
            if rest < -1_500 && !late.get_value() {
                late.set_value(true);
                followed.reload();
            }
        };
        if let Ok(handle) = set_interval_with_handle(step, Duration::from_millis(250)) {
            on_cleanup(move || handle.clear());
        }
    });
}
