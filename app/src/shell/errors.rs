//! Pages for what is not there.
use super::{Logo, text};
use crate::ui::{ButtonLink, Empty, use_lang};
use leptos::prelude::*;
use leptos_meta::Title;

/// No route has this address.
#[component]
pub fn NotFound() -> impl IntoView {
    let lang = use_lang();
    #[cfg(feature = "ssr")]
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(axum::http::StatusCode::NOT_FOUND);
    }
    view! {
        <Title text=text::not_found(lang) />
        <div class="p-6 md:px-16 md:py-10">
            <a class="inline-block" href="/">
                <Logo class="h-7" />
            </a>
            <main class="py-10" id="main">
                <h1 class="sr">{text::not_found(lang)}</h1>
                <Empty icon="circle-help" title=text::not_found(lang) text=text::not_found_text(lang)>
                    <ButtonLink href="/">{text::to_overview(lang)}</ButtonLink>
                </Empty>
            </main>
        </div>
    }
}
