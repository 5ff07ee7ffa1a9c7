//! Text that is not sent yet, kept by this tab for a reload. It may be confidential, so it stands in the browser's storage
//! that ends with the tab; and the way out and the page to sign in empty it, so that nobody finds it on a shared machine.
#[cfg(feature = "hydrate")]
use leptos::prelude::window;

/// What every item begins with.
#[cfg(feature = "hydrate")]
const PREFIX: &str = "fanfare-unsent/";

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// What is kept under that name; empty when nothing is, and always on a server.
pub fn unsent(name: &str) -> String {
    #[cfg(feature = "hydrate")]
    let kept = storage().and_then(|s| s.get_item(&format!("{PREFIX}{name}")).ok().flatten());
    #[cfg(not(feature = "hydrate"))]
    let kept = {
        let _ = name;
        None
    };
    kept.unwrap_or_default()
}

/// Keeps a text under that name; an empty one is forgotten.
pub fn keep_unsent(name: &str, text: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(storage) = storage() {
        let key = format!("{PREFIX}{name}");
        // without room for it, it is lost with a reload, as it always was
        let _ = match text.is_empty() {
            true => storage.remove_item(&key),
            false => storage.set_item(&key, text),
        };
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (name, text);
}

/// Forgets everything that this tab keeps.
pub fn forget_unsent() {
    #[cfg(feature = "hydrate")]
    if let Some(storage) = storage() {
        let keys: Vec<String> = (0..storage.length().unwrap_or(0))
            .filter_map(|i| storage.key(i).ok().flatten())
            .filter(|key| key.starts_with(PREFIX))
            .collect();
        for key in keys {
            let _ = storage.remove_item(&key);
        }
    }
}
