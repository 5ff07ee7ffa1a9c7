//! The last messages, for the overview.
use super::{live::Known, table::MessageTable};
use crate::features::messages::{api::list_messages, text};
use crate::kernel::{ErrorCode, PageRequest, i18n::number, permission::Right};
use crate::shell::{Can, use_identity_uid};
use crate::ui::{ButtonLink, Card, DeliveryKey, Empty, Load, Variant, loading, use_lang};
use leptos::prelude::*;

/// How many messages the overview shows.
const SHOWN: u32 = 6;

/// The card "Last messages" of the identity in the address. It loads by itself: put it beside what a page loads, not
/// into it.
#[component]
pub fn LastMessages() -> impl IntoView {
    let lang = use_lang();
    let identity = use_identity_uid();
    let known = Known::new();
    let version = known.version();
    let rows = loading(
        move || (identity.get(), version.get()),
        |(identity, _)| async move {
            let identity = identity.ok_or(ErrorCode::NotFound)?;
            list_messages(
                identity,
                PageRequest {
                    size: SHOWN,
                    ..PageRequest::default()
                },
            )
            .await
        },
    );
    view! {
        <Card title=text::last_messages(lang) name="last" aside=|| view! { <DeliveryKey /> }>
            <Load resource=rows rows=3 let:page>
                {
                    known.note(&page.items);
                    let identity = identity.get_untracked();
                    let href = identity.as_ref().map(|i| format!("/i/{i}/messages")).unwrap_or_default();
                    match identity.filter(|_| page.total > 0) {
                        Some(identity) => {
                            view! {
                                <MessageTable identity rows=page.items />
                                <div class="card-foot">
                                    <a class="link" href=href>
                                        {match page.total {
                                            1 => text::all_of_them(lang).to_owned(),
                                            n => text::all_messages(lang, &number(n)),
                                        }}
                                    </a>
                                </div>
                            }
                                .into_any()
                        }
                        None => {
                            view! {
                                <Empty icon="send" title=text::no_messages(lang) text=text::no_messages_text(lang)>
                                    <Can right=Right::Send>
                                        <ButtonLink variant=Variant::Primary icon="pencil-line" href=format!("{href}/new")>
                                            {text::write_first(lang)}
                                        </ButtonLink>
                                    </Can>
                                </Empty>
                            }
                                .into_any()
                        }
                    }
                }
            </Load>
        </Card>
    }
}
