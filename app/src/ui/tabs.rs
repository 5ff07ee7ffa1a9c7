//! Parts of a page that have an address each.
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// Links of which one is where we are. `items` are words and address; the first address whose path is the page's is
/// current.
#[component]
pub fn Tabs(
    /// What these are parts of
    #[prop(into)]
    label: String,
    /// Words and address
    items: Vec<(String, String)>,
) -> impl IntoView {
    let location = use_location();
    let tab = move |(words, href): (String, String)| {
        let own = href.clone();
        let current = move || {
            let query = location.search.get();
            let here = location.pathname.get();
            (own == here || own == format!("{here}?{query}")).then_some("page")
        };
        view! {
            <a href=href aria-current=current>
                {words}
            </a>
        }
    };
    view! {
        <nav class="tabs" aria-label=label>
            {items.into_iter().map(tab).collect_view()}
        </nav>
    }
}
