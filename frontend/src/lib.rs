//! Starts the cockpit in the browser.

/// Takes over the page that the server has rendered.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        reload_when_outdated(&info.to_string());
    }));
    // waits for the file of the page, when it has one of its own
    leptos::mount::hydrate_lazy(app::shell::App);
}

/// After an update of the server a page that is open can no longer load the files of other pages: it starts anew. Not while
/// it starts, or a missing file would have it start again and again.
fn reload_when_outdated(panic: &str) {
    let started = leptos::prelude::document()
        .body()
        .is_some_and(|body| body.has_attribute("data-hydrated"));
    if started && panic.contains("load callback should succeed") {
        let _ = leptos::prelude::window().location().reload();
    }
}
