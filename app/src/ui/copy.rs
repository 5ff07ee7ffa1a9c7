//! Copies a text.
use super::{IconButton, changing, pressed, text, use_lang};
use leptos::prelude::*;

/// A button that puts a text on the clipboard and says so.
#[component]
pub fn Copy(
    /// The text
    #[prop(into)]
    text: Signal<String>,
    /// What is copied, for example "Copy the ID"
    #[prop(optional, into)]
    label: Option<String>,
) -> impl IntoView {
    let lang = use_lang();
    let done = RwSignal::new(false);
    let label = label.unwrap_or_else(|| text::copy(lang).to_owned());
    let copy = move |_| {
        #[cfg(feature = "hydrate")]
        leptos::task::spawn_local(async move {
            let written = window().navigator().clipboard().write_text(&text.get_untracked());
            if wasm_bindgen_futures::JsFuture::from(written).await.is_ok() {
                done.set(true);
                gloo_timers::future::TimeoutFuture::new(2_000).await;
                done.try_set(false);
            }
        });
        #[cfg(not(feature = "hydrate"))]
        let _ = text;
    };
    view! {
        <IconButton
            icon=Signal::derive(move || if done.get() { "check" } else { "copy" })
            label=label
            small=true
            on:click=pressed(copy)
        />
        <span class="sr" role="status">
            {changing(move || if done.get() { text::copied(lang) } else { "" })}
        </span>
    }
}
