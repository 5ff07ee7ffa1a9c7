//! The frame of the pages before the sign-in.
use super::LanguageSwitch;
use crate::features::auth::text;
use crate::shell::{Logo, use_lang, use_site};
use leptos::prelude::*;

/// The sound of the horn: arcs of dots (path, distance of the dots, width of the dots, opacity).
const ARCS: [(&str, &str, &str, &str); 17] = [
    ("M149.9 501.8A44 44 0 0 1 166.6 561.1", "10.00", "4.60", "1.00"),
    ("M167.8 470.6A80 80 0 0 1 198.2 578.4", "10.40", "4.48", "0.95"),
    ("M185.7 439.4A116 116 0 0 1 229.8 595.6", "10.80", "4.36", "0.91"),
    ("M203.6 408.2A152 152 0 0 1 261.4 612.9", "11.20", "4.24", "0.86"),
    ("M221.5 376.9A188 188 0 0 1 293.0 630.1", "11.60", "4.12", "0.82"),
    ("M239.5 345.7A224 224 0 0 1 324.6 647.4", "12.00", "4.00", "0.78"),
    ("M257.4 314.5A260 260 0 0 1 356.2 664.7", "12.40", "3.88", "0.73"),
    ("M275.3 283.2A296 296 0 0 1 387.8 681.9", "12.80", "3.76", "0.69"),
    ("M293.2 252.0A332 332 0 0 1 419.4 699.2", "13.20", "3.64", "0.64"),
    ("M311.1 220.8A368 368 0 0 1 451.0 716.4", "13.60", "3.52", "0.59"),
    ("M329.0 189.6A404 404 0 0 1 482.5 733.7", "14.00", "3.40", "0.55"),
    ("M346.9 158.3A440 440 0 0 1 514.1 750.9", "14.40", "3.28", "0.51"),
    ("M364.8 127.1A476 476 0 0 1 545.7 768.2", "14.80", "3.16", "0.46"),
    ("M382.8 95.9A512 512 0 0 1 577.3 785.5", "15.20", "3.04", "0.42"),
    ("M400.7 64.7A548 548 0 0 1 608.9 802.7", "15.60", "2.92", "0.37"),
    ("M418.6 33.4A584 584 0 0 1 640.5 820.0", "16.00", "2.80", "0.33"),
    ("M436.5 2.2A620 620 0 0 1 672.1 837.2", "16.40", "2.68", "0.28"),
];

/// The picture beside the sign-in.
#[component]
fn Horn() -> impl IntoView {
    let arc =
        |(i, (d, gap, width, opacity)): (usize, (&'static str, &'static str, &'static str, &'static str))| {
            view! {
                <path
                    class=(i < 7).then_some("text-brass")
                    d=d
                    stroke-dasharray=format!("0 {gap}")
                    stroke-width=width
                    opacity=opacity
                ></path>
            }
        };
    view! {
        <svg
            class="absolute inset-0 w-full h-full"
            viewBox="0 0 720 900"
            preserveAspectRatio="xMinYMid slice"
            fill="none"
            stroke="currentColor"
            stroke-linecap="round"
            aria-hidden="true"
        >
            {ARCS.into_iter().enumerate().map(arc).collect_view()}
            <path
                class="text-brass"
                fill="currentColor"
                stroke="none"
                transform="translate(44 510) scale(3)"
                d="M5 7.5H15C20.5 7.5 24.6 5.9 28 2.5V17.5C24.6 14.1 20.5 12.5 15 12.5H10V17.5H21L18 20.25 21 23H10V29.5H5Z"
            ></path>
        </svg>
    }
}

/// Logo and language above, links below, a picture beside.
#[component]
pub fn Frame(
    /// The page
    children: Children,
) -> impl IntoView {
    let lang = use_lang();
    let site = use_site();
    let [support, terms, privacy] = site.links;
    let links = [
        (support, text::support(lang)),
        (terms, text::terms(lang)),
        (privacy, text::privacy(lang)),
    ];
    let link = |(href, words): (Option<String>, &'static str)| {
        href.map(|href| view! { <a class="link" href=href rel="external">{words}</a> }.into_any())
    };
    view! {
        {site.local_gateway.then(|| view! { <div class="test-edge" aria-hidden="true"></div> }.into_any())}
        <div class="grid min-h-dvh lg:grid-cols-[minmax(0,1fr)_minmax(0,1.1fr)]">
            <div class="flex flex-col p-6 md:px-16 md:py-10">
                <header class="flex flex-wrap items-center justify-between gap-3">
                    <Logo class="h-7" />
                    <LanguageSwitch />
                </header>
                {children()}
                <footer class="flex flex-wrap items-center gap-x-4 gap-y-1 meta">
                    <span>"Fanfare " {env!("CARGO_PKG_VERSION")}</span>
                    {site.local_gateway.then(|| view! { <span>{text::local_gateway(lang)}</span> }.into_any())}
                    {links.into_iter().map(link).collect_view()}
                </footer>
            </div>
            <aside
                class="relative hidden overflow-hidden bg-sunken text-ink-3 border-l border-line lg:block"
                aria-label=text::about(lang)
            >
                <Horn />
                <p class="absolute left-12 right-12 bottom-10 text-ink-2">
                    <span class="block text-lg font-medium text-ink tracking-tight">{text::promise(lang)}</span>
                    <span class="block mt-1 max-w-104">{text::promise_text(lang)}</span>
                </p>
            </aside>
        </div>
    }
}
