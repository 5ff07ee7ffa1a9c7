//! The notice after a restore, and the button that lets sending go on.
use crate::features::auth::{api::ResumeSending, text};
use crate::kernel::Timestamp;
use crate::shell::use_site;
use crate::ui::{Button, Confirm, Icon, Time, TimeStyle, Variant, failure_of, fetched, use_lang, use_toasts};
use leptos::prelude::*;

/// Above every page while sending waits after a restore; the browser fetches it only then.
#[component]
pub fn RestoredNotice() -> impl IntoView {
    use_site().restored_from.map(|_| fetched(restored_notice))
}

#[leptos::lazy(confirm)]
fn restored_notice() -> AnyView {
    let site = use_site();
    let may_resume = site.me.is_some_and(|me| me.full_access);
    site.restored_from
        .map(|from| view! { <Notice from may_resume /> })
        .into_any()
}

#[component]
fn Notice(
    /// When the backup was made
    from: Timestamp,
    /// Whether the person may let sending go on
    may_resume: bool,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let asked = RwSignal::new(false);
    let done = RwSignal::new(false);
    let action = ServerAction::<ResumeSending>::new();
    let error = failure_of(action);
    Effect::new(move || {
        if action.value().with(|v| matches!(v, Some(Ok(())))) {
            asked.set(false);
            done.set(true);
            toasts.ok(text::resumed(lang));
        }
    });
    let resume = may_resume.then(|| {
        view! {
            <Button variant=Variant::Primary on:click=move |_| asked.set(true)>
                {text::resume_do(lang)}
            </Button>
        }
    });
    view! {
        <div hidden=done>
            <section
                aria-label=text::restored_label(lang)
                class="banner banner-warn rounded-none! px-(--gutter)! py-2.5!"
            >
                <Icon name="triangle-alert" />
                <div>
                    <b class="font-medium">
                        {text::restored(lang)} " " <Time at=from style=TimeStyle::Full /> "."
                    </b>
                    " "
                    <span class="text-ink-2">
                        {if may_resume { text::restored_text(lang) } else { text::restored_wait(lang) }}
                    </span>
                </div>
                {resume}
            </section>
        </div>
        <Confirm
            open=asked
            name="resume-sending"
            title=text::resume_title(lang)
            body=text::resume_text(lang)
            verb=text::resume_do(lang)
            busy=action.pending()
            error
            confirm=Callback::new(move |()| {
                action.dispatch(ResumeSending {});
            })
        />
    }
}
