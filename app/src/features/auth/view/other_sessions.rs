//! What is offered after a passkey or the second factor has changed: sessions from before were opened with the old ones.
use crate::features::auth::{api::EndOtherSessions, text};
use crate::ui::{Banner, Button, Failure, Tone, failure_of, use_lang, use_toasts};
use leptos::prelude::*;

/// Offers to end the own sessions elsewhere (OWASP ASVS 5, 7.4.3).
#[component]
pub fn OfferToEndOthers(
    /// Whether something has changed on this page
    offered: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let action = ServerAction::<EndOtherSessions>::new();
    Effect::new(move || {
        if let Some(Ok(ended)) = action.value().get() {
            offered.set(false);
            toasts.ok(text::sessions_ended(lang, ended));
        }
    });
    let error = failure_of(action);
    view! {
        <div hidden=move || !offered.get() role="status">
            <Banner tone=Tone::Info>
                <p>{text::others_stay(lang)}</p>
                <p class="mt-2">
                    <Button
                        small=true
                        busy=action.pending()
                        on:click=move |_| {
                            action.dispatch(EndOtherSessions {});
                        }
                    >
                        {text::end_all_others(lang)}
                    </Button>
                </p>
                {move || error.get().map(|error| view! { <Failure error /> })}
            </Banner>
        </div>
    }
}
