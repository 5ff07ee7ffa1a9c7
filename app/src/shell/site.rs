//! What every page needs to know before it is drawn: who is signed in, which language, which gateway.
use crate::features::auth::model::{Me, Site};
use crate::kernel::Lang;
use leptos::prelude::*;

/// What is known about this page's visitor. On the server it comes with the request (see `shell::server`), in the
/// browser with the document.
pub(super) fn find() -> Site {
    found().unwrap_or(Site {
        me: None,
        passkeys: false,
        second_step: None,
        language: Lang::default(),
        local_gateway: false,
        mail: false,
        restored_from: None,
        links: [None, None, None],
        live: None,
    })
}

#[cfg(feature = "ssr")]
fn found() -> Option<Site> {
    use_context::<axum::http::request::Parts>()?
        .extensions
        .get::<Site>()
        .cloned()
}

#[cfg(not(feature = "ssr"))]
fn found() -> Option<Site> {
    let json = document().document_element()?.get_attribute("data-site")?;
    serde_json::from_slice(json.as_bytes()).ok()
}

/// For the whole page; it never changes while the page stands, since signing in and out loads a new one.
pub(super) fn provide_site() {
    let site = find();
    provide_context(site.language);
    provide_context(StoredValue::new(site));
}

/// What every page needs to know.
pub fn use_site() -> Site {
    use_context::<StoredValue<Site>>().map_or_else(find, |site| site.get_value())
}

/// Who is signed in.
pub fn use_me() -> Option<Me> {
    use_site().me
}

/// Asked when the live stream is refused: leads to the sign-in when the session has ended.
#[cfg(feature = "hydrate")]
pub(super) async fn still_signed_in() -> bool {
    use crate::kernel::{AppError, ErrorCode};
    match crate::features::auth::api::load_site().await {
        Ok(site) if site.me.is_none() => {
            crate::ui::to_sign_in(&AppError::new(ErrorCode::SignInRequired));
            false
        }
        _ => true,
    }
}
