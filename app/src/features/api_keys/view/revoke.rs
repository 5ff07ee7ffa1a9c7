//! Asks before a key is revoked.
use super::page::Chosen;
use crate::features::api_keys::{
    api::{revoke_api_key, revoke_other_api_key},
    text,
};
use crate::kernel::AppError;
use crate::ui::{Confirm, use_lang, use_toasts};
use leptos::{prelude::*, task::spawn_local};

/// Revokes the key in `which`; `done` is called after it.
#[component]
pub fn RevokeKey(
    /// The key, and whether it is one of somebody else
    which: RwSignal<Chosen>,
    /// Whether it is open
    open: RwSignal<bool>,
    /// Something changed
    done: Callback<()>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let busy = RwSignal::new(false);
    let error = RwSignal::new(None::<AppError>);
    let of = move |part: fn(&crate::features::api_keys::model::ApiKeyView) -> String| {
        Memo::new(move |_| which.with(|w| w.as_ref().map(|(key, _)| part(key)).unwrap_or_default()))
    };
    let (name, prefix) = (of(|key| key.name.clone()), of(|key| key.prefix.clone()));
    Effect::new(move || {
        if open.get() {
            error.set(None);
        }
    });
    let run = move |()| {
        let Some((key, of_other)) = which.get_untracked() else {
            return;
        };
        busy.set(true);
        error.set(None);
        spawn_local(async move {
            let revoked = match of_other {
                true => revoke_other_api_key(key.uid).await,
                false => revoke_api_key(key.uid).await,
            };
            let _ = busy.try_set(false);
            match revoked {
                Ok(()) => {
                    let _ = open.try_set(false);
                    toasts.ok(text::revoked_toast(lang, &key.name));
                    done.try_run(());
                }
                Err(e) => drop(error.try_set(Some(e))),
            }
        });
    };
    view! {
        <Confirm
            open
            name="revoke-key"
            title=Signal::derive(move || text::revoke_title(lang, &name.get()))
            body=Signal::derive(move || text::revoke_text(lang, &prefix.get()))
            verb=text::revoke_verb(lang).to_owned()
            danger=true
            busy
            error
            confirm=Callback::new(run)
        />
    }
}
