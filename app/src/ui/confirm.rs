//! Asks before something that cannot be undone.
use super::{Button, Dialog, Failure, Variant, text, use_lang};
use crate::kernel::{AppError, AppResult};
use leptos::{prelude::*, task::spawn_local};

/// A step that [`Confirm`] asks about.
#[derive(Clone, Copy)]
pub struct Asked {
    /// Whether the question is open
    pub open: RwSignal<bool>,
    /// The step goes on
    pub busy: RwSignal<bool>,
    /// The step failed
    pub error: RwSignal<Option<AppError>>,
}

impl Asked {
    /// The step behind the question that `open` opens.
    pub fn new(open: RwSignal<bool>) -> Self {
        Self {
            open,
            busy: RwSignal::new(false),
            error: RwSignal::new(None),
        }
    }

    /// Takes the step. The question closes when it is done, also when the page is gone meanwhile, and `done` gets what came.
    pub fn run<T>(self, step: impl Future<Output = AppResult<T>> + 'static, done: impl FnOnce(T) + 'static) {
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let result = step.await;
            let _ = self.busy.try_set(false);
            match result {
                Ok(value) => {
                    let _ = self.open.try_set(false);
                    done(value);
                }
                Err(error) => drop(self.error.try_set(Some(error))),
            }
        });
    }
}

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
