//! Starts the cockpit in the browser.
use app::shell::App;
use leptos::{mount::hydrate_from_async, prelude::*, wasm_bindgen::UnwrapThrowExt};

/// Room for the splitter (`cargo leptos build --split`). It gives each file its own data, aligned anew; where all of that does
/// not fit into the place of the whole, by a single byte, it leaves the data of all pages in the first file: 94 kB more to
/// transfer. Nothing refers to this, so it gets into no file.
#[cfg(target_arch = "wasm32")]
#[used]
static ROOM: [u8; 16_384] = [1; 16_384];

/// Takes over the page that the server has rendered.
#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        reload_when_outdated(&info.to_string());
    }));
    let hydrated = ArcRwSignal::new(false);
    wasm_bindgen_futures::spawn_local(async move {
        let done = hydrated.clone();
        // waits for the file of the page, when it has one of its own, and for what the page has loaded
        let page = hydrate_from_async(body(), move || view! { <App hydrated /> }).await;
        page.forget();
        done.set(true);
    });
}

fn body() -> leptos::web_sys::HtmlElement {
    // the script stands in it
    document().body().unwrap_throw()
}

/// After an update of the server a page that is open can no longer load the files of other pages: it starts anew. Not while
/// it starts, or a missing file would have it start again and again.
fn reload_when_outdated(panic: &str) {
    let started = document()
        .body()
        .is_some_and(|body| body.has_attribute("data-hydrated"));
    if started && panic.contains("load callback should succeed") {
        let _ = window().location().reload();
    }
}
