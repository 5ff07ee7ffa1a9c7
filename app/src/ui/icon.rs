//! One icon of the sprite.
use leptos::prelude::*;

/// A decorative icon: the word stands beside it, or the control carries a label. `name` is a name in
/// `public/icons.svg`, without `i-`.
#[component]
pub fn Icon(
    /// For example `check`
    #[prop(into)]
    name: Signal<&'static str>,
    /// Further classes: `icon-sm`, `icon-lg`, a text colour
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=format!("icon {class}") aria-hidden="true">
            <use href=move || format!("/icons.svg#i-{}", name.get())></use>
        </svg>
    }
}
