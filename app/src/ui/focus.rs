//! Where the keyboard is.
use leptos::prelude::*;

/// Puts the focus on the element of that id, once the page has been drawn.
pub fn focus_on(id: String) {
    request_animation_frame(move || {
        use leptos::wasm_bindgen::JsCast;
        let found = document().get_element_by_id(&id);
        if let Some(element) = found.and_then(|e| e.dyn_into::<leptos::web_sys::HtmlElement>().ok()) {
            let _ = element.focus();
        }
    });
}
