//! The name, drawn.
use leptos::prelude::*;

/// The logo: ink in the colour of the text, the horn in brass.
#[component]
pub fn Logo(
    /// Its height, for example `h-6`
    #[prop(default = "h-6")]
    class: &'static str,
) -> impl IntoView {
    view! {
        <svg class=class viewBox="0 0 116 32" role="img" aria-label="Fanfare">
            <path
                class="text-brass"
                fill="currentColor"
                d="M3 7.5H13C18.5 7.5 22.6 5.9 26 2.5V17.5C22.6 14.1 18.5 12.5 13 12.5H8V17.5H19L16 20.25 19 23H8V29.5H3Z"
            ></path>
            <g fill="none" stroke="currentColor" stroke-width="3.5">
                <circle cx="35.65" cy="22" r="5.6"></circle>
                <path d="M41.25 14.6V29.5M47.95 29.5V14.6M47.95 21.6A5 5 0 0 1 57.95 21.6V29.5"></path>
                <path d="M65.4 29.5V13.9A4.6 4.6 0 0 1 70 9.3H72M61.4 16.4H71.4"></path>
                <circle cx="80.05" cy="22" r="5.6"></circle>
                <path d="M85.65 14.6V29.5M92.35 29.5V14.6M92.35 21.4A5 5 0 0 1 97.35 16.4H98.95"></path>
                <path d="M101.6 22H112.8A5.6 5.6 0 1 0 110.8 26.3"></path>
            </g>
        </svg>
    }
}
