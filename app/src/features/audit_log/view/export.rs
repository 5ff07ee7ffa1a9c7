//! The log as a file: the server is asked first whether the sign-in is fresh enough, then the browser fetches the file.
use super::place::query;
use crate::features::audit_log::{
    api::PrepareAuditExport,
    model::{LogFilter, Place},
    text,
};
use crate::kernel::ErrorCode;
use crate::ui::{Button, confirm_when_asked, use_lang, use_toasts};
use leptos::prelude::*;

/// Two buttons, one for each kind of file. What the filter shows is exported.
#[component]
pub fn Exports(
    /// What the address asks for
    asked: Memo<(LogFilter, Place)>,
) -> impl IntoView {
    let lang = use_lang();
    let toasts = use_toasts();
    let prepare = ServerAction::<PrepareAuditExport>::new();
    confirm_when_asked(prepare);
    let file = RwSignal::new("");
    Effect::new(move || match prepare.value().get() {
        Some(Ok(())) => {
            let filter = asked.get_untracked().0;
            let address = format!(
                "/export/audit/{}{}",
                file.get_untracked(),
                query(&filter, Place::Newest)
            );
            // an attachment: the page stays
            let _ = window().location().set_href(&address);
        }
        Some(Err(error)) if error.code != ErrorCode::ConfirmSignIn => toasts.fail(error.text(lang)),
        _ => {}
    });
    let start = move |name: &'static str| {
        file.set(name);
        prepare.dispatch(PrepareAuditExport {});
    };
    view! {
        <span class="flex gap-2" role="group" aria-label=text::export(lang) title=text::export_hint(lang)>
            <Button icon="download" busy=prepare.pending() on:click=move |_| start("audit-log.csv")>
                <span class="sr">{text::export(lang)} " "</span>
                {text::export_csv(lang)}
            </Button>
            <Button icon="download" busy=prepare.pending() on:click=move |_| start("audit-log.jsonl")>
                <span class="sr">{text::export(lang)} " "</span>
                {text::export_lines(lang)}
            </Button>
        </span>
    }
}
