//! Asks before something that cannot be undone.
use super::{Button, Dialog, Failure, Variant, text, use_lang};
use crate::kernel::AppError;
use leptos::prelude::*;

/// Asks before an irreversible step. The opener closes it (`open.set(false)`) when the step is done.
#[component]
pub fn Confirm(
    /// Whether it is open
    open: RwSignal<bool>,
    /// A name for ids, unique on the page
    name: &'static str,
    /// The question, with the object: "Delete the list Medien?"
    #[prop(into)]
    title: Signal<String>,
    /// The consequence, in numbers
    #[prop(into)]
    body: Signal<String>,
    /// Verb and count: "Delete 1 list"
    #[prop(into)]
    verb: Signal<String>,
    /// Removes something
    #[prop(optional)]
    danger: bool,
    /// The step goes on
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// The step failed
    #[prop(optional, into)]
    error: Signal<Option<AppError>>,
    /// Does it
    #[prop(into)]
    confirm: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let variant = if danger {
        Variant::DangerSolid
    } else {
        Variant::Primary
    };
    view! {
        <Dialog open name title>
            <div class="dialog-body grid gap-3">
                <p class="text-ink-2">{body}</p>
                {move || error.get().map(|error| view! { <Failure error /> })}
            </div>
            <div class="dialog-foot">
                <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                    {text::cancel(lang)}
                </Button>
                <Button variant busy on:click=move |_| confirm.run(())>
                    {verb}
                </Button>
            </div>
        </Dialog>
    }
}
