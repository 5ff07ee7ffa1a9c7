//! The dialog that shows both keys of a held recipient.
use crate::features::recipients::{api::AcceptRecipientKey, model::Recipient, text};
use crate::kernel::Uid;
use crate::ui::{Button, Dialog, Failure, Variant, use_lang, use_toasts};
use leptos::prelude::*;

/// Shows the fingerprints of the recipient in `who` and accepts the new key; `accepted` is called after it.
#[component]
pub fn CompareKeys(
    /// Of which identity
    identity: Signal<Option<Uid>>,
    /// Who is held; put somebody in and open it
    who: RwSignal<Option<Recipient>>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    accepted: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let accept = ServerAction::<AcceptRecipientKey>::new();
    Effect::new(move || {
        if let Some(Ok(recipient)) = accept.value().get() {
            open.set(false);
            toasts.ok(text::accepted(lang, &recipient.shown()));
            accepted.run(());
        }
    });
    let title = Signal::derive(move || {
        let name = who.with(|w| w.as_ref().map(Recipient::shown));
        text::compare_title(lang, &name.unwrap_or_default())
    });
    let keys = move || who.with(|w| w.as_ref().and_then(|r| r.held.clone()));
    let run = move |_| {
        if let (Some(identity), Some(recipient), Some(keys)) = (identity.get(), who.get(), keys()) {
            accept.dispatch(AcceptRecipientKey {
                identity,
                recipient: recipient.threema_id,
                new_fingerprint: keys.new,
            });
        }
    };
    let error = move || {
        accept
            .value()
            .get()
            .and_then(Result::err)
            .map(|error| view! { <Failure error /> })
    };
    view! {
        <Dialog open name="compare-keys" title>
            <div class="dialog-body grid gap-4">
                <p class="text-ink-2">{text::compare_text(lang)}</p>
                {move || {
                    keys()
                        .map(|keys| {
                            view! {
                                <dl class="facts facts-tight">
                                    <div>
                                        <dt>{text::known_key(lang)}</dt>
                                        <dd class="wire">{keys.known}</dd>
                                    </div>
                                    <div>
                                        <dt>{text::new_key(lang)}</dt>
                                        <dd class="wire font-medium">{keys.new}</dd>
                                    </div>
                                </dl>
                            }
                        })
                }}
                {error}
            </div>
            <div class="dialog-foot">
                <Button on:click=move |_| open.set(false)>{text::cancel(lang)}</Button>
                <Button variant=Variant::Primary busy=accept.pending() on:click=run>
                    {text::accept(lang)}
                </Button>
            </div>
        </Dialog>
    }
}
