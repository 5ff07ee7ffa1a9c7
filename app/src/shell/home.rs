//! `/`: the first Broadcast ID, or how to get one.
use super::{Page, text, use_identities, use_rights};
use crate::ui::{ButtonLink, Empty, Load, Variant, use_lang};
use leptos::prelude::*;
use leptos_router::components::Redirect;

/// Leads to the first Broadcast ID; says what one is when there is none.
#[component]
pub fn HomePage() -> impl IntoView {
    let lang = use_lang();
    let identities = use_identities();
    view! {
        <Page title=text::overview(lang).to_owned()>
            <h1 class="sr">{text::overview(lang)}</h1>
            <Load resource=identities let:all>
                {match all.first() {
                    Some(first) => view! { <Redirect path=format!("/i/{}", first.uid) /> }.into_any(),
                    None if !use_rights().full_access => view! {
                        <div class="card">
                            <Empty icon="radio" title=text::nothing_seen(lang) text=text::nothing_seen_text(lang) />
                        </div>
                    }
                    .into_any(),
                    None => view! {
                        <div class="card">
                            <Empty icon="radio" title=text::no_identity(lang) text=text::no_identity_text(lang)>
                                <ButtonLink variant=Variant::Primary icon="plus" href="/identities/new">
                                    {text::new_identity(lang)}
                                </ButtonLink>
                            </Empty>
                        </div>
                    }
                    .into_any(),
                }}
            </Load>
        </Page>
    }
}
