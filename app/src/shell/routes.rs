//! The pages: one line each. Sign-in and overview load with the first bytes; the other pages stand in files of their own
//! that the browser fetches when somebody goes there, so that they do not weigh on the first ones. That needs
//! `cargo leptos build --split`: without it the pages of `lazy!` cannot be opened.
use super::{errors::NotFound, home::HomePage, layout::Layout};
use crate::features::administrators::view::{
    AdministratorPage, AdministratorsPage, InvitationPage, InvitePage,
};
use crate::features::api_keys::view::ApiKeysPage;
use crate::features::audit_log::view::AuditLogPage;
use crate::features::auth::view::{
    LoginCodePage, LoginPage, ProfilePage, ResetPage, RulesPage, SecondFactorPage, SecurityPage,
    SessionsPage, SetupPage,
};
use crate::features::bots::view::{BotPage, BotsPage};
use crate::features::conversations::view::ConversationsPage;
use crate::features::feeds::view::{FeedBlockedPage, FeedHistoryPage, FeedLinkPage, FeedPage, FeedsPage};
use crate::features::groups::view::{GroupPage, GroupsPage};
use crate::features::identities::view::{ConfigurationPage, NewIdentityPage, OverviewPage};
use crate::features::lists::view::{ListPage, ListsPage};
use crate::features::messages::view::{
    ComposerPage, LastMessages, MessagePage, MessagesPage, WaitingForApproval,
};
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
    conversations {
        Conversations(conversations_view, __preload_conversations_view) => ConversationsPage,
    }
    audience {
        Lists(lists_view, __preload_lists_view) => ListsPage,
        List(list_view, __preload_list_view) => ListPage,
        Feeds(feeds_view, __preload_feeds_view) => FeedsPage,
        Feed(feed_view, __preload_feed_view) => FeedPage,
        FeedBlocked(feed_blocked_view, __preload_feed_blocked_view) => FeedBlockedPage,
        FeedHistory(feed_history_view, __preload_feed_history_view) => FeedHistoryPage,
        FeedLink(feed_link_view, __preload_feed_link_view) => FeedLinkPage,
        Recipients(recipients_view, __preload_recipients_view) => AllRecipientsPage,
    }
    bots {
        Bots(bots_view, __preload_bots_view) => BotsPage,
        Bot(bot_view, __preload_bot_view) => BotPage,
    }
    groups {
        Groups(groups_view, __preload_groups_view) => GroupsPage,
        Group(group_view, __preload_group_view) => GroupPage,
    }
    settings {
        Setup(setup_view, __preload_setup_view) => SetupPage,
        NewIdentity(new_identity_view, __preload_new_identity_view) => NewIdentityPage,
        Configuration(configuration_view, __preload_configuration_view) => ConfigurationPage,
        SecondFactor(second_factor_view, __preload_second_factor_view) => SecondFactorPage,
        Reset(reset_view, __preload_reset_view) => ResetPage,
        Profile(profile_view, __preload_profile_view) => ProfilePage,
        Security(security_view, __preload_security_view) => SecurityPage,
        Sessions(sessions_view, __preload_sessions_view) => SessionsPage,
        Rules(rules_view, __preload_rules_view) => RulesPage,
        ApiKeys(api_keys_view, __preload_api_keys_view) => ApiKeysPage,
        AuditLog(audit_log_view, __preload_audit_log_view) => AuditLogPage,
        Invitation(invitation_view, __preload_invitation_view) => InvitationPage,
        Administrators(administrators_view, __preload_administrators_view) => AdministratorsPage,
        Invite(invite_view, __preload_invite_view) => InvitePage,
        Administrator(administrator_view, __preload_administrator_view) => AdministratorPage,
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
            <Route path=path!("/login/code") view=LoginCodePage ssr=SsrMode::Async />
            <Route path=path!("/second-factor") view={Lazy::<SecondFactor>::new()} ssr=SsrMode::Async />
            <Route path=path!("/reset") view={Lazy::<Reset>::new()} ssr=SsrMode::Async />
            <Route path=path!("/setup") view={Lazy::<Setup>::new()} ssr=SsrMode::Async />
            <Route path=path!("/invitation") view={Lazy::<Invitation>::new()} ssr=SsrMode::Async />
            <Route path=path!("/phone") view={Lazy::<Phone>::new()} ssr=SsrMode::Async />
            <ParentRoute path=path!("") view=Layout ssr=SsrMode::Async>
                <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
                <Route path=path!("/identities/new") view={Lazy::<NewIdentity>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity") view=Overview ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/configuration") view={Lazy::<Configuration>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/lists") view={Lazy::<Lists>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/lists/:list") view={Lazy::<List>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/feeds") view={Lazy::<Feeds>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/feeds/:feed") view={Lazy::<Feed>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/feeds/:feed/blocked") view={Lazy::<FeedBlocked>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/feeds/:feed/history") view={Lazy::<FeedHistory>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/feeds/:feed/link") view={Lazy::<FeedLink>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/groups") view={Lazy::<Groups>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/groups/:group") view={Lazy::<Group>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/recipients") view={Lazy::<Recipients>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/bots") view={Lazy::<Bots>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/bots/:bot") view={Lazy::<Bot>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages") view={Lazy::<Messages>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages/new") view={Lazy::<Composer>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/messages/:message") view={Lazy::<Message>::new()} ssr=SsrMode::Async />
                <Route path=path!("/i/:identity/conversations") view={Lazy::<Conversations>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings") view={Lazy::<Profile>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/security") view={Lazy::<Security>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/sessions") view={Lazy::<Sessions>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/rules") view={Lazy::<Rules>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/api-keys") view={Lazy::<ApiKeys>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/audit-log") view={Lazy::<AuditLog>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/administrators") view={Lazy::<Administrators>::new()} ssr=SsrMode::Async />
                <Route path=path!("/settings/administrators/new") view={Lazy::<Invite>::new()} ssr=SsrMode::Async />
                <Route
                    path=path!("/settings/administrators/:administrator")
                    view={Lazy::<Administrator>::new()}
                    ssr=SsrMode::Async
                />
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
