//! The dialog by which an administrator with full access makes a link for a colleague who has lost the password.
use crate::features::auth::{api::MakeResetLink, text};
use crate::kernel::Uid;
use crate::ui::{
    Button, Copy, Dialog, Failure, Variant, confirm_when_asked, failure_of, text as kit, use_lang,
};
use leptos::prelude::*;

/// Asks, makes the link, and shows it once. Put somebody into `of` (uid and name) and open it.
#[component]
pub fn ResetLinkDialog(
    /// Whether it is open
    open: RwSignal<bool>,
    /// For whom
    of: RwSignal<Option<(Uid, String)>>,
) -> impl IntoView {
    let lang = use_lang();
    let title = Signal::derive(move || {
        let name = of.with(|of| of.as_ref().map(|(_, name)| name.clone()).unwrap_or_default());
        text::reset_link_title(lang, &name)
    });
    view! {
        <Dialog open name="reset-link" title>
            <Making open of />
        </Dialog>
    }
}

/// Made anew each time the dialog opens, so that a link is gone when it closes.
#[component]
fn Making(open: RwSignal<bool>, of: RwSignal<Option<(Uid, String)>>) -> impl IntoView {
    let lang = use_lang();
    let action = ServerAction::<MakeResetLink>::new();
    confirm_when_asked(action);
    let make = move |_| {
        if let Some((administrator, _)) = of.get_untracked() {
            action.dispatch(MakeResetLink { administrator });
        }
    };
    let link = Memo::new(move |_| {
        action
            .value()
            .with(|v| v.as_ref()?.as_ref().ok().map(|l| l.url.clone()))
    });
    let error = failure_of(action);
    let body = move || match link.get() {
        None => view! { <p class="text-ink-2">{text::reset_link_text(lang)}</p> }.into_any(),
        Some(url) => view! {
            <p class="text-ink-2">{text::reset_link_once(lang)}</p>
            <p class="well flex items-center gap-2">
                <span class="wire min-w-0 flex-1">{url.clone()}</span>
                <Copy text=url label=text::copy_link(lang) />
            </p>
        }
        .into_any(),
    };
    view! {
        <div class="dialog-body grid gap-3">
            {body} {move || error.get().map(|error| view! { <Failure error /> })}
        </div>
        <div class="dialog-foot">
            <Button variant=Variant::Quiet on:click=move |_| open.set(false)>
                {move || if link.with(Option::is_some) { kit::close(lang) } else { kit::cancel(lang) }}
            </Button>
            <Show when=move || link.with(Option::is_none)>
                <Button variant=Variant::Primary busy=action.pending() on:click=make>
                    {text::reset_link_make(lang)}
                </Button>
            </Show>
        </div>
    }
}
