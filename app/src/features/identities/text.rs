//! Texts of identities.
crate::texts! {
    new_identity => "New Broadcast ID", "Neue Broadcast-ID";
}
