//! Light, dark, or as the system has it: kept in a cookie, so that the server draws it and nothing flashes.
use super::text;
use crate::ui::{Button, IconButton, pressed, use_lang};
use leptos::prelude::*;

/// The chosen theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// `data-theme` of the document
    pub const fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            theme => Some(theme.name()),
        }
    }

    fn parse(name: &str) -> Self {
        match name {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    const fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

#[cfg(feature = "ssr")]
pub(super) fn find() -> Theme {
    use_context::<axum::http::request::Parts>()
        .and_then(|parts| crate::features::auth::server::cookie(&parts.headers, "theme").map(Theme::parse))
        .unwrap_or_default()
}

#[cfg(not(feature = "ssr"))]
pub(super) fn find() -> Theme {
    let name = document()
        .document_element()
        .and_then(|e| e.get_attribute("data-theme"));
    Theme::parse(&name.unwrap_or_default())
}

fn choose(theme: Theme) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match theme.attribute() {
        Some(name) => root.set_attribute("data-theme", name),
        None => root.remove_attribute("data-theme"),
    };
    #[cfg(feature = "hydrate")]
    {
        use wasm_bindgen::JsCast;
        if let Ok(document) = document().dyn_into::<web_sys::HtmlDocument>() {
            let _ = document.set_cookie(&format!(
                "theme={}; Path=/; Max-Age=31536000; SameSite=Lax",
                theme.name()
            ));
        }
    }
}

/// Goes round: system, light, dark.
#[component]
pub fn ThemeSwitch(
    /// With words
    #[prop(optional)]
    words: bool,
) -> impl IntoView {
    let lang = use_lang();
    let theme = RwSignal::new(find());
    let label = move || match theme.get() {
        Theme::System => text::theme_system(lang),
        Theme::Light => text::theme_light(lang),
        Theme::Dark => text::theme_dark(lang),
    };
    let turn = move |_| {
        theme.update(|t| *t = t.next());
        choose(theme.get_untracked());
    };
    if words {
        return view! {
            <Button icon="sun-moon" small=true on:click=pressed(turn)>
                {label}
            </Button>
        }
        .into_any();
    }
    view! {
        <IconButton icon="sun-moon" label=Signal::derive(move || label().to_owned()) small=true on:click=pressed(turn) />
    }
    .into_any()
}
