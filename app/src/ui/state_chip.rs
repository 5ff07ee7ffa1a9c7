//! How a thing stands: icon and word, never colour alone.
use super::Icon;
use leptos::prelude::*;

/// What a state means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Look {
    /// Nothing special
    #[default]
    Plain,
    /// Went well
    Ok,
    /// On the phone
    Delivered,
    /// Read
    Read,
    /// Failed
    Failed,
    /// Look here
    Warn,
    /// Will happen
    Info,
    /// Happens now
    Live,
}

impl Look {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Ok => " is-ok",
            Self::Delivered => " is-delivered",
            Self::Read => " is-read",
            Self::Failed => " is-failed",
            Self::Warn => " is-warn",
            Self::Info => " is-info",
            Self::Live => " is-live",
        }
    }
}

/// Icon and word: in rows plain, as `chip` in a heading.
#[component]
pub fn StateChip(
    /// The icon
    icon: &'static str,
    /// The word
    #[prop(into)]
    word: String,
    /// What it means
    #[prop(optional)]
    look: Look,
    /// With a ground: one a heading
    #[prop(optional)]
    chip: bool,
) -> impl IntoView {
    let base = if chip { "chip" } else { "state" };
    view! {
        <span class=format!("{base}{}", look.class())>
            <Icon name=icon />
            {word}
        </span>
    }
}
