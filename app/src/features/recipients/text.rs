//! Texts about recipients.
crate::texts! {
    recipients => "Recipients", "Empfänger";
}
