//! Texts about feeds.
use crate::kernel::{
    Lang,
    i18n::{number, plural},
};

crate::texts! {
    columns => "Threema ID,First name,Last name,Language,Category", "Threema-ID,Vorname,Nachname,Sprache,Kategorie";
    feeds => "Feeds", "Feeds";
    lede => "Newsletters: people subscribe and leave by themselves, with a short message to this Broadcast ID.", "Newsletter: Personen abonnieren und kündigen selbst, mit einer kurzen Nachricht an diese Broadcast-ID.";
    search_feeds => "Search feeds", "Feeds suchen";
    only_deleted => "Deleted", "Gelöscht";
    new_feed => "New feed", "Neuer Feed";
    pages_of_feeds => "Pages of feeds", "Seiten der Feeds";
    not_found => "No feed fits this search", "Kein Feed passt zu dieser Suche";
    none_title => "No feed yet", "Noch kein Feed";
    none_text => "Make a feed, hang up its code, and whoever wants it subscribes.", "Legen Sie einen Feed an, hängen Sie den Code auf, und wer ihn möchte, abonniert.";
    name => "Name", "Name";
    name_help => "People type it: short and easy to spell.", "Personen tippen ihn: kurz und leicht zu schreiben.";
    typed_number => "Number", "Nummer";
    subscribers => "Subscribers", "Abonnenten";
    updated => "Changed", "Geändert";
    actions => "Actions", "Aktionen";
    description => "Description", "Beschreibung";
    description_help => "A note for your colleagues; subscribers never see it.", "Eine Notiz für Ihr Team; Abonnenten sehen sie nie.";
    greetings => "Welcome and goodbye", "Begrüssung und Abschied";
    greetings_help => "Sent after the automatic answer. Who speaks another language gets the text in the default language.", "Wird nach der automatischen Antwort gesendet. Wer eine andere Sprache hat, erhält den Text in der Standardsprache.";
    welcome_in(language: &str) => "Welcome, {language}", "Begrüssung, {language}";
    goodbye_in(language: &str) => "Goodbye, {language}", "Abschied, {language}";
    create => "Make the feed", "Feed anlegen";
    save => "Save", "Speichern";
    saved(name: &str) => "“{name}” is saved", "«{name}» ist gespeichert";
    cancel => "Cancel", "Abbrechen";
    change => "Change", "Ändern";
    change_title(name: &str) => "Change {name}", "{name} ändern";
    delete => "Delete", "Löschen";
    delete_of(name: &str) => "Delete {name}", "{name} löschen";
    delete_title(name: &str) => "Delete the feed {name}?", "Feed {name} löschen?";
    deleted(name: &str) => "“{name}” is deleted", "«{name}» ist gelöscht";
    restored(name: &str) => "“{name}” is back", "«{name}» ist wieder da";
    undo => "Undo", "Rückgängig";
    restore => "Restore the feed", "Feed wiederherstellen";
    restore_of(name: &str) => "Restore {name}", "{name} wiederherstellen";
    is_deleted => "This feed is deleted: nobody gets it and nobody can subscribe. Its subscribers are kept until then.", "Dieser Feed ist gelöscht: niemand erhält ihn, niemand kann ihn abonnieren. Die Abonnenten bleiben gespeichert.";
    add => "Add people", "Personen hinzufügen";
    export => "Export", "Exportieren";
    export_file => "subscribers.csv", "abonnenten.csv";
    parts => "Parts of this feed", "Teile dieses Feeds";
    tab_blocked => "Block list", "Sperrliste";
    tab_history => "History", "Verlauf";
    tab_link => "Link and code", "Link und Code";
    block => "Block people", "Personen sperren";
    block_title(name: &str) => "Block people from {name}", "Personen für {name} sperren";
    block_help => "Paste Threema IDs, in any separator. Whoever gets the feed loses it; blocked people can neither subscribe nor be added.", "Threema-IDs einfügen, beliebig getrennt. Wer den Feed erhält, verliert ihn; Gesperrte können weder abonnieren noch hinzugefügt werden.";
    block_ids => "Threema IDs", "Threema-IDs";
    block_bad(n: String) => "{n} of these are no Threema IDs and are left out.", "{n} davon sind keine Threema-IDs und werden ausgelassen.";
    block_none => "Block", "Sperren";
    search_blocked => "Search the block list", "Sperrliste durchsuchen";
    blocked_since => "Blocked since", "Gesperrt seit";
    threema_id => "Threema ID", "Threema-ID";
    nobody_blocked => "Nobody is blocked", "Niemand ist gesperrt";
    nobody_blocked_text => "Whoever stands here cannot subscribe to this feed.", "Wer hier steht, kann diesen Feed nicht abonnieren.";
    nobody_found => "Nobody on the block list fits this search", "Niemand auf der Sperrliste passt zu dieser Suche";
    pages_of_blocked => "Pages of the block list", "Seiten der Sperrliste";
    unblock(who: &str) => "Unblock {who}", "{who} nicht mehr sperren";
    unblock_do => "Unblock", "Entsperren";
    unblocked(who: &str) => "{who} can subscribe again", "{who} kann wieder abonnieren";
    history_lede => "Comings and goings of the last 90 days, without persons.", "Zu- und Abgänge der letzten 90 Tage, ohne Personen.";
    history_none => "Nothing yet", "Noch nichts";
    history_none_text => "Comings and goings appear here from the first day on.", "Zu- und Abgänge erscheinen hier ab dem ersten Tag.";
    day => "Day", "Tag";
    joined => "Subscribed", "Abonniert";
    gone => "Left", "Abbestellt";
    added => "Added", "Hinzugefügt";
    removed => "Removed", "Entfernt";
    refused => "Refused", "Abgewiesen";
    refused_help => "Refused: wanted to subscribe while the plan was full.", "Abgewiesen: wollte abonnieren, als der Tarif voll war.";
    link_lede => "Opens a chat with this Broadcast ID with the words already typed: one tap on Send subscribes.", "Öffnet einen Chat mit dieser Broadcast-ID, die Worte schon getippt: einmal auf Senden tippen abonniert.";
    link => "Link", "Link";
    copy_link => "Copy the link", "Link kopieren";
    code => "Code to print", "Code zum Drucken";
    code_label(name: &str) => "Code that subscribes to {name}", "Code, der {name} abonniert";
    code_svg => "Download as SVG", "Als SVG herunterladen";
    code_png => "Download as PNG", "Als PNG herunterladen";
    words => "What people write", "Was Personen schreiben";
    to_subscribe => "Subscribe", "Abonnieren";
    to_leave => "Leave", "Abbestellen";
    full_warning => "The plan is full: nobody more can subscribe until it is larger.", "Der Tarif ist voll: niemand kann abonnieren, bis er grösser ist.";
}

/// `1 subscriber` or `n subscribers`.
pub fn people(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!("{count} {}", plural(n, "subscriber", "subscribers")),
        Lang::De => format!("{count} {}", plural(n, "Abonnent", "Abonnenten")),
    }
}

/// The button that writes to all of them.
pub fn write_to(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Write to {}", people(lang, n)),
        Lang::De => format!("An {} schreiben", people(lang, n)),
    }
}

/// What deleting does.
pub fn delete_body(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!(
            "{} will get nothing more from it. It can be restored.",
            people(lang, n)
        ),
        Lang::De => format!(
            "{} {} danach nichts mehr. Der Feed lässt sich wiederherstellen.",
            people(lang, n),
            plural(n, "erhält", "erhalten")
        ),
    }
}

/// The button that blocks.
pub fn block_n(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!("Block {count} {}", plural(n, "person", "people")),
        Lang::De => format!("{count} {} sperren", plural(n, "Person", "Personen")),
    }
}

/// What blocking did.
pub fn blocked(lang: Lang, n: u64, removed: u64) -> String {
    let (count, gone) = (number(n), number(removed));
    match lang {
        Lang::En => format!("{count} blocked, {gone} of them lost the feed"),
        Lang::De => format!("{count} gesperrt, {gone} davon haben den Feed verloren"),
    }
}

/// `1 person could not subscribe …`.
pub fn refused_lately(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!(
            "{count} {} could not subscribe in the last 7 days",
            plural(n, "person", "people")
        ),
        Lang::De => format!(
            "{count} {} in den letzten 7 Tagen nicht abonnieren",
            plural(n, "Person konnte", "Personen konnten")
        ),
    }
}

/// What the picture of the history says, for who does not see it.
pub fn history_said(lang: Lang, came: u64, went: u64) -> String {
    let (came, went) = (number(came), number(went));
    match lang {
        Lang::En => {
            format!("In the last 90 days {came} came and {went} went; the table below has every day.")
        }
        Lang::De => format!(
            "In den letzten 90 Tagen sind {came} dazugekommen und {went} gegangen; die Tabelle darunter zeigt jeden Tag."
        ),
    }
}
