//! `/i/:identity/feeds/:feed`: who gets it.
use super::frame::Frame;
use crate::features::lists::view::Members;
use leptos::prelude::*;

/// The subscribers of a feed.
#[component]
pub fn FeedPage() -> impl IntoView {
    view! { <Frame body=|place, adding, _| view! { <Members place adding /> } /> }
}
