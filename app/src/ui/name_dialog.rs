//! The dialog that asks for a name.
use super::{Button, Dialog, Form, Submit, TextField, text, use_lang};
use crate::kernel::{AppError, AppResult};
use leptos::{prelude::*, server_fn::ServerFn};

/// Asks for the name of something that is made or renamed. Make it at the page, not in a part that loads again.
#[component]
pub fn NameDialog<S, F, D>(
    /// Whether it is open
    open: RwSignal<bool>,
    /// A name for ids, unique on the page
    name: &'static str,
    /// The question
    #[prop(into)]
    title: Signal<String>,
    /// The name as it is
    #[prop(optional, into)]
    before: Signal<String>,
    /// Names the field, and says who sees it
    field: (&'static str, &'static str),
    /// On the button
    verb: &'static str,
    /// Makes the call of what was typed
    call: F,
    /// Gets what the call answers
    done: D,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Clone + Send + Sync + 'static,
    F: Fn(String) -> AppResult<S> + Send + Sync + 'static,
    D: Fn(S::Output) + 'static,
{
    let lang = use_lang();
    let action = ServerAction::<S>::new();
    Effect::new(move || {
        if let Some(Ok(answer)) = action.value().get() {
            open.set(false);
            done(answer);
        }
    });
    let call = StoredValue::new(call);
    let (label, help) = field;
    view! {
        <Dialog open name title>
            {move || {
                let typed = RwSignal::new(before.get_untracked());
                let submit = move || call.with_value(|call| call(typed.get_untracked()));
                view! {
                    <Form action submit class="contents">
                        <div class="dialog-body">
                            <TextField name="name" label help bind=typed autofocus=true />
                        </div>
                        <div class="dialog-foot">
                            <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                            <Submit>{verb}</Submit>
                        </div>
                    </Form>
                }
            }}
        </Dialog>
    }
}
