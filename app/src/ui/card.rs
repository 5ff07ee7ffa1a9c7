//! Containers.
use leptos::prelude::*;

/// A card with a head. A card never stands in a card.
#[component]
pub fn Card(
    /// Its heading
    #[prop(into)]
    title: String,
    /// A name for ids, unique on the page
    name: &'static str,
    /// What stands at the end of the head
    #[prop(optional, into)]
    aside: ViewFnOnce,
    /// Body: `card-body`, `rows`, a table, `card-foot`
    children: Children,
) -> impl IntoView {
    let id = format!("card-{name}");
    let labelled = id.clone();
    view! {
        <section class="card" aria-labelledby=labelled>
            <div class="card-head">
                <h2 id=id>{title}</h2>
                {aside.run()}
            </div>
            {children()}
        </section>
    }
}

/// One figure of a `card strip`: the number before its sentence.
#[component]
pub fn Figure(
    /// What is counted
    #[prop(into)]
    label: String,
    /// The number, grouped
    #[prop(into)]
    value: Signal<String>,
    /// Beside the number, for example "of 10 000"
    #[prop(optional, into)]
    beside: Signal<String>,
    /// A meter and a sentence below
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div>
            <h2 class="meta">{label}</h2>
            <p class="flex items-baseline gap-2 mt-1">
                <span class="figure">{value}</span>
                <span class="text-ink-3 num">{beside}</span>
            </p>
            {children.map(|c| c())}
        </div>
    }
}
