//! Nothing there yet, nothing found.
use super::Icon;
use leptos::prelude::*;

/// Says what would stand here and what to do; buttons are children.
#[component]
pub fn Empty(
    /// Icon; none when something was searched and not found
    #[prop(optional)]
    icon: &'static str,
    /// A sentence
    #[prop(into)]
    title: String,
    /// What it is good for, or where was searched
    #[prop(optional, into)]
    text: String,
    /// Buttons
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="empty">
            {(!icon.is_empty()).then(|| view! { <Icon name=icon class="icon-lg" /> }.into_any())}
            <h2 class="text-md">{title}</h2>
            {(!text.is_empty()).then(|| view! { <p>{text}</p> }.into_any())}
            {children.map(|c| view! { <div class="flex flex-wrap gap-2 mt-2">{c()}</div> }.into_any())}
        </div>
    }
}
