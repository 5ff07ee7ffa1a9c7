//! Fields to write into.
use super::{Icon, field::Ties, pressed, text, use_lang};
use leptos::{html, prelude::*};

/// Keeps a signal and a control the same. What somebody typed before the page was hydrated wins over the signal's start.
macro_rules! follow {
    ($node:ident, $signal:ident) => {
        if let Some(signal) = $signal {
            Effect::new(move |seen: Option<()>| {
                let value = signal.get();
                if let Some(control) = $node.get() {
                    let typed = control.value();
                    if seen.is_none() && !typed.is_empty() && typed != value {
                        signal.set(typed);
                    } else if typed != value {
                        control.set_value(&value);
                    }
                }
            });
        }
    };
}
pub(super) use follow;

/// One line of text.
#[component]
pub fn TextField(
    /// Name in the form and in the input type
    name: &'static str,
    /// The label
    #[prop(into)]
    label: String,
    /// Help
    #[prop(optional, into)]
    help: String,
    /// At the label's right, for example what is left
    #[prop(optional, into)]
    meta: Signal<String>,
    /// What stands in it at first, without a signal
    #[prop(optional, into)]
    value: String,
    /// The signal that it writes and shows
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// `type`: text, email, number, url, date …
    #[prop(default = "text")]
    kind: &'static str,
    /// `autocomplete`
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Must be filled in
    #[prop(optional)]
    required: bool,
    /// Has the focus at first
    #[prop(optional)]
    autofocus: bool,
    /// Higher
    #[prop(optional)]
    large: bool,
    /// An example, never the label
    #[prop(optional, into)]
    placeholder: String,
    /// Cannot be changed now
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// An error that the form does not know
    #[prop(optional)]
    error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let ties = Ties::new(name, &help, error);
    let node = NodeRef::<html::Input>::new();
    follow!(node, bind);
    let start = bind.map_or(value, |signal| signal.get_untracked());
    let control = view! {
        <input
            node_ref=node
            class=if large { "input input-lg" } else { "input" }
            id=ties.id.clone()
            name=name
            type=kind
            value=start
            autocomplete=autocomplete
            required=required
            autofocus=autofocus
            placeholder=(!placeholder.is_empty()).then_some(placeholder)
            disabled=disabled
            aria-describedby=ties.described()
            aria-invalid=ties.invalid()
            on:input:target=move |event| {
                if let Some(signal) = bind {
                    signal.set(event.target().value());
                }
            }
        />
    };
    ties.frame(label, meta, help, control.into_any())
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Name in the form and in the input type
    name: &'static str,
    /// The label
    #[prop(into)]
    label: String,
    /// Help
    #[prop(optional, into)]
    help: String,
    /// At the label's right, for example what is left
    #[prop(optional, into)]
    meta: Signal<String>,
    /// The signal that it writes and shows
    bind: RwSignal<String>,
    /// Lines
    #[prop(default = 4)]
    rows: u16,
    /// An example, never the label
    #[prop(optional, into)]
    placeholder: String,
    /// `lang` of what is written
    #[prop(optional, into)]
    lang: Option<String>,
    /// Cannot be changed now
    #[prop(optional, into)]
    disabled: Signal<bool>,
    /// An error that the form does not know
    #[prop(optional)]
    error: Option<Signal<Option<String>>>,
) -> impl IntoView {
    let ties = Ties::new(name, &help, error);
    let node = NodeRef::<html::Textarea>::new();
    let signal = Some(bind);
    follow!(node, signal);
    let control = view! {
        <textarea
            node_ref=node
            class="textarea"
            id=ties.id.clone()
            name=name
            rows=rows.to_string()
            lang=lang
            placeholder=(!placeholder.is_empty()).then_some(placeholder)
            disabled=disabled
            aria-describedby=ties.described()
            aria-invalid=ties.invalid()
            on:input:target=move |event| bind.set(event.target().value())
        >
            {bind.get_untracked()}
        </textarea>
    };
    ties.frame(label, meta, help, control.into_any())
}

/// A password or another secret, with a button to see it.
#[component]
pub fn PasswordField(
    /// Name in the form and in the input type
    name: &'static str,
    /// The label
    #[prop(into)]
    label: String,
    /// Help
    #[prop(optional, into)]
    help: String,
    /// The signal that it writes and shows
    #[prop(optional)]
    bind: Option<RwSignal<String>>,
    /// `current-password webauthn`, `new-password`, or `off` for a secret that is no password
    #[prop(default = "current-password")]
    autocomplete: &'static str,
    /// Must be filled in
    #[prop(optional)]
    required: bool,
    /// Has the focus at first
    #[prop(optional)]
    autofocus: bool,
    /// Higher
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let lang = use_lang();
    let ties = Ties::new(name, &help, None);
    let shown = RwSignal::new(false);
    let node = NodeRef::<html::Input>::new();
    follow!(node, bind);
    let label_of_button = move || {
        if shown.get() {
            text::hide_password(lang)
        } else {
            text::show_password(lang)
        }
    };
    let control = view! {
        <span class="input-group">
            <input
                node_ref=node
                class=if large { "input input-lg" } else { "input" }
                id=ties.id.clone()
                name=name
                type=move || if shown.get() { "text" } else { "password" }
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                required=required
                autofocus=autofocus
                aria-describedby=ties.described()
                aria-invalid=ties.invalid()
                on:input:target=move |event| {
                    if let Some(signal) = bind {
                        signal.set(event.target().value());
                    }
                }
            />
            <button
                class="btn btn-quiet btn-icon btn-sm mr-1"
                type="button"
                aria-pressed=move || shown.get().to_string()
                aria-label=label_of_button
                on:click=pressed(move |_| shown.update(|s| *s = !*s))
            >
                <Icon name="eye" />
            </button>
        </span>
    };
    ties.frame(label, Signal::default(), help, control.into_any())
}
