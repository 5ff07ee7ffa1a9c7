//! Where phones are kept: one item of the browser's local storage a phone, and one for the window that uses it.
use super::super::model::Profile;
use leptos::prelude::*;
use web_sys::Storage;

const PHONE: &str = "fanfare-phone/";
const WINDOW: &str = "fanfare-phone-window/";

/// What is stored under a name.
pub enum Loaded {
    /// Nothing yet.
    Nothing,
    /// A phone.
    Phone(Box<Profile>),
    /// Something that cannot be read.
    Unreadable,
    /// The browser stores nothing for this page.
    NoStorage,
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What is stored under a name.
pub fn load(name: &str) -> Loaded {
    let Some(storage) = storage() else {
        return Loaded::NoStorage;
    };
    match storage.get_item(&format!("{PHONE}{name}")) {
        Ok(None) => Loaded::Nothing,
        Ok(Some(stored)) => match Profile::parse(&stored) {
            Some(profile) => Loaded::Phone(Box::new(profile)),
            None => Loaded::Unreadable,
        },
        Err(_) => Loaded::NoStorage,
    }
}

/// Stores a phone; whether there was room.
pub fn save(name: &str, profile: &Profile) -> bool {
    let stored = serde_json::to_string(profile).ok();
    let written = storage()
        .zip(stored)
        .map(|(storage, stored)| storage.set_item(&format!("{PHONE}{name}"), &stored));
    matches!(written, Some(Ok(())))
}

/// Deletes a phone.
pub fn delete(name: &str) {
    if let Some(storage) = storage() {
        // an item that cannot be removed stays, and the next start says so
        let _ = storage.remove_item(&format!("{PHONE}{name}"));
    }
}

/// Says that this window uses the phone; the other windows hear it.
pub fn claim(name: &str, claim: &str) {
    if let Some(storage) = storage() {
        // without room for it, two windows may use one phone, which costs no more than receipts sent twice
        let _ = storage.set_item(&format!("{WINDOW}{name}"), claim);
    }
}

/// Whether another window has claimed the phone since.
pub fn is_claimed_by_another(name: &str, claim: &str) -> bool {
    let present = storage().and_then(|s| s.get_item(&format!("{WINDOW}{name}")).ok().flatten());
    present.is_some_and(|present| present != claim)
}

/// The names of all phones in this browser, with what is stored of them, in the order of the alphabet.
pub fn all() -> Vec<(String, Option<Profile>)> {
    let Some(storage) = storage() else {
        return Vec::new();
    };
    let mut phones: Vec<(String, Option<Profile>)> = (0..storage.length().unwrap_or(0))
        .filter_map(|i| storage.key(i).ok().flatten())
        .filter_map(|key| {
            let name = key.strip_prefix(PHONE)?.to_owned();
            let stored = storage.get_item(&key).ok().flatten()?;
            Some((name, Profile::parse(&stored)))
        })
        .collect();
    phones.sort_by(|a, b| a.0.cmp(&b.0));
    phones
}
