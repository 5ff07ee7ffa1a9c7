//! A notice that stays.
use super::Icon;
use leptos::prelude::*;

/// What a notice means. Red only for failure, orange only for "look here".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Something to know
    #[default]
    Info,
    /// Neutral
    Plain,
    /// Look here
    Warn,
    /// Failed
    Fail,
    /// Went well
    Ok,
    /// Chosen, live
    Brass,
}

impl Tone {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Info => "banner",
            Self::Plain => "banner banner-plain",
            Self::Warn => "banner banner-warn",
            Self::Fail => "banner banner-fail",
            Self::Ok => "banner banner-ok",
            Self::Brass => "banner banner-brass",
        }
    }

    pub(super) const fn icon(self) -> &'static str {
        match self {
            Self::Info | Self::Plain | Self::Brass => "info",
            Self::Warn => "triangle-alert",
            Self::Fail => "circle-x",
            Self::Ok => "circle-check",
        }
    }
}

/// A notice that stays: icon, words, perhaps actions. A failure is spoken at once.
#[component]
pub fn Banner(
    /// What it means
    #[prop(optional)]
    tone: Tone,
    /// Another icon
    #[prop(optional)]
    icon: Option<&'static str>,
    /// The words; buttons stand in `actions`
    children: Children,
    /// Buttons or links at its end
    #[prop(optional, into)]
    actions: ViewFnOnce,
) -> impl IntoView {
    view! {
        <div class=tone.class() role=(tone == Tone::Fail).then_some("alert")>
            <Icon name=icon.unwrap_or_else(|| tone.icon()) />
            <div>{children()}</div>
            {actions.run()}
        </div>
    }
}
