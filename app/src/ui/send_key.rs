//! Sending once, also when the answer is lost and somebody presses again.
use leptos::prelude::*;

/// The key of what a form sends: the same as long as the same is tried again, a new one for anything else. Make it where
/// the page is made.
#[derive(Clone, Copy)]
pub struct SendKey(StoredValue<Option<(String, Option<String>)>>);

impl SendKey {
    /// Nothing was tried yet.
    pub fn fresh() -> Self {
        Self(StoredValue::new(None))
    }

    /// The key for sending this; none where there is no randomness: sending again sends again then.
    pub fn of(self, what: String) -> Option<String> {
        let tried = self.0.get_value().filter(|(before, _)| *before == what);
        let (what, key) = tried.unwrap_or_else(|| (what, new_key()));
        self.0.set_value(Some((what, key.clone())));
        key
    }

    /// It has arrived: the same once more is another one.
    pub fn arrived(self) {
        let _ = self.0.try_set_value(None);
    }
}

/// 32 hexadecimal digits by the browser's generator.
#[cfg(feature = "hydrate")]
fn new_key() -> Option<String> {
    let mut bytes = [0; 16];
    let filled = window()
        .crypto()
        .ok()?
        .get_random_values_with_u8_array(&mut bytes);
    filled.ok().map(|_| hex::encode(bytes))
}

/// A server sends no forms.
#[cfg(not(feature = "hydrate"))]
const fn new_key() -> Option<String> {
    None
}
