//! Errors of the server, shown to people.
use super::{Banner, Button, Empty, Tone, pressed, text, use_lang};
use crate::kernel::{AppError, ErrorCode};
use leptos::{prelude::*, server_fn::ServerFn};

/// Why the last call of an action failed.
pub fn failure_of<S>(action: ServerAction<S>) -> Signal<Option<AppError>>
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    Signal::derive(move || action.value().with(|v| v.as_ref()?.as_ref().err().cloned()))
}

/// Leads to the sign-in when the error says that the session has ended; the person comes back to the same page.
/// Browser only.
pub fn to_sign_in(error: &AppError) {
    if error.code != ErrorCode::SignInRequired {
        return;
    }
    let location = window().location();
    let here = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let next = leptos_router::location::Url::escape(&here);
    let _ = location.assign(&format!("/login?next={next}"));
}

/// The same from within a component, drawn on the server or in the browser.
fn watch_session(error: &AppError) {
    let error = error.clone();
    Effect::new(move || to_sign_in(&error));
}

/// An error in a form or beside a button.
#[component]
pub fn Failure(
    /// The error
    error: AppError,
) -> impl IntoView {
    watch_session(&error);
    view! { <Banner tone=Tone::Fail>{error.text(use_lang())}</Banner> }
}

/// What stands where something could not be loaded.
#[component]
pub fn Failed(
    /// The error
    error: AppError,
    /// Loads it again
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    watch_session(&error);
    let lang = use_lang();
    let away = !matches!(error.code, ErrorCode::NotFound | ErrorCode::Forbidden);
    view! {
        <div role="alert">
            <Empty icon="unplug" title=text::failed_title(lang) text=error.text(lang)>
                {away
                    .then(|| {
                        view! {
                            <Button icon="rotate-cw" on:click=pressed(move |_| retry.run(()))>
                                {text::try_again(lang)}
                            </Button>
                        }
                            .into_any()
                    })}
            </Empty>
        </div>
    }
}
