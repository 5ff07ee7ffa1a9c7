//! How many conversations are unread, for the navigation.
use crate::features::conversations::{api::count_unread, model::COUNTED, text};
use crate::kernel::{Uid, i18n::number, live::Change};
use crate::ui::{changing, live::use_reload_on, use_lang};
use leptos::{prelude::*, task::spawn_local};

/// The number; nothing while there is none. The browser asks for it, so that no page waits.
#[component]
pub fn UnreadCount(
    /// Of which identity
    identity: Uid,
) -> impl IntoView {
    let lang = use_lang();
    let unread = RwSignal::new(0_u64);
    let own = identity.clone();
    let version = use_reload_on(
        move |change| matches!(change, Change::Conversation { identity, .. } if *identity == own),
    );
    Effect::new(move || {
        version.track();
        let identity = identity.clone();
        spawn_local(async move {
            // what fails is told where it matters: on the page
            if let Ok(n) = count_unread(identity).await {
                let _ = unread.try_set(n);
            }
        });
    });
    changing(move || {
        let n = unread.get();
        (n > 0).then(|| {
            let shown = if n > COUNTED {
                format!("{COUNTED}+")
            } else {
                number(n)
            };
            view! {
                <span class="nav-count nav-count-new">
                    <span class="sr">{text::unread_mark(lang, shown.clone())}</span>
                    <span aria-hidden="true">{shown}</span>
                </span>
            }
            .into_any()
        })
    })
}
