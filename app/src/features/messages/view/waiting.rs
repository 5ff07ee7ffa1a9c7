//! What waits for approval, for the overview.
use super::{live::Known, table::MessageTable};
use crate::features::messages::{api::list_messages, model::MessageState, text};
use crate::kernel::{ErrorCode, PageRequest};
use crate::shell::use_identity_uid;
use crate::ui::{Card, changing, later, loading, use_lang};
use leptos::prelude::*;

/// The card "Waiting for approval" of the identity in the address; nothing while nothing waits.
#[component]
pub fn WaitingForApproval() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let known = Known::new();
    let version = known.version();
    let rows = loading(
        move || (identity.get(), version.get()),
        |(identity, _)| async move {
            let request = PageRequest {
                size: 25,
                filter: MessageState::NeedsApproval.code().to_owned(),
                ..PageRequest::default()
            };
            list_messages(identity.ok_or(ErrorCode::NotFound)?, request).await
        },
    );
    view! {
        <Transition fallback=|| ()>
            {changing(move || later(async move {
                let page = rows.await.ok().filter(|p| p.total > 0)?;
                known.note(&page.items);
                let identity = identity.get_untracked()?;
                Some(view! {
                    <div class="mb-4">
                        <Card title=text::waiting_for_approval(lang) name="waiting">
                            <MessageTable identity rows=page.items />
                        </Card>
                    </div>
                }
                .into_any())
            }))}
        </Transition>
    }
}
