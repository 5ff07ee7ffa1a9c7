//! Two to five views of the same thing.
use leptos::prelude::*;

/// Buttons of which one is pressed. `options` are value and words.
#[component]
pub fn Seg(
    /// What is chosen here
    #[prop(into)]
    label: String,
    /// Value and words
    options: Vec<(String, String)>,
    /// The chosen value
    bind: RwSignal<String>,
) -> impl IntoView {
    let button = move |(value, words): (String, String)| {
        let own = value.clone();
        let pressed = Signal::derive(move || (bind.get() == own).to_string());
        view! {
            <button type="button" aria-pressed=pressed on:click=move |_| bind.set(value.clone())>
                {words}
            </button>
        }
    };
    view! {
        <span class="seg" role="group" aria-label=label>
            {options.into_iter().map(button).collect_view()}
        </span>
    }
}
