//! Choosing a plan: its code, and the limit of a custom one.
use crate::features::{
    identities::text,
    plans::model::{PlanCode, PlanView},
};
use crate::shell::use_lang;
use crate::ui::{SelectField, TextField};
use leptos::prelude::*;

/// What is chosen in the fields.
#[derive(Clone, Copy)]
pub struct PlanSignals {
    code: RwSignal<String>,
    limit: RwSignal<String>,
}

impl PlanSignals {
    /// Starts with a plan, or with the usual first one.
    pub fn of(plan: Option<&PlanView>) -> Self {
        let code = plan.map_or_else(PlanCode::default, |p| p.code);
        let limit = match code {
            PlanCode::Custom => plan.and_then(|p| p.recipient_limit),
            _ => None,
        };
        Self {
            code: RwSignal::new(code.code().to_owned()),
            limit: RwSignal::new(limit.map(|l| l.to_string()).unwrap_or_default()),
        }
    }

    /// The choice as text, as `PlanChoice` reads it.
    pub fn choice(self) -> String {
        let code = self.code.get_untracked();
        if code != PlanCode::Custom.code() {
            return code;
        }
        // "10 000" is a number too
        let digits: String = self
            .limit
            .with_untracked(|l| l.chars().filter(|c| !c.is_whitespace()).collect());
        format!("{code}:{digits}")
    }
}

/// The fields.
#[component]
pub fn PlanFields(
    /// What is chosen
    signals: PlanSignals,
    /// Help
    help: &'static str,
) -> impl IntoView {
    let lang = use_lang();
    let options = PlanCode::ALL.map(|p| (p.code().to_owned(), p.name(lang)));
    let custom = move || signals.code.with(|c| c == PlanCode::Custom.code());
    view! {
        <SelectField name="plan" label=text::plan(lang) help=help options=options.to_vec() bind=signals.code />
        <Show when=custom>
            <TextField
                name="custom_limit"
                label=text::custom_limit(lang)
                help=text::custom_limit_help(lang)
                kind="number"
                bind=signals.limit
            />
        </Show>
    }
}
