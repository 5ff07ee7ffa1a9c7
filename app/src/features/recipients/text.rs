//! Texts about recipients.
use super::model::RecipientState;
use crate::kernel::{
    Lang,
    i18n::{number, plural},
};

crate::texts! {
    recipients => "Recipients", "Empfänger";
    lede => "Everybody that this Broadcast ID knows. Whoever is in several lists counts once.", "Alle, die diese Broadcast-ID kennt. Wer in mehreren Listen ist, zählt einmal.";
    search => "Search recipients", "Empfänger suchen";
    pages => "Pages of recipients", "Seiten der Empfänger";
    of_limit(count: String, limit: String) => "{count} of {limit} recipients", "{count} von {limit} Empfängern";
    without_limit(count: String) => "{count} recipients, no limit", "{count} Empfänger, ohne Limit";
    used => "How much of the plan is used", "Wie viel vom Tarif belegt ist";
    name => "Name", "Name";
    threema_id => "Threema ID", "Threema-ID";
    category => "Category", "Kategorie";
    language => "Language", "Sprache";
    in_lists => "Lists and feeds", "Listen und Feeds";
    state => "State", "Stand";
    actions => "Actions", "Aktionen";
    nameless => "No name", "Ohne Namen";
    filter => "Filter", "Filter";
    state_not_fetched => "Key is being fetched", "Schlüssel wird geholt";
    state_reachable => "Reachable", "Erreichbar";
    state_unknown => "Unknown ID", "Unbekannte ID";
    state_key_changed => "Held: key changed", "Angehalten: Schlüssel geändert";
    state_revoked => "Revoked", "Widerrufen";
    only_held => "Held", "Angehalten";
    only_unknown => "Unknown", "Unbekannt";
    only_revoked => "Revoked", "Widerrufen";
    only_in_no_list => "In no list", "In keiner Liste";
    only_external => "External", "Extern";
    external => "External", "Extern";
    external_why => "In no list of this ID", "Auf keiner Liste dieser ID";
    externals_why => "They get a feed and are on none of your lists, and this Broadcast ID is for internal use. They keep what they get until they leave it or you remove them.", "Sie erhalten einen Feed und stehen auf keiner Ihrer Listen, und diese Broadcast-ID ist nur intern. Sie behalten, was sie erhalten, bis sie es abbestellen oder Sie sie entfernen.";
    edit(name: &str) => "Edit {name}", "{name} bearbeiten";
    choose(name: &str) => "Choose {name}", "{name} auswählen";
    choose_all => "Choose all on this page", "Alle auf dieser Seite auswählen";
    edit_title(name: &str) => "Edit {name}", "{name} bearbeiten";
    first_name => "First name", "Vorname";
    last_name => "Last name", "Nachname";
    language_help => "Two letters, for example de or fr. Empty: the default language of the Broadcast ID.", "Zwei Buchstaben, zum Beispiel de oder fr. Leer: die Standardsprache der Broadcast-ID.";
    category_help => "For searching only; recipients never see it.", "Nur zum Suchen; die Empfänger sehen sie nie.";
    cancel => "Cancel", "Abbrechen";
    save => "Save", "Speichern";
    saved(name: &str) => "{name} is saved", "{name} ist gespeichert";
    show_held => "Show them", "Anzeigen";
    held_why => "Nothing is sent to them until somebody has accepted the new key. A key changes when a person has set up the app anew, or when somebody else answers in their place.", "Bis jemand den neuen Schlüssel annimmt, geht nichts an sie. Ein Schlüssel ändert sich, wenn jemand die App neu eingerichtet hat, oder wenn jemand anderes an ihrer Stelle antwortet.";
    compare => "Compare keys", "Schlüssel vergleichen";
    compare_title(name: &str) => "Accept the new key of {name}?", "Den neuen Schlüssel von {name} annehmen?";
    compare_text => "Ask the person for the fingerprint in their app (My profile, key fingerprint). Only if it is the new one below, accept it: messages are sealed for it from then on.", "Bitte die Person nach dem Fingerabdruck in ihrer App fragen (Mein Profil, Schlüssel-Fingerabdruck). Nur wenn es der neue hier unten ist, annehmen: Nachrichten werden von da an dafür verschlüsselt.";
    known_key => "Until now", "Bisher";
    new_key => "New at the gateway", "Neu beim Gateway";
    accept => "Accept the new key", "Neuen Schlüssel annehmen";
    accepted(name: &str) => "The new key of {name} is in use", "Der neue Schlüssel von {name} gilt";
    nobody_title => "Nobody yet", "Noch niemand";
    nobody_text => "Recipients come here as soon as they are added to a distribution list.", "Empfänger erscheinen hier, sobald sie auf eine Verteilerliste kommen.";
    to_lists => "To the distribution lists", "Zu den Verteilerlisten";
    not_found => "Nobody fits this search", "Niemand passt zu dieser Suche";
}

/// `1 recipient is held …` or `n recipients are held …`.
pub fn held(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!(
            "{count} {} held because a key has changed",
            plural(n, "recipient is", "recipients are")
        ),
        Lang::De => format!(
            "{count} Empfänger {} angehalten, weil sich ein Schlüssel geändert hat",
            plural(n, "ist", "sind")
        ),
    }
}

/// `1 external recipient` or `n external recipients`.
pub fn externals(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!("{count} external {}", plural(n, "recipient", "recipients")),
        Lang::De => format!("{count} {}", plural(n, "externer Empfänger", "externe Empfänger")),
    }
}

/// The word of a state.
pub const fn state_word(lang: Lang, state: RecipientState) -> &'static str {
    match state {
        RecipientState::NotFetched => state_not_fetched(lang),
        RecipientState::Reachable => state_reachable(lang),
        RecipientState::Unknown => state_unknown(lang),
        RecipientState::KeyChanged => state_key_changed(lang),
        RecipientState::Revoked => state_revoked(lang),
    }
}
