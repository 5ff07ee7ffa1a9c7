//! The language of the interface.
use crate::kernel::Lang;
use leptos::prelude::*;

/// The language of this page; changing it loads the page anew, so a component may read it once.
pub fn use_lang() -> Lang {
    use_context::<Lang>().unwrap_or_default()
}
