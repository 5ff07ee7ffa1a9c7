//! The frame around the pages: document, layout, navigation, routes.
use leptos::prelude::*;

/// The whole cockpit.
#[component]
pub fn App() -> impl IntoView {
    view! { <p>"Fanfare"</p> }
}
