//! The frame of the cockpit: navigation at the side, or at the bottom of a small window.
use super::{
    Logo, ThemeSwitch,
    identities::{current, provide_identities},
    may_in,
    navigation::{CommonNavigation, IdentityNavigation},
    text, use_identity_uid, use_me, use_site,
};
use crate::features::auth::view::{ConfirmSignIn, RestoredNotice, SignOut};
use crate::kernel::permission::Right;
use crate::ui::{Avatar, AvatarSize, Dialog, Icon, live::use_connected, use_lang};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

/// The frame of every page behind the sign-in.
#[component]
pub fn Layout() -> impl IntoView {
    let lang = use_lang();
    provide_identities();
    let site = use_site();
    let local = site.local_gateway;
    let may_resume = site.me.is_some_and(|me| me.full_access);
    let restored = site.restored_from;
    let more = RwSignal::new(false);
    view! {
        <a class="btn skip" href="#main">
            {text::skip(lang)}
        </a>
        <div class="app">
            <nav class="nav" aria-label=text::main_navigation(lang)>
                <a class="flex items-center px-5 h-13 shrink-0" href="/">
                    <Logo />
                </a>
                <IdentityNavigation />
                <div class="px-3 py-2 mt-auto border-t border-line">
                    <CommonNavigation />
                </div>
                <Person />
            </nav>
            <div class="min-w-0">
                {local.then(|| view! { <div class="test-edge" aria-hidden="true"></div> })}
                <ConnectionNotice />
                {restored.map(|from| view! { <RestoredNotice from may_resume /> })}
                <Outlet />
            </div>
            <Tabbar more />
        </div>
        <Dialog open=more name="more" title=text::more(lang).to_owned()>
            <div class="sheet">
                <IdentityNavigation />
                <div class="px-3">
                    <CommonNavigation />
                </div>
                <Person />
            </div>
        </Dialog>
        <ConfirmSignIn />
    }
}

/// Who is signed in, theme, and the way out.
#[component]
fn Person() -> impl IntoView {
    let lang = use_lang();
    use_me().map(|me| {
        view! {
            <div class="flex items-center gap-2.5 px-4 py-3 border-t border-line">
                <Avatar name=me.name.clone() size=AvatarSize::Small />
                <span class="min-w-0 flex-1">
                    <span class="block font-medium leading-4 clip">{me.name}</span>
                    <span class="meta block clip">
                        {if me.full_access { text::full_access(lang).to_owned() } else { me.email }}
                    </span>
                </span>
                <ThemeSwitch />
                <SignOut />
            </div>
        }
    })
}

/// While the live stream is away.
#[component]
fn ConnectionNotice() -> impl IntoView {
    let lang = use_lang();
    let connected = use_connected();
    view! {
        <div role="status">
            {move || {
                (!connected.get())
                    .then(|| {
                        view! {
                            <section
                                aria-label=text::connection(lang)
                                class="banner banner-warn rounded-none! px-(--gutter)! py-2.5!"
                            >
                                <Icon name="wifi-off" />
                                <div>
                                    <b class="font-medium">{text::no_connection(lang)}</b>
                                    " "
                                    <span class="text-ink-2">{text::no_connection_text(lang)}</span>
                                </div>
                            </section>
                        }
                    })
            }}
        </div>
    }
}

/// The bar at the bottom of a small window.
#[component]
fn Tabbar(
    /// Opens the sheet with everything
    more: RwSignal<bool>,
) -> impl IntoView {
    let lang = use_lang();
    let identities = super::use_identities();
    let uid = use_identity_uid();
    let path = use_location().pathname;
    let tab = move |href: String, icon: &'static str, words: &'static str, class: &'static str| {
        let own = href.clone();
        let here = move || path.with(|p| *p == own).then_some("page");
        view! {
            <a href=href class=class aria-current=here>
                <Icon name=icon />
                {words}
            </a>
        }
    };
    let open_more = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        more.set(true);
    };
    // a chosen way closes the sheet
    Effect::new(move || {
        path.track();
        more.set(false);
    });
    let ways = move || {
        Suspend::new(async move {
            let all = identities.await.unwrap_or_default();
            move || {
                let here = uid.with(|uid| current(&all, uid.as_ref()));
                let base = here
                    .as_ref()
                    .map_or_else(String::new, |i| format!("/i/{}", i.uid));
                let sends = here.is_some_and(|i| may_in(&i.uid, Right::Send));
                (!base.is_empty()).then(|| {
                    view! {
                        {tab(base.clone(), "gauge", text::overview(lang), "")}
                        {tab(format!("{base}/messages"), "send", text::messages(lang), "")}
                        {sends
                            .then(|| tab(format!("{base}/messages/new"), "plus", text::new_short(lang), "tabbar-new"))}
                        {tab(format!("{base}/lists"), "users-round", text::lists_short(lang), "")}
                    }
                })
            }
        })
    };
    view! {
        <nav class="tabbar" aria-label=text::main_short(lang)>
            <Transition fallback=|| ()>{ways}</Transition>
            <a href="/settings" on:click=open_more>
                <Icon name="menu" />
                {text::more(lang)}
            </a>
        </nav>
    }
}
