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
use crate::ui::{Avatar, AvatarSize, Dialog, Icon, changing, later, live::use_connected, pressed, use_lang};
use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

/// The frame of every page behind the sign-in.
#[component]
pub fn Layout() -> impl IntoView {
    let lang = use_lang();
    provide_identities();
    let site = use_site();
    let local = site.local_gateway;
    let more = RwSignal::new(false);
    provide_context(More(more));
    let sheet = Memo::new(move |was| was == Some(&true) || more.get());
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
                {local.then(|| view! { <div class="test-edge" aria-hidden="true"></div> }.into_any())}
                <ConnectionNotice />
                <RestoredNotice />
                <Outlet />
            </div>
            <Tabbar more />
        </div>
        {changing(move || sheet.get().then(|| later(more_sheet())))}
        <ConfirmSignIn />
    }
}

/// Whether the sheet of a small window is open.
#[derive(Clone, Copy)]
struct More(RwSignal<bool>);

/// Everything that the bar at the bottom has no room for; the browser fetches it when it is first opened.
#[leptos::lazy(confirm)]
fn more_sheet() -> AnyView {
    let open = use_context().map_or_else(|| RwSignal::new(true), |More(open)| open);
    view! {
        <Dialog open name="more" title=text::more(use_lang()).to_owned()>
            <div class="sheet">
                <IdentityNavigation />
                <div class="px-3">
                    <CommonNavigation />
                </div>
                <Person />
            </div>
        </Dialog>
    }
    .into_any()
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
        .into_any()
    })
}

/// While the live stream is away.
#[component]
fn ConnectionNotice() -> impl IntoView {
    let lang = use_lang();
    let connected = use_connected();
    view! {
        <div role="status">
            {changing(move || {
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
                            .into_any()
                    })
            })}
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
        let here = Signal::derive(move || path.with(|p| *p == own).then_some("page"));
        view! {
            <a href=href class=class aria-current=here>
                <Icon name=icon />
                {words}
            </a>
        }
        .into_any()
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
    let ways = changing(move || {
        later(async move {
            let all = identities.await.unwrap_or_default();
            changing(move || {
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
                    .into_any()
                })
            })
        })
    });
    view! {
        <nav class="tabbar" aria-label=text::main_short(lang)>
            <Transition fallback=|| ()>{ways}</Transition>
            <a href="/settings" on:click=pressed(open_more)>
                <Icon name="menu" />
                {text::more(lang)}
            </a>
        </nav>
    }
}
