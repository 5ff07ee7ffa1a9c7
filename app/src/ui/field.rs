//! What every field has: label, help, error, tied together for screen readers.
use super::{Icon, changing, use_form, use_lang};
use leptos::prelude::*;

/// Ids and state of one field.
#[derive(Clone)]
pub(super) struct Ties {
    /// Id of the control
    pub id: String,
    help: Option<String>,
    error: Signal<Option<String>>,
}

impl Ties {
    /// For the field `name` of the form around it; `error` adds one that the form does not know.
    pub fn new(name: &str, help: &str, error: Option<Signal<Option<String>>>) -> Self {
        let lang = use_lang();
        let form = use_form();
        let field = name.to_owned();
        let error = Signal::derive(move || {
            let own = error.and_then(|e| e.get());
            own.or_else(|| form?.error.with(|e| e.as_ref()?.of(&field).map(|p| p.text(lang))))
        });
        Self {
            id: format!("field-{name}"),
            help: (!help.is_empty()).then(|| format!("field-{name}-help")),
            error,
        }
    }

    fn error_id(&self) -> String {
        format!("{}-error", self.id)
    }

    /// `aria-describedby`
    pub fn described(&self) -> Signal<Option<String>> {
        let (help, error, error_id) = (self.help.clone(), self.error, self.error_id());
        Signal::derive(move || {
            let error = error.with(Option::is_some).then(|| error_id.clone());
            match (help.clone(), error) {
                (Some(help), Some(error)) => Some(format!("{help} {error}")),
                (help, error) => help.or(error),
            }
        })
    }

    /// `aria-invalid`
    pub fn invalid(&self) -> Signal<Option<&'static str>> {
        let error = self.error;
        Signal::derive(move || error.with(Option::is_some).then_some("true"))
    }

    /// Label, control, help and error under each other.
    pub fn frame(self, label: String, meta: Signal<String>, help: String, control: AnyView) -> AnyView {
        let (help_id, error_id, error) = (self.help.clone(), self.error_id(), self.error);
        view! {
            <div class="field">
                <label class="field-label" for=self.id>
                    {label}
                    {changing(move || {
                        let meta = meta.get();
                        (!meta.is_empty()).then(|| view! { <span class="meta">{meta}</span> }.into_any())
                    })}
                </label>
                {control}
                {help_id.map(|id| view! { <p class="field-help" id=id>{help}</p> }.into_any())}
                {changing(move || {
                    error
                        .get()
                        .map(|problem| {
                            view! {
                                <p class="field-error" id=error_id.clone()>
                                    <Icon name="circle-alert" />
                                    {problem}
                                </p>
                            }
                                .into_any()
                        })
                })}
            </div>
        }
        .into_any()
    }
}

/// The frame of a field for a control that the kit does not have. The child gets the ids by name: give the control
/// `id="field-NAME"` and `aria-describedby="field-NAME-help"` or `field-NAME-error`.
#[component]
pub fn FieldFrame(
    /// The field's name
    name: &'static str,
    /// The label
    #[prop(into)]
    label: String,
    /// At the label's right
    #[prop(optional, into)]
    meta: Signal<String>,
    /// Help
    #[prop(optional, into)]
    help: String,
    /// An error that the form does not know
    #[prop(optional)]
    error: Option<Signal<Option<String>>>,
    /// The control
    children: Children,
) -> impl IntoView {
    Ties::new(name, &help, error).frame(label, meta, help, children().into_any())
}
