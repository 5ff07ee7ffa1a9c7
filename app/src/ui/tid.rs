//! A Threema ID.
use crate::kernel::ThreemaId;
use leptos::prelude::*;

/// A Threema ID: always whole, so that I, l and 1 differ.
#[component]
pub fn Tid(
    /// The ID
    id: ThreemaId,
) -> impl IntoView {
    view! { <span class="tid">{id.to_string()}</span> }
}
