//! Buttons.
use super::{Changing, Icon, changing, use_form};
use leptos::prelude::*;

/// How a button looks. One primary button a view; solid red only in the dialog that removes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// With an edge
    #[default]
    Plain,
    /// Ink
    Primary,
    /// Without an edge
    Quiet,
    /// Red words
    Danger,
    /// Red ground
    DangerSolid,
}

impl Variant {
    const fn class(self) -> &'static str {
        match self {
            Self::Plain => "btn",
            Self::Primary => "btn btn-primary",
            Self::Quiet => "btn btn-quiet",
            Self::Danger => "btn btn-danger",
            Self::DangerSolid => "btn btn-danger-solid",
        }
    }
}

fn classes(variant: Variant, small: bool, large: bool, block: bool) -> String {
    let mut class = String::from(variant.class());
    for (on, name) in [(small, " btn-sm"), (large, " btn-lg"), (block, " btn-block")] {
        if on {
            class.push_str(name);
        }
    }
    class
}

/// `aria-busy`
fn truth(busy: Signal<bool>) -> Signal<Option<&'static str>> {
    Signal::derive(move || busy.get().then_some("true"))
}

/// The icon of a button; while busy, one that turns.
fn leading(icon: &'static str, busy: Signal<bool>) -> Changing {
    let name = Signal::derive(move || if busy.get() { "loader-circle" } else { icon });
    changing(move || (!icon.is_empty() || busy.get()).then(|| view! { <Icon name=name /> }.into_any()))
}

/// A button that acts: `<Button on:click=move |_| ..>"Pause"</Button>`. While busy it keeps its label and does not take
/// clicks.
#[component]
pub fn Button(
    /// How it looks
    #[prop(optional)]
    variant: Variant,
    /// Small
    #[prop(optional)]
    small: bool,
    /// Large
    #[prop(optional)]
    large: bool,
    /// As wide as there is space
    #[prop(optional)]
    block: bool,
    /// Icon before the words
    #[prop(optional)]
    icon: &'static str,
    /// Something it started is still going on
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Cannot be used now; say why beside it
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The words
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=classes(variant, small, large, block)
            aria-busy=truth(busy)
            disabled=Signal::derive(move || disabled.get() || busy.get())
        >
            {leading(icon, busy)}
            <span>{children()}</span>
        </button>
    }
}

/// The button that sends the form around it; busy with the form.
#[component]
pub fn Submit(
    /// How it looks
    #[prop(default = Variant::Primary)]
    variant: Variant,
    /// Large
    #[prop(optional)]
    large: bool,
    /// As wide as there is space
    #[prop(optional)]
    block: bool,
    /// Icon before the words
    #[prop(optional)]
    icon: &'static str,
    /// Cannot be used now; say why beside it
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// The words: the verb, with the count where there is one
    children: Children,
) -> impl IntoView {
    let form = use_form();
    let busy = form.map_or_else(Signal::default, |form| form.busy);
    let closed = move || disabled.get() || form.is_some_and(|form| !form.ready.get());
    view! {
        <button
            type="submit"
            class=classes(variant, false, large, block)
            aria-busy=truth(busy)
            disabled=Signal::derive(closed)
        >
            {leading(icon, busy)}
            <span>{children()}</span>
        </button>
    }
}

/// A link that looks like a button.
#[component]
pub fn ButtonLink(
    /// Where it leads
    #[prop(into)]
    href: Signal<String>,
    /// How it looks
    #[prop(optional)]
    variant: Variant,
    /// Small
    #[prop(optional)]
    small: bool,
    /// Icon before the words
    #[prop(optional)]
    icon: &'static str,
    /// The words
    children: Children,
) -> impl IntoView {
    view! {
        <a class=classes(variant, small, false, false) href=href>
            {leading(icon, Signal::default())}
            <span>{children()}</span>
        </a>
    }
}

/// A button that is only an icon; the label is what it is called.
#[component]
pub fn IconButton(
    /// The icon
    #[prop(into)]
    icon: Signal<&'static str>,
    /// What it is called
    #[prop(into)]
    label: Signal<String>,
    /// How it looks
    #[prop(default = Variant::Quiet)]
    variant: Variant,
    /// Small
    #[prop(optional)]
    small: bool,
    /// Cannot be used now
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class=format!("{} btn-icon", classes(variant, small, false, false))
            aria-label=label
            title=label
            disabled=disabled
        >
            <Icon name=icon />
        </button>
    }
}
