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
    ChooseView, PossibleRouteMatch, SsrMode,
    components::{ParentRoute, Route, Routes},
    path,
};
use std::{pin::Pin, sync::Arc};

/// A page. One type for all of them: what the router makes of a type would otherwise be in the first bytes once for every
/// page; the same goes for their addresses ([`at`]).
#[derive(Clone, Copy)]
struct PageView {
    view: fn() -> Later<AnyView>,
    preload: fn() -> Later<()>,
}

type Later<T> = Pin<Box<dyn Future<Output = T>>>;

impl ChooseView for PageView {
    async fn choose(self) -> AnyView {
        (self.view)().await
    }

    async fn preload(&self) {
        (self.preload)().await;
    }
}

/// Pages that come with the first bytes: `ROUTE => Page`.
macro_rules! first {
    ($($route:ident => $page:ident,)+) => {$(
        const $route: PageView = PageView {
            view: || Box::pin(async { $page().into_any() }),
            preload: || Box::pin(async {}),
        };
    )+};
}

first! {
    LOGIN => LoginPage,
    LAYOUT => Layout,
    HOME => HomePage,
    OVERVIEW => Overview,
}

/// An address, of one type whatever its parts are.
fn at(path: impl PossibleRouteMatch + Send + Sync + 'static) -> Arc<dyn PossibleRouteMatch + Send + Sync> {
    Arc::new(path)
}

/// Pages that are loaded when somebody goes there, in groups that come as one: `ROUTE(view, preload) => Page`. The names of
/// the functions are written out because a macro cannot make them; `#[lazy]` calls the second `__preload_` + the first.
macro_rules! lazy {
    ($($group:ident { $($route:ident($view:ident, $preload:ident) => $page:ident,)+ })+) => {$($(
        #[leptos::lazy($group)]
        fn $view() -> AnyView {
            $page().into_any()
        }

        const $route: PageView = PageView {
            view: || {
                // such a page has something to say: it has to be able to when the server is away
                #[cfg(target_arch = "wasm32")]
                leptos::task::spawn_local(crate::ui::toast::preload());
                Box::pin($view())
            },
            #[cfg(target_arch = "wasm32")]
            preload: || Box::pin($preload()),
            #[cfg(not(target_arch = "wasm32"))]
            preload: || Box::pin(async {}),
        };
    )+)+};
}

lazy! {
    messages {
        MESSAGES(messages_view, __preload_messages_view) => MessagesPage,
        COMPOSER(composer_view, __preload_composer_view) => ComposerPage,
        MESSAGE(message_view, __preload_message_view) => MessagePage,
    }
    conversations {
        CONVERSATIONS(conversations_view, __preload_conversations_view) => ConversationsPage,
    }
    audience {
        LISTS(lists_view, __preload_lists_view) => ListsPage,
        LIST(list_view, __preload_list_view) => ListPage,
        FEEDS(feeds_view, __preload_feeds_view) => FeedsPage,
        FEED(feed_view, __preload_feed_view) => FeedPage,
        FEED_BLOCKED(feed_blocked_view, __preload_feed_blocked_view) => FeedBlockedPage,
        FEED_HISTORY(feed_history_view, __preload_feed_history_view) => FeedHistoryPage,
        FEED_LINK(feed_link_view, __preload_feed_link_view) => FeedLinkPage,
        RECIPIENTS(recipients_view, __preload_recipients_view) => AllRecipientsPage,
    }
    bots {
        BOTS(bots_view, __preload_bots_view) => BotsPage,
        BOT(bot_view, __preload_bot_view) => BotPage,
    }
    groups {
        GROUPS(groups_view, __preload_groups_view) => GroupsPage,
        GROUP(group_view, __preload_group_view) => GroupPage,
    }
    settings {
        NEW_IDENTITY(new_identity_view, __preload_new_identity_view) => NewIdentityPage,
        CONFIGURATION(configuration_view, __preload_configuration_view) => ConfigurationPage,
        PROFILE(profile_view, __preload_profile_view) => ProfilePage,
        SECURITY(security_view, __preload_security_view) => SecurityPage,
        SESSIONS(sessions_view, __preload_sessions_view) => SessionsPage,
        RULES(rules_view, __preload_rules_view) => RulesPage,
        API_KEYS(api_keys_view, __preload_api_keys_view) => ApiKeysPage,
        AUDIT_LOG(audit_log_view, __preload_audit_log_view) => AuditLogPage,
        ADMINISTRATORS(administrators_view, __preload_administrators_view) => AdministratorsPage,
        INVITE(invite_view, __preload_invite_view) => InvitePage,
        ADMINISTRATOR(administrator_view, __preload_administrator_view) => AdministratorPage,
    }
    entry {
        LOGIN_CODE(login_code_view, __preload_login_code_view) => LoginCodePage,
        SECOND_FACTOR(second_factor_view, __preload_second_factor_view) => SecondFactorPage,
        RESET(reset_view, __preload_reset_view) => ResetPage,
        SETUP(setup_view, __preload_setup_view) => SetupPage,
        INVITATION(invitation_view, __preload_invitation_view) => InvitationPage,
    }
    phone {
        PHONE(phone_view, __preload_phone_view) => PhonePage,
    }
}

/// Every page and its address.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <Routes fallback=NotFound>
            <Route path=at(path!("/login")) view=LOGIN ssr=SsrMode::Async />
            <Route path=at(path!("/login/code")) view=LOGIN_CODE ssr=SsrMode::Async />
            <Route path=at(path!("/second-factor")) view=SECOND_FACTOR ssr=SsrMode::Async />
            <Route path=at(path!("/reset")) view=RESET ssr=SsrMode::Async />
            <Route path=at(path!("/setup")) view=SETUP ssr=SsrMode::Async />
            <Route path=at(path!("/invitation")) view=INVITATION ssr=SsrMode::Async />
            <Route path=at(path!("/phone")) view=PHONE ssr=SsrMode::Async />
            <ParentRoute path=at(path!("")) view=LAYOUT ssr=SsrMode::Async>
                <Route path=at(path!("/")) view=HOME ssr=SsrMode::Async />
                <Route path=at(path!("/identities/new")) view=NEW_IDENTITY ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity")) view=OVERVIEW ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/configuration")) view=CONFIGURATION ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/lists")) view=LISTS ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/lists/:list")) view=LIST ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/feeds")) view=FEEDS ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/feeds/:feed")) view=FEED ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/feeds/:feed/blocked")) view=FEED_BLOCKED ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/feeds/:feed/history")) view=FEED_HISTORY ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/feeds/:feed/link")) view=FEED_LINK ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/groups")) view=GROUPS ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/groups/:group")) view=GROUP ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/recipients")) view=RECIPIENTS ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/bots")) view=BOTS ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/bots/:bot")) view=BOT ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/messages")) view=MESSAGES ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/messages/new")) view=COMPOSER ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/messages/:message")) view=MESSAGE ssr=SsrMode::Async />
                <Route path=at(path!("/i/:identity/conversations")) view=CONVERSATIONS ssr=SsrMode::Async />
                <Route path=at(path!("/settings")) view=PROFILE ssr=SsrMode::Async />
                <Route path=at(path!("/settings/security")) view=SECURITY ssr=SsrMode::Async />
                <Route path=at(path!("/settings/sessions")) view=SESSIONS ssr=SsrMode::Async />
                <Route path=at(path!("/settings/rules")) view=RULES ssr=SsrMode::Async />
                <Route path=at(path!("/settings/api-keys")) view=API_KEYS ssr=SsrMode::Async />
                <Route path=at(path!("/settings/audit-log")) view=AUDIT_LOG ssr=SsrMode::Async />
                <Route path=at(path!("/settings/administrators")) view=ADMINISTRATORS ssr=SsrMode::Async />
                <Route path=at(path!("/settings/administrators/new")) view=INVITE ssr=SsrMode::Async />
                <Route
                    path=at(path!("/settings/administrators/:administrator"))
                    view=ADMINISTRATOR
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
