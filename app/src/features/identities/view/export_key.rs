//! The button that hands out the private key.
use crate::features::identities::{api::ExportPrivateKey, text};
use crate::kernel::{ErrorCode, Uid};
use crate::ui::{Button, Confirm, Variant, confirm_when_asked, file::save, use_lang, use_toasts};
use leptos::prelude::*;

/// A button, a warning, and then a file.
#[component]
pub fn ExportKey(identity: Uid) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let asked = RwSignal::new(false);
    let action = ServerAction::<ExportPrivateKey>::new();
    confirm_when_asked(action);
    let error = Signal::derive(move || {
        let error = action.value().get().and_then(Result::err);
        // the dialog that asks who is there says it
        error.filter(|e| e.code != ErrorCode::ConfirmSignIn)
    });
    Effect::new(move || {
        let Some(Ok(file)) = action.value().get() else {
            return;
        };
        asked.set(false);
        // not kept in the page any longer than needed
        action.clear();
        // what the browser does with it, it says itself
        let _ = save(&file.name, "text/plain;charset=utf-8", &file.text);
        toasts.ok(text::key_exported(lang));
    });
    view! {
        <div class="card-foot">
            <p class="text-sm text-ink-2 flex-1">{text::export_key_help(lang)}</p>
            <Button variant=Variant::Danger icon="download" on:click=move |_| asked.set(true)>
                {text::export_key(lang)}
            </Button>
        </div>
        <Confirm
            open=asked
            name="export-key"
            title=text::export_key_title(lang)
            body=text::export_key_text(lang)
            verb=text::export_key(lang)
            danger=true
            busy=action.pending()
            error
            confirm=Callback::new(move |()| {
                action
                    .dispatch(ExportPrivateKey {
                        identity: identity.clone(),
                    });
            })
        />
    }
}
