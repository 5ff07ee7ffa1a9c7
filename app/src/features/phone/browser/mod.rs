//! What only a browser can do for a phone: keep it, draw randomness, tell the time, talk to the gateway.
mod calls;
mod run;
pub(super) mod storage;

use crate::kernel::Timestamp;
use leptos::prelude::*;

/// Now, by the browser's clock.
pub(super) fn now() -> Timestamp {
    Timestamp(js_sys::Date::now() as i64)
}

/// Fills bytes with randomness from the browser's generator.
pub(super) fn dice(bytes: &mut [u8]) {
    let filled = window()
        .crypto()
        .and_then(|c| c.get_random_values_with_u8_array(bytes));
    if let Err(error) = filled {
        // without randomness there is no secret: stop here rather than send with a nonce that everybody knows
        wasm_bindgen::throw_val(error);
    }
}

/// Whether somebody can see the page.
pub(super) fn visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}
