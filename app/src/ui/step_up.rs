//! Asking who is there, when a call needs a fresh sign-in. The kit keeps what was asked for; how somebody proves who they
//! are, the dialog of `auth` knows.
use crate::kernel::{AppError, ErrorCode};
use leptos::{prelude::*, server_fn::ServerFn};
use std::sync::Arc;

/// What is repeated once the sign-in is confirmed.
pub type Again = Arc<dyn Fn() + Send + Sync>;

/// Whether the dialog is open, and what is repeated after it. Lives as long as the page.
#[derive(Clone, Copy)]
pub struct StepUp {
    open: RwSignal<bool>,
    again: StoredValue<Option<Again>>,
}

/// For the whole page.
pub fn provide_step_up() {
    provide_context(StepUp {
        open: RwSignal::new(false),
        again: StoredValue::new(None),
    });
}

/// The page's own.
pub fn use_step_up() -> StepUp {
    use_context().unwrap_or_else(|| StepUp {
        open: RwSignal::new(false),
        again: StoredValue::new(None),
    })
}

impl StepUp {
    /// Whether the dialog is open.
    pub const fn open(self) -> RwSignal<bool> {
        self.open
    }

    /// Opens the dialog; `again` is called once when the sign-in is confirmed.
    pub fn ask(self, again: Again) {
        self.again.set_value(Some(again));
        self.open.set(true);
    }

    /// Whether this error asks for a confirmation; then the dialog opens, and `again` is called after it. For calls
    /// without an action.
    pub fn asked_by(self, error: &AppError, again: impl Fn() + Send + Sync + 'static) -> bool {
        let asked = error.code == ErrorCode::ConfirmSignIn;
        if asked {
            self.ask(Arc::new(again));
        }
        asked
    }

    /// The sign-in is confirmed: closes the dialog and repeats what was asked for.
    pub fn confirmed(self) {
        let again = self.again.try_update_value(Option::take).flatten();
        self.open.set(false);
        if let Some(again) = again {
            again();
        }
    }

    /// What should be repeated is gone with its page.
    fn forget(self, gone: &Again) {
        let waits = self
            .again
            .try_with_value(|again| again.as_ref().is_some_and(|again| Arc::ptr_eq(again, gone)));
        if waits == Some(true) {
            self.again.set_value(None);
            self.open.set(false);
        }
    }
}

/// Has the dialog open when the action is answered by [`ErrorCode::ConfirmSignIn`], and calls it again with the same input
/// after it. Forms do so by themselves; call this for an action that a button starts.
pub fn confirm_when_asked<S>(action: ServerAction<S>)
where
    S: ServerFn<Error = AppError> + Clone + Send + Sync + 'static,
    S::Output: Send + Sync + 'static,
{
    let step_up = use_step_up();
    let last = StoredValue::new(None::<S>);
    // an action forgets its input with the answer
    Effect::new(move || {
        if let Some(input) = action.input().get() {
            last.set_value(Some(input));
        }
    });
    let again: Again = Arc::new(move || {
        if let Some(input) = last.try_get_value().flatten() {
            action.dispatch(input);
        }
    });
    let gone = again.clone();
    on_cleanup(move || step_up.forget(&gone));
    Effect::new(move || {
        let asked = action
            .value()
            .with(|v| matches!(v, Some(Err(e)) if e.code == ErrorCode::ConfirmSignIn));
        if asked {
            step_up.ask(again.clone());
        }
    });
}
