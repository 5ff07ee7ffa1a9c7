//! Texts about feeds.
crate::texts! {
    columns => "Threema ID,First name,Last name,Language,Category", "Threema-ID,Vorname,Nachname,Sprache,Kategorie";
}
