//! Fields to choose with.
use super::{field::Ties, text_field::follow};
use leptos::{html, prelude::*};

/// One value of a list. `options` are value and words.
#[component]
pub fn SelectField(
    /// Name in the form and in the input type
    name: &'static str,
    /// The label
    #[prop(into)]
    label: String,
    /// Help
    #[prop(optional, into)]
    help: String,
    /// Value and words
    options: Vec<(String, String)>,
    /// The signal that it writes and shows
    bind: RwSignal<String>,
    /// Cannot be changed now
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    let ties = Ties::new(name, &help, None);
    let node = NodeRef::<html::Select>::new();
    let signal = Some(bind);
    follow!(node, signal);
    let chosen = bind.get_untracked();
    let option = |(value, words): (String, String)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    };
    let control = view! {
        <select
            node_ref=node
            class="select"
            id=ties.id.clone()
            name=name
            disabled=disabled
            aria-describedby=ties.described()
            aria-invalid=ties.invalid()
            on:change:target=move |event| bind.set(event.target().value())
        >
            {options.into_iter().map(option).collect_view()}
        </select>
    };
    ties.frame(label, Signal::default(), help, control.into_any())
}

/// A check: it waits for the form.
#[component]
pub fn CheckField(
    /// Name in the form and in the input type
    name: &'static str,
    /// The words
    #[prop(into)]
    label: String,
    /// The signal that it writes and shows
    bind: RwSignal<bool>,
    /// Cannot be changed now
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="check" for=format!("field-{name}")>
            <input
                type="checkbox"
                id=format!("field-{name}")
                name=name
                checked=bind.get_untracked()
                prop:checked=bind
                disabled=disabled
                on:change:target=move |event| bind.set(event.target().checked())
            />
            <span>{label}</span>
        </label>
    }
}

/// A switch: it acts at once. `change` gets the new state.
#[component]
pub fn Switch(
    /// The words
    #[prop(into)]
    label: String,
    /// Whether it is on
    #[prop(into)]
    on: Signal<bool>,
    /// Called with what it should be
    #[prop(into)]
    change: Callback<bool>,
    /// Cannot be changed now
    #[prop(optional, into)]
    disabled: Signal<bool>,
) -> impl IntoView {
    view! {
        <label class="switch">
            <input
                type="checkbox"
                role="switch"
                checked=on.get_untracked()
                prop:checked=on
                disabled=disabled
                on:change:target=move |event| change.run(event.target().checked())
            />
            <span>{label}</span>
        </label>
    }
}

/// A radio with a body: title and what it means.
#[component]
pub fn Choice(
    /// Name of the group
    name: &'static str,
    /// Its value
    value: &'static str,
    /// The title
    #[prop(into)]
    title: String,
    /// What it means
    #[prop(optional, into)]
    text: String,
    /// The signal of the group
    bind: RwSignal<String>,
) -> impl IntoView {
    view! {
        <label class="choice">
            <input
                class="tick"
                type="radio"
                name=name
                value=value
                checked=bind.get_untracked() == value
                prop:checked=move || bind.get() == value
                on:change=move |_| bind.set(value.to_owned())
            />
            <span>
                <span class="block font-medium">{title}</span>
                {(!text.is_empty()).then(|| view! { <span class="block text-sm text-ink-2 mt-0.5">{text}</span> })}
            </span>
        </label>
    }
}
