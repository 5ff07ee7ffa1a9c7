//! Where to go after the sign-in.

/// The address if it lies within the cockpit, else `/`: a link must not lead from our sign-in to somebody else's page.
pub fn safe_next(next: &str) -> &str {
    let mut chars = next.chars();
    let inside = chars.next() == Some('/') && !matches!(chars.next(), Some('/' | '\\'));
    // browsers drop tabs and line breaks inside addresses
    let clean = !next.chars().any(char::is_control);
    if inside && clean && !next.starts_with("/login") {
        next
    } else {
        "/"
    }
}

#[cfg(test)]
mod tests {
    use super::safe_next;

    #[test]
    fn only_own_addresses_are_followed() {
        assert_eq!(
            safe_next("/i/pw5oa30xpl/messages?q=a"),
            "/i/pw5oa30xpl/messages?q=a"
        );
        assert_eq!(safe_next("/"), "/");
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "evil",
            "/login?next=/login",
        ] {
            assert_eq!(safe_next(bad), "/", "{bad}");
        }
    }
}
