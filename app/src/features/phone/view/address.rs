//! Which phone, and what it shows: both stand in the address, so that going back and loading again work.
use super::super::model::{GroupKey, clean_name};
use crate::kernel::ThreemaId;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use std::fmt::Write;

/// What a phone shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Screen {
    /// All chats
    Chats,
    /// One chat
    Chat(ThreemaId),
    /// One group
    Group(GroupKey),
    /// Its own ID and settings
    Details,
}

/// The name in the address; the page is loaded anew for another one.
pub(super) fn use_name() -> String {
    use_query_map().with_untracked(|q| clean_name(q.get_str("as").unwrap_or_default()))
}

/// What the address asks for.
pub(super) fn use_screen() -> Memo<Screen> {
    let query = use_query_map();
    Memo::new(move |_| {
        query.with(|q| {
            let chat = q.get_str("chat").and_then(|id| id.parse().ok());
            let group = q.get_str("group").and_then(|key| key.parse().ok());
            match (chat, group, q.get_str("view")) {
                (Some(id), ..) => Screen::Chat(id),
                (None, Some(key), _) => Screen::Group(key),
                (None, None, Some("details")) => Screen::Details,
                _ => Screen::Chats,
            }
        })
    })
}

/// The address of a phone and what it shows.
pub(super) fn link(name: &str, screen: Screen) -> String {
    let mut link = String::from("/phone");
    let mut separator = '?';
    if !name.is_empty() {
        link.push_str("?as=");
        encode(name, &mut link);
        separator = '&';
    }
    // writing into a String never fails
    let _ = match screen {
        Screen::Chats => Ok(()),
        Screen::Chat(id) => write!(link, "{separator}chat={id}"),
        Screen::Group(key) => write!(link, "{separator}group={key}"),
        Screen::Details => write!(link, "{separator}view=details"),
    };
    link
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // writing into a String never fails
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_say_who_and_what() {
        let chat = Screen::Chat("*BC12345".parse().unwrap());
        assert_eq!(link("", Screen::Chats), "/phone");
        assert_eq!(link("", chat), "/phone?chat=*BC12345");
        assert_eq!(
            link("Ruth & Söhne", Screen::Details),
            "/phone?as=Ruth%20%26%20S%C3%B6hne&view=details"
        );
        assert_eq!(link("a", chat), "/phone?as=a&chat=*BC12345");
    }
}
