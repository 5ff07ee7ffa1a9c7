//! Signing in with a passkey: offered in the fields as soon as the page is there, and by a button.
use super::webauthn::Trouble;
use crate::features::auth::text::factors as text;
use crate::kernel::AppError;
use crate::shell::use_site;
use crate::ui::{Banner, Button, Failure, Tone, fetched, use_lang};
use leptos::prelude::*;

/// What goes on with passkeys on the page of the sign-in.
#[derive(Clone, Copy)]
struct State {
    possible: RwSignal<bool>,
    busy: RwSignal<bool>,
    error: RwSignal<Option<AppError>>,
    trouble: RwSignal<Option<Trouble>>,
}

/// The button, and passkeys in the fields; the browser fetches them where an organisation allows passkeys.
#[component]
pub fn PasskeySignIn() -> impl IntoView {
    use_site().passkeys.then(|| fetched(passkey_sign_in))
}

#[leptos::lazy(confirm)]
fn passkey_sign_in() -> AnyView {
    WithPasskey().into_any()
}

/// Nothing where the browser does not know passkeys.
#[component]
fn WithPasskey() -> impl IntoView {
    let next = Signal::derive(super::login::use_next());
    let lang = use_lang();
    let state = State {
        possible: RwSignal::new(use_site().passkeys),
        busy: RwSignal::new(false),
        error: RwSignal::new(None),
        trouble: RwSignal::new(None),
    };
    #[cfg(feature = "hydrate")]
    let press = browser::start(state, next);
    #[cfg(not(feature = "hydrate"))]
    let press = {
        let _ = next;
        Callback::new(|()| ())
    };
    let told = move || {
        let trouble = state.trouble.get().filter(|t| *t != Trouble::Aborted);
        trouble.map(|trouble| view! { <Banner tone=Tone::Plain>{trouble.text(lang)}</Banner> })
    };
    view! {
        <Show when=move || state.possible.get()>
            <div class="grid gap-4 mt-4">
                <p class="flex items-center gap-3 meta">
                    <span class="h-px flex-1 bg-line"></span>
                    {text::or(lang)}
                    <span class="h-px flex-1 bg-line"></span>
                </p>
                <Button large=true block=true icon="fingerprint" busy=state.busy on:click=move |_| press.run(())>
                    {text::with_passkey(lang)}
                </Button>
                <div role="status">{told}</div>
                {move || state.error.get().map(|error| view! { <Failure error /> })}
            </div>
        </Show>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use super::{
        super::webauthn::{self, Abort, Trouble},
        State,
    };
    use crate::features::auth::api::{finish_passkey_sign_in, start_passkey_sign_in};
    use gloo_timers::future::TimeoutFuture;
    use leptos::{prelude::*, task::spawn_local};

    /// A challenge lives five minutes: in a field it is renewed before.
    const RENEW_MS: u32 = 240_000;

    type Running = StoredValue<Option<Abort>, LocalStorage>;

    /// Offers passkeys in the fields; answers what the button does.
    pub fn start(state: State, next: Signal<String>) -> Callback<()> {
        let running: Running = StoredValue::new_local(None);
        Effect::new(move || {
            if !webauthn::supported() {
                state.possible.set(false);
            } else if state.possible.get_untracked() {
                spawn_local(in_fields(state, next, running));
            }
        });
        Callback::new(move |()| {
            state.busy.set(true);
            spawn_local(by_button(state, next, running));
        })
    }

    fn stop(running: Running) {
        if let Some(abort) = running.try_update_value(Option::take).flatten() {
            abort.abort();
        }
    }

    /// Waits in the fields until a passkey is chosen. The button takes the question back and asks its own.
    async fn in_fields(state: State, next: Signal<String>, running: Running) {
        if !webauthn::autofill_supported().await {
            return;
        }
        while !state.busy.try_get_untracked().unwrap_or(true) {
            let Ok(Some(ceremony)) = start_passkey_sign_in().await else {
                return;
            };
            let Some(abort) = Abort::new() else { return };
            running.set_value(Some(abort.clone()));
            let renew = abort.clone();
            spawn_local(async move {
                TimeoutFuture::new(RENEW_MS).await;
                renew.abort();
            });
            match webauthn::get(&ceremony.options, true, Some(&abort)).await {
                Ok(answer) => finish(state, next, ceremony.id, answer).await,
                Err(Trouble::Aborted) => {}
                Err(_) => return,
            }
        }
    }

    async fn by_button(state: State, next: Signal<String>, running: Running) {
        stop(running);
        state.error.set(None);
        state.trouble.set(None);
        match start_passkey_sign_in().await {
            Ok(Some(ceremony)) => match webauthn::get(&ceremony.options, false, None).await {
                Ok(answer) => finish(state, next, ceremony.id, answer).await,
                Err(trouble) => state.trouble.set(Some(trouble)),
            },
            Ok(None) => state.possible.set(false),
            Err(error) => state.error.set(Some(error)),
        }
        if state.busy.try_set(false).is_none() && state.possible.get_untracked() {
            spawn_local(in_fields(state, next, running));
        }
    }

    async fn finish(state: State, next: Signal<String>, id: String, answer: String) {
        match finish_passkey_sign_in(id, answer).await {
            Ok(()) => {
                let _ = window().location().assign(&next.get_untracked());
                // busy until the next page is there
                std::future::pending::<()>().await;
            }
            Err(error) => state.error.set(Some(error)),
        }
    }
}
