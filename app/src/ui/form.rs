//! Forms: busy and error state in one place, errors of fields at their fields.
use super::{Changing, Failure, Hydrated, changing, confirm_when_asked, failure_of};
use crate::kernel::{AppError, AppResult};
use leptos::{
    context::Provider,
    ev::SubmitEvent,
    html,
    prelude::*,
    server_fn::ServerFn,
    web_sys::{FormData, HtmlFormElement},
};

/// What the fields and the button of a form know about it.
#[derive(Clone, Copy)]
pub struct FormState {
    /// It can be sent: the browser's own way of sending would not be understood before the page reacts.
    pub ready: Signal<bool>,
    /// The call goes on.
    pub busy: Signal<bool>,
    /// The last call failed, or the check before it.
    pub error: Signal<Option<AppError>>,
}

/// The form around this component.
pub fn use_form() -> Option<FormState> {
    use_context()
}

/// A form that calls a server function with what `submit` makes of its signals. `submit` may check first, with the same
/// `validate` that the server uses; its error is shown like the server's.
///
/// `<Form action=create submit=move || Ok(CreateList { input: input().validate()? })>…</Form>`
#[component]
pub fn Form<S, F>(
    /// What is called
    action: ServerAction<S>,
    /// Makes the call's input
    submit: F,
    /// Classes of the form
    #[prop(default = "grid gap-4")]
    class: &'static str,
    /// Fields and a [`super::Submit`]
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
    F: Fn() -> AppResult<S> + Send + Sync + 'static,
{
    confirm_when_asked(action);
    let refused = RwSignal::new(None::<AppError>);
    let hydrated = use_context::<Hydrated>();
    let state = FormState {
        ready: Signal::derive(move || hydrated.as_ref().is_none_or(|h| h.0.get())),
        ..state_of(action, refused)
    };
    let on_submit = Callback::new(move |_| match submit() {
        Ok(input) => {
            refused.set(None);
            action.dispatch(input);
        }
        Err(error) => refused.set(Some(error)),
    });
    frame(state, S::url(), class, true, on_submit, children)
}

/// Makes a call's input of what the field of a name holds.
type Make<S> = fn(&dyn Fn(&str) -> String) -> S;

/// A form of named fields for a server function with plain arguments: works before the page is hydrated, always as POST.
/// `make` makes the call's input of what the fields of that name hold:
///
/// `<PostForm action make=|field| SignInByCode { code: field("code") }>…</PostForm>`
#[component]
pub fn PostForm<S>(
    /// What is called
    action: ServerAction<S>,
    /// Makes the call's input
    make: Make<S>,
    /// Classes of the form
    #[prop(default = "grid gap-4")]
    class: &'static str,
    /// Fields and a [`super::Submit`]
    children: Children,
) -> impl IntoView
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let state = state_of(action, RwSignal::new(None));
    let on_submit = Callback::new(move |form: HtmlFormElement| {
        let Ok(data) = FormData::new_with_form(&form) else {
            return;
        };
        action.dispatch(make(&|name| data.get(name).as_string().unwrap_or_default()));
    });
    frame(state, S::url(), class, false, on_submit, children)
}

fn state_of<S>(action: ServerAction<S>, refused: RwSignal<Option<AppError>>) -> FormState
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let failed = failure_of(action);
    FormState {
        ready: true.into(),
        busy: action.pending().into(),
        error: Signal::derive(move || refused.get().or_else(|| failed.get())),
    }
}

fn frame(
    state: FormState,
    url: &'static str,
    class: &'static str,
    novalidate: bool,
    submit: Callback<HtmlFormElement>,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::Form>::new();
    focus_first_error(node, state);
    let on_submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Some(form) = node.get_untracked().filter(|_| !state.busy.get_untracked()) {
            submit.run(form);
        }
    };
    // POST even before hydration: what is typed never gets into an address
    view! {
        <Provider value=state>
            <form node_ref=node class=class method="post" action=url novalidate=novalidate on:submit=on_submit>
                {error_banner(state)}
                {children()}
            </form>
        </Provider>
    }
}

fn error_banner(state: FormState) -> Changing {
    changing(move || {
        state
            .error
            .get()
            .map(|error| view! { <Failure error /> }.into_any())
    })
}

/// After an error the first wrong field has the focus.
fn focus_first_error(node: NodeRef<html::Form>, state: FormState) {
    Effect::new(move || {
        if state
            .error
            .with(|e| e.as_ref().is_none_or(|e| e.fields.is_empty()))
        {
            return;
        }
        request_animation_frame(move || {
            use leptos::wasm_bindgen::JsCast;
            let form = node.get_untracked();
            let found = form.and_then(|f| f.query_selector("[aria-invalid='true']").ok().flatten());
            if let Some(field) = found.and_then(|f| f.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
                let _ = field.focus();
            }
        });
    });
}
