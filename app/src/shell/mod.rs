//! The frame around the pages: document, routes, layout, navigation, theme, language.
//!
//! What every page needs ([`crate::features::auth::model::Site`]) is found before the page is drawn and stands in the
//! document, so that server and browser know it at once and draw the same.
mod can;
mod document;
mod errors;
mod home;
pub mod identities;
pub mod lang;
mod layout;
mod logo;
mod navigation;
mod page;
mod routes;
#[cfg(feature = "ssr")]
pub mod server;
mod settings;
mod site;
mod switcher;
mod table_page;
mod text;
mod theme;

pub use can::{Can, may_in, use_right, use_rights};
pub use document::html as document;
pub use errors::NotFound;
pub use identities::{NavIdentity, use_changes, use_identities, use_identity_uid};
pub use lang::use_lang;
pub use logo::Logo;
pub use page::{Page, PageHead};
pub use settings::SettingsPage;
pub use site::{use_me, use_site};
pub use table_page::{RowLink, RowSteps, TablePage, TableWords};
pub use theme::ThemeSwitch;

use crate::ui::{Hydrated, ToastHost, live::provide_live, provide_step_up, provide_toasts};
use leptos::prelude::{document as browser_document, *};
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::Router;

/// The whole cockpit.
#[component]
pub fn App(
    /// The browser tells when all of the page reacts
    #[prop(optional)]
    hydrated: ArcRwSignal<bool>,
) -> impl IntoView {
    provide_meta_context();
    site::provide_site();
    provide_toasts();
    provide_step_up();
    let live = provide_live();
    provide_context(Hydrated(hydrated.clone()));
    #[cfg(feature = "hydrate")]
    if use_me().is_some() {
        live.open(use_site().live, site::still_signed_in);
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = live;
    // tests wait for this mark before they click
    Effect::new(move || {
        if let Some(body) = browser_document().body().filter(|_| hydrated.get()) {
            let _ = body.set_attribute("data-hydrated", "");
        }
    });
    let title = |page: String| {
        if page.is_empty() {
            "Fanfare".to_owned()
        } else {
            format!("{page} · Fanfare")
        }
    };
    view! {
        <Title formatter=title text="" />
        <Router>
            <routes::Pages />
        </Router>
        <ToastHost />
    }
}
