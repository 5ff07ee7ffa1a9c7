//! Asks before a key is revoked.
use super::page::Chosen;
use crate::features::api_keys::{
    api::{RevokeApiKey, RevokeOtherApiKey},
    model::ApiKeyView,
    text,
};
use crate::kernel::AppError;
use crate::ui::{Confirm, confirm_when_asked, failure_of, use_lang, use_toasts};
use leptos::{prelude::*, server_fn::ServerFn};

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
    let own = ServerAction::<RevokeApiKey>::new();
    let other = ServerAction::<RevokeOtherApiKey>::new();
    let of = move |part: fn(&ApiKeyView) -> String| {
        Memo::new(move |_| which.with(|w| w.as_ref().map(|(key, _)| part(key)).unwrap_or_default()))
    };
    let (name, prefix) = (of(|key| key.name.clone()), of(|key| key.prefix.clone()));
    Effect::new(move || {
        if open.get() {
            own.clear();
            other.clear();
        }
    });
    let revoked = Callback::new(move |()| {
        open.set(false);
        toasts.ok(text::revoked_toast(lang, &name.get_untracked()));
        done.run(());
    });
    when_done(own, revoked);
    when_done(other, revoked);
    let (own_failed, other_failed) = (failure_of(own), failure_of(other));
    let run = move |()| match which.get_untracked() {
        Some((key, false)) => drop(own.dispatch(RevokeApiKey { key: key.uid })),
        Some((key, true)) => drop(other.dispatch(RevokeOtherApiKey { key: key.uid })),
        None => {}
    };
    view! {
        <Confirm
            open
            name="revoke-key"
            title=Signal::derive(move || text::revoke_title(lang, &name.get()))
            body=Signal::derive(move || text::revoke_text(lang, &prefix.get()))
            verb=text::revoke_verb(lang).to_owned()
            danger=true
            busy=Signal::derive(move || own.pending().get() || other.pending().get())
            error=Signal::derive(move || own_failed.get().or_else(|| other_failed.get()))
            confirm=Callback::new(run)
        />
    }
}

/// Asks for a fresh sign-in where that is needed, and says when it is done.
fn when_done<S>(action: ServerAction<S>, done: Callback<()>)
where
    S: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    confirm_when_asked(action);
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            done.run(());
        }
    });
}
