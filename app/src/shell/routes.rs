//! The pages: one line each.
use super::{errors::NotFound, home::HomePage, layout::Layout};
use crate::features::administrators::view::{
    AdministratorPage, AdministratorsPage, InvitationPage, InvitePage,
};
use crate::features::auth::view::{LoginPage, SettingsPage, SetupPage};
use crate::features::identities::view::{ConfigurationPage, NewIdentityPage, OverviewPage};
use crate::features::lists::view::{ListPage, ListsPage};
use crate::features::messages::view::{
    ComposerPage, LastMessages, MessagePage, MessagesPage, WaitingForApproval,
};
use crate::features::phone::view::PhonePage;
use crate::features::recipients::view::AllRecipientsPage;
use leptos::prelude::*;
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Routes},
    path,
};

/// Every page and its address.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
            <Route path=path!("/setup") view=SetupPage ssr=SsrMode::Async />
            <Route path=path!("/invitation") view=InvitationPage ssr=SsrMode::Async />
            <Route path=path!("/phone") view=PhonePage ssr=SsrMode::Async />
            <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/identities/new") view=NewIdentityPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity") view=Overview ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/configuration") view=ConfigurationPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/lists") view=ListsPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/lists/:list") view=ListPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/recipients") view=AllRecipientsPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages") view=MessagesPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages/new") view=ComposerPage ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages/:message") view=MessagePage ssr=SsrMode::Async />
                <Route path=path!("/settings/administrators") view=AdministratorsPage ssr=SsrMode::Async />
                <Route path=path!("/settings/administrators/new") view=InvitePage ssr=SsrMode::Async />
                <Route path=path!("/settings/administrators/:administrator") view=AdministratorPage ssr=SsrMode::Async />
                <Route path=path!("/settings") view=SettingsPage ssr=SsrMode::Async />
            </ParentRoute>
        </Routes>
    }
}

/// The overview of a Broadcast ID, put together from the slices that have something to show there.
#[component]
fn Overview() -> impl IntoView {
    let below = || {
        view! {
            <WaitingForApproval />
            <LastMessages />
        }
    };
    view! { <OverviewPage below /> }
}
