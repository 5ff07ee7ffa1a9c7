//! How much of a limit is used.
use leptos::prelude::*;

/// A bar that turns orange at 90 % and red at 100 %.
#[component]
pub fn Meter(
    /// How much is used
    #[prop(into)]
    value: Signal<u64>,
    /// How much there is
    #[prop(into)]
    max: Signal<u64>,
    /// What it measures
    #[prop(into)]
    label: String,
    /// Lower
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    let class = move || {
        let (value, max) = (value.get(), max.get());
        let tone = match () {
            () if value >= max => " meter-fail",
            () if value.saturating_mul(10) >= max.saturating_mul(9) => " meter-warn",
            () => "",
        };
        format!("meter{tone}{}", if small { " meter-sm" } else { "" })
    };
    view! {
        <progress
            class=class
            value=move || value.get().to_string()
            max=move || max.get().max(1).to_string()
            aria-label=label
        ></progress>
    }
}
