//! What the navigation holds: at the side of large windows, in a sheet on phones.
use super::{
    identities::current, may_in, switcher::Switcher, text, use_identities, use_identity_uid, use_rights,
    use_site,
};
use crate::features::conversations::view::UnreadCount;
use crate::kernel::{Uid, permission::Right};
use crate::ui::{Icon, changing, later, use_lang};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// One way; current when the address is this or lies below (`exact`: only this).
#[component]
fn Item(
    #[prop(into)] href: String,
    icon: &'static str,
    words: &'static str,
    #[prop(optional)] exact: bool,
    #[prop(optional)] aside: &'static str,
    #[prop(optional, into)] count: ViewFnOnce,
    #[prop(optional)] new_tab: bool,
) -> impl IntoView {
    let path = use_location().pathname;
    let own = href.clone();
    let here = move || {
        path.with(|p| {
            p == &own
                || (!exact
                    && p.strip_prefix(own.as_str())
                        .is_some_and(|rest| rest.starts_with('/')))
        })
    };
    view! {
        <li>
            <a
                class="nav-item"
                href=href
                aria-current=Signal::derive(move || here().then_some("page"))
                target=new_tab.then_some("_blank")
                rel=new_tab.then_some("external")
            >
                <Icon name=icon />
                <span class="min-w-0 clip">{words}</span>
                {(!aside.is_empty()).then(|| view! { <span class="nav-count">{aside}</span> }.into_any())}
                {count.run()}
            </a>
        </li>
    }
}

/// The ways within one identity.
fn sections(uid: &Uid) -> impl IntoView + use<> {
    let lang = use_lang();
    let base = format!("/i/{uid}");
    let rights = use_rights();
    let in_groups = rights.within(uid).has(Right::Groups);
    let configures = rights.within(uid).has(Right::Configuration) || rights.organisation().has(Right::Plan);
    let gives = rights.organisation().has(Right::Administrators);
    view! {
        <ul class="grid gap-0.5">
            <Item href=base.clone() icon="gauge" words=text::overview(lang) exact=true />
            <Item href=format!("{base}/messages") icon="send" words=text::messages(lang) />
            {rights
                .within(uid)
                .has(Right::Conversations)
                .then(|| {
                    let identity = uid.clone();
                    let count = move || view! { <UnreadCount identity /> };
                    view! {
                        <Item
                            href=format!("{base}/conversations")
                            icon="messages-square"
                            words=text::conversations(lang)
                            count
                        />
                    }
                    .into_any()
                })}
        </ul>
        <p class="nav-title">{text::audience(lang)}</p>
        <ul class="grid gap-0.5">
            <Item href=format!("{base}/lists") icon="list" words=text::lists(lang) />
            <Item href=format!("{base}/feeds") icon="rss" words=text::feeds(lang) />
            {in_groups
                .then(|| {
                    view! { <Item href=format!("{base}/groups") icon="users-round" words=text::groups(lang) /> }.into_any()
                })}
            <Item href=format!("{base}/recipients") icon="contact-round" words=text::recipients(lang) />
        </ul>
        <p class="nav-title">{text::dialogue(lang)}</p>
        <ul class="grid gap-0.5">
            <Item href=format!("{base}/bots") icon="bot" words=text::bots(lang) />
        </ul>
        {(configures || gives)
            .then(|| {
                let configuration = format!("{base}/configuration");
                // who may what here; whoever is new is invited there
                let permissions = format!("/settings/administrators?filter={uid}");
                view! {
                    <p class="nav-title">{text::this_id(lang)}</p>
                    <ul class="grid gap-0.5">
                        {configures
                            .then(|| view! { <Item href=configuration icon="id-card" words=text::configuration(lang) /> }.into_any())}
                        {gives.then(|| view! { <Item href=permissions icon="user-cog" words=text::permissions(lang) /> }.into_any())}
                    </ul>
                }
                .into_any()
            })}
    }
}

/// Switcher, new message, and the ways within the current identity.
#[component]
pub fn IdentityNavigation() -> impl IntoView {
    let lang = use_lang();
    let identities = use_identities();
    let uid = use_identity_uid();
    let shown =
        changing(move || {
            later(async move {
                let all = identities.await.unwrap_or_default();
                changing(move || {
                    let all = all.clone();
                    let here = uid.with(|uid| current(&all, uid.as_ref()))?;
                    let base = format!("/i/{}", here.uid);
                    let ways = sections(&here.uid);
                    let uid_here = here.uid.clone();
                    Some(view! {
                    <div class="px-3 pb-3 grid gap-3">
                        <Switcher all current=here />
                        {may_in(&uid_here, Right::Send)
                            .then(|| {
                                view! {
                                    <a class="btn btn-primary" href=format!("{base}/messages/new")>
                                        <Icon name="pencil-line" />
                                        <span>{text::new_message(lang)}</span>
                                    </a>
                                }
                                .into_any()
                            })}
                    </div>
                    <div class="nav-scroll" tabindex="0" role="region" aria-label=text::sections(lang)>
                        {ways}
                    </div>
                }
                .into_any())
                })
            })
        });
    view! { <Transition fallback=|| ()>{shown}</Transition> }
}

/// Settings and the gateway: the same for all identities.
#[component]
pub fn CommonNavigation() -> impl IntoView {
    let lang = use_lang();
    let local = use_site().local_gateway;
    view! {
        <ul class="grid gap-0.5">
            <Item href="/settings" icon="settings-2" words=text::settings(lang) />
            {local
                .then(|| {
                    view! {
                        <Item
                            href="/phone"
                            icon="smartphone"
                            words=text::phone(lang)
                            aside=text::gateway_test(lang)
                            new_tab=true
                        />
                    }
                    .into_any()
                })}
        </ul>
    }
}
