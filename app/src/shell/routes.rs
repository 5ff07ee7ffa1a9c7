//! The pages: one line each. Sign-in and overview load with the first bytes; the other pages stand in files of their own
//! that the browser fetches when somebody goes there, so that they do not weigh on the first ones. That needs
//! `cargo leptos build --split`: without it the pages of `lazy!` cannot be opened.
use super::{errors::NotFound, home::HomePage, layout::Layout};
use crate::features::auth::view::{LoginPage, SettingsPage, SetupPage};
use crate::features::identities::view::{ConfigurationPage, NewIdentityPage, OverviewPage};
use crate::features::lists::view::{ListPage, ListsPage};
use crate::features::messages::view::{ComposerPage, LastMessages, MessagePage, MessagesPage};
use crate::features::phone::view::PhonePage;
use crate::features::recipients::view::AllRecipientsPage;
use leptos::prelude::*;
use leptos_router::{
    Lazy, LazyRoute, SsrMode,
    components::{ParentRoute, Route, Routes},
    path,
};

/// Pages that are loaded when somebody goes there, in groups that come as one: `Route(view, preload) => Page`. The names of
/// the functions are written out because a macro cannot make them; `#[lazy]` calls the second `__preload_` + the first.
macro_rules! lazy {
    ($($group:ident { $($route:ident($view:ident, $preload:ident) => $page:ident,)+ })+) => {$($(
        #[derive(Clone, Copy, Debug)]
        struct $route;

        #[leptos::lazy($group)]
        fn $view(_route: $route) -> AnyView {
            $page().into_any()
        }

        impl LazyRoute for $route {
            fn data() -> Self {
                Self
            }

            async fn view(this: Self) -> AnyView {
                $view(this).await
            }

            async fn preload() {
                #[cfg(target_arch = "wasm32")]
                $preload().await;
            }
        }
    )+)+};
}

lazy! {
    messages {
        Messages(messages_view, __preload_messages_view) => MessagesPage,
        Composer(composer_view, __preload_composer_view) => ComposerPage,
        Message(message_view, __preload_message_view) => MessagePage,
    }
    audience {
        Lists(lists_view, __preload_lists_view) => ListsPage,
        List(list_view, __preload_list_view) => ListPage,
        Recipients(recipients_view, __preload_recipients_view) => AllRecipientsPage,
    }
    settings {
        Setup(setup_view, __preload_setup_view) => SetupPage,
        NewIdentity(new_identity_view, __preload_new_identity_view) => NewIdentityPage,
        Configuration(configuration_view, __preload_configuration_view) => ConfigurationPage,
        Settings(settings_view, __preload_settings_view) => SettingsPage,
    }
    phone {
        Phone(phone_view, __preload_phone_view) => PhonePage,
    }
}

/// Every page and its address.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
            <Route path=path!("/setup") view={Lazy::<Setup>::new()} ssr=SsrMode::Async />
            <Route path=path!("/phone") view={Lazy::<Phone>::new()} ssr=SsrMode::Async />
            <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/identities/new") view={Lazy::<NewIdentity>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity") view=Overview ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/configuration") view={Lazy::<Configuration>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/lists") view={Lazy::<Lists>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/lists/:list") view={Lazy::<List>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/recipients") view={Lazy::<Recipients>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages") view={Lazy::<Messages>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages/new") view={Lazy::<Composer>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages/:message") view={Lazy::<Message>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings") view={Lazy::<Settings>::new()} ssr=SsrMode::Async />
            </ParentRoute>
        </Routes>
    }
}

/// The overview of a Broadcast ID, put together from the slices that have something to show there.
#[component]
fn Overview() -> impl IntoView {
    view! { <OverviewPage below=LastMessages /> }
}
