//! Texts about distribution lists.
use super::model::Kind;
use crate::kernel::{
    Lang,
    i18n::{number, plural},
};

crate::texts! {
    lists => "Distribution lists", "Verteilerlisten";
    lede => "You decide who is in. Messages arrive one to one, nobody sees the others.", "Hier ist bestimmt, wer dabei ist. Nachrichten kommen einzeln an, niemand sieht die anderen.";
    search_lists => "Search lists", "Listen suchen";
    pages_of_lists => "Pages of lists", "Seiten der Listen";
    only_deleted => "Deleted", "Gelöscht";
    new_list => "New list", "Neue Liste";
    name => "Name", "Name";
    name_help => "Only administrators see it.", "Nur Administratoren sehen ihn.";
    members => "Recipients", "Empfänger";
    updated => "Changed", "Geändert";
    actions => "Actions", "Aktionen";
    create => "Make the list", "Liste anlegen";
    cancel => "Cancel", "Abbrechen";
    save => "Save", "Speichern";
    rename(name: &str) => "Rename {name}", "{name} umbenennen";
    delete(name: &str) => "Delete {name}", "{name} löschen";
    restore(name: &str) => "Restore {name}", "{name} wiederherstellen";
    delete_title(name: &str) => "Delete the list {name}?", "Die Liste {name} löschen?";
    deleted_toast(name: &str) => "{name} is deleted", "{name} ist gelöscht";
    restored_toast(name: &str) => "{name} is back", "{name} ist wieder da";
    undo => "Undo", "Rückgängig";
    no_lists_title => "No lists yet", "Noch keine Listen";
    no_lists_text => "A list holds the people who get a message together: the press, the fire brigade, everybody.", "Eine Liste fasst die Leute zusammen, die eine Nachricht gemeinsam erhalten: die Medien, die Feuerwehr, alle.";
    not_found_lists => "No list fits this search", "Keine Liste passt zu dieser Suche";

    add_people => "Add recipients", "Empfänger hinzufügen";
    search_members => "Search recipients", "Empfänger suchen";
    pages_of_members => "Pages of recipients", "Seiten der Empfänger";
    keep_replies => "Keep replies", "Antworten speichern";
    keep_replies_on => "What those on this list write to the Broadcast ID is kept as a conversation, and they are told once. Whoever has the right to conversations can read and answer it.", "Was Leute auf dieser Liste der Broadcast-ID schreiben, wird als Gespräch gespeichert; sie erfahren es einmal. Wer das Recht auf Gespräche hat, kann es lesen und beantworten.";
    keep_replies_off => "What those on this list write to the Broadcast ID is dropped unread and never stored.", "Was Leute auf dieser Liste der Broadcast-ID schreiben, wird ungelesen verworfen und nie gespeichert.";
    is_deleted => "This list is deleted. Nobody can be added, nothing can be sent to it.", "Diese Liste ist gelöscht. Niemand kommt dazu, nichts geht an sie.";
    restore_list => "Restore the list", "Liste wiederherstellen";
    keys_come(n: String) => "The public keys of {n} recipients are being fetched.", "Die öffentlichen Schlüssel von {n} Empfängern werden geholt.";
    gone_text => "Their IDs are unknown at the gateway or were revoked. Nothing reaches them, but they count for the plan.", "Ihre IDs sind beim Gateway unbekannt oder wurden widerrufen. Nichts erreicht sie, aber sie zählen für den Tarif.";
    show_them => "Show them", "Anzeigen";
    nobody_title => "Nobody is on this list yet", "Noch ist niemand auf dieser Liste";
    nobody_gets_title => "Nobody gets this feed yet", "Noch erhält niemand diesen Feed";
    nobody_gets_text => "People subscribe by writing to this Broadcast ID; the link and the code on the next tab do it for them. You can add people, too.", "Personen abonnieren, indem sie dieser Broadcast-ID schreiben; der Link und der Code im nächsten Reiter tun es für sie. Sie können auch selbst Personen hinzufügen.";
    subscribers => "Subscribers", "Abonnenten";
    nobody_text => "Paste Threema IDs, drop a table, or pick from those you know.", "Threema-IDs einfügen, eine Tabelle ablegen oder aus den Bekannten wählen.";
    not_found_members => "Nobody fits this search", "Niemand passt zu dieser Suche";
    clear_choice => "Clear the choice", "Auswahl aufheben";
    internal_note => "Whoever is on a list is internal for this Broadcast ID.", "Wer auf einer Liste ist, gilt für diese Broadcast-ID als intern.";

    add_title(name: &str) => "Add recipients to {name}", "Empfänger zu {name} hinzufügen";
    way => "How", "Wie";
    way_paste => "Paste IDs", "IDs einfügen";
    way_table => "Table (CSV)", "Tabelle (CSV)";
    way_known => "Pick", "Auswählen";
    paste_label => "Pasted", "Eingefügt";
    paste_help => "Threema IDs, 3mid codes, links or a column of a table. Any separator will do.", "Threema-IDs, 3mid-Codes, Links oder eine Tabellenspalte. Jedes Trennzeichen geht.";
    checked => "Checked", "Geprüft";
    chip_new(n: String) => "{n} new", "{n} neu";
    chip_bad(n: String) => "{n} to fix", "{n} zu korrigieren";
    chip_rest(n: String) => "{n} not needed", "{n} nicht nötig";
    found_lines => "What was found, line by line", "Was gefunden wurde, Zeile für Zeile";
    line_new => "New", "Neu";
    line_read_as(id: &str) => "New, read as {id}", "Neu, gelesen als {id}";
    line_gateway => "gateway ID", "Gateway-ID";
    line_known => "New here, known already", "Hier neu, schon bekannt";
    line_known_name(name: &str) => "New here: {name}", "Hier neu: {name}";
    line_already => "Already on the list", "Schon auf der Liste";
    line_already_name(name: &str) => "Already on the list: {name}", "Schon auf der Liste: {name}";
    line_same(line: String) => "Same as line {line}", "Gleich wie Zeile {line}";
    not_all_shown(shown: String, total: String) => "{shown} of {total} lines are shown; all are taken into account.", "{shown} von {total} Zeilen werden gezeigt; berücksichtigt werden alle.";
    count_after(count: String, limit: String) => "Afterwards the Broadcast ID has {count} of {limit} recipients.", "Danach hat die Broadcast-ID {count} von {limit} Empfängern.";
    count_after_free(count: String) => "Afterwards the Broadcast ID has {count} recipients.", "Danach hat die Broadcast-ID {count} Empfänger.";
    over_limit(count: String, limit: String) => "The plan allows {limit} recipients; with these it would be {count}. Nobody can be added until the plan is larger or others are removed.", "Der Tarif erlaubt {limit} Empfänger; mit diesen wären es {count}. Niemand kommt dazu, bis der Tarif grösser ist oder andere entfernt sind.";
    nobody_to_add => "Add recipients", "Empfänger hinzufügen";

    step_file => "File", "Datei";
    step_columns => "Columns", "Spalten";
    step_add => "Check and add", "Prüfen und hinzufügen";
    file_label => "Table", "Tabelle";
    file_help => "CSV or text with one person a row, up to 20 MB and 200 000 rows. Encoding, delimiter and header are found by themselves.", "CSV oder Text mit einer Person pro Zeile, bis 20 MB und 200 000 Zeilen. Kodierung, Trennzeichen und Kopfzeile werden selbst erkannt.";
    file_too_large => "The file has more than 20 MB.", "Die Datei hat mehr als 20 MB.";
    encoding(name: &str) => "Read as {name}", "Gelesen als {name}";
    delimiter => "Between cells", "Zwischen den Zellen";
    delimiter_comma => "Comma", "Komma";
    delimiter_semicolon => "Semicolon", "Strichpunkt";
    delimiter_tab => "Tab", "Tabulator";
    delimiter_bar => "Vertical bar", "Senkrechter Strich";
    header => "The first row holds names of columns", "Die erste Zeile nennt die Spalten";
    column(n: String) => "Column {n}", "Spalte {n}";
    holds(name: &str) => "{name} holds", "{name} enthält";
    column_ignore => "Nothing needed", "Nichts Benötigtes";
    column_id => "Threema ID", "Threema-ID";
    column_first => "First name", "Vorname";
    column_last => "Last name", "Nachname";
    column_language => "Language", "Sprache";
    column_category => "Category", "Kategorie";
    need_id => "Say which column holds the Threema ID.", "Bitte angeben, welche Spalte die Threema-ID enthält.";
    table_keeps => "Names and languages of those who are known already stay as they are: you cannot change recipients.", "Namen und Sprachen von bereits Bekannten bleiben, wie sie sind: Sie können Empfänger nicht ändern.";
    table_updates => "Names, languages and categories of those who are on the list already are taken over too.", "Namen, Sprachen und Kategorien derer, die schon auf der Liste sind, werden auch übernommen.";
    take_over => "Take over the table", "Tabelle übernehmen";
    download_bad => "Download the rows to fix", "Zu korrigierende Zeilen herunterladen";
    bad_file => "rows-to-fix.csv", "zu-korrigieren.csv";
    reading => "The table is being read", "Die Tabelle wird gelesen";
    sample => "First rows of the table", "Erste Zeilen der Tabelle";

    known_search => "Search those you know", "Bekannte suchen";
    known_none => "Nobody else is known who fits.", "Sonst ist niemand bekannt, der passt.";
    known_more(n: String) => "{n} more: search to narrow them down.", "{n} weitere: mit der Suche eingrenzen.";

    column_line => "Line", "Zeile";
    column_reason => "Reason", "Grund";
    reason_missing => "No ID here", "Hier steht keine ID";
    reason_length_one => "1 character, an ID has 8", "1 Zeichen, eine ID hat 8";
    reason_length(n: String) => "{n} characters, an ID has 8", "{n} Zeichen, eine ID hat 8";
    reason_character(c: char) => "“{c}” does not occur in an ID", "«{c}» kommt in keiner ID vor";
    reason_link => "This link names no ID", "Dieser Link nennt keine ID";
    reason_language => "The language is not two letters", "Die Sprache ist nicht zwei Buchstaben lang";
    reason_too_long(max: u32) => "A name or category has more than {max} characters", "Ein Name oder eine Kategorie hat mehr als {max} Zeichen";
    reason_blocked => "Is on the block list of this feed", "Steht auf der Sperrliste dieses Feeds";
    reason_control => "A name has characters that cannot be shown", "Ein Name enthält Zeichen, die nicht darstellbar sind";
}

/// `1 recipient`, `44 recipients`.
pub fn people(lang: Lang, n: u64) -> String {
    let word = match lang {
        Lang::En => plural(n, "recipient", "recipients"),
        Lang::De => "Empfänger",
    };
    format!("{} {word}", number(n))
}

/// `Write to 44 people`.
pub fn write_to(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Write to {} {}", number(n), plural(n, "person", "people")),
        Lang::De => format!("An {} {} schreiben", number(n), plural(n, "Person", "Personen")),
    }
}

/// `Add 12 recipients`.
pub fn add_n(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Add {}", people(lang, n)),
        Lang::De => format!("{} hinzufügen", people(lang, n)),
    }
}

/// `12 recipients were added`.
pub fn added(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("{} {} added", people(lang, n), plural(n, "was", "were")),
        Lang::De => format!("{} hinzugefügt", people(lang, n)),
    }
}

/// `Remove 3 recipients`.
pub fn remove_n(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Remove {}", people(lang, n)),
        Lang::De => format!("{} entfernen", people(lang, n)),
    }
}

/// `3 recipients were removed`.
pub fn removed(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("{} {} removed", people(lang, n), plural(n, "was", "were")),
        Lang::De => format!("{} entfernt", people(lang, n)),
    }
}

/// `3 chosen`.
pub fn chosen(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("{} chosen", people(lang, n)),
        Lang::De => format!("{} ausgewählt", people(lang, n)),
    }
}

/// `Nothing reaches 3 recipients`.
pub fn gone(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Nothing reaches {}", people(lang, n)),
        Lang::De => format!("Nichts erreicht {}", people(lang, n)),
    }
}

/// `3 lines stay out until they are fixed`.
pub fn stay_out(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!(
            "{} {} out until fixed",
            number(n),
            plural(n, "line stays", "lines stay")
        ),
        Lang::De => format!(
            "{} {} weg, bis sie korrigiert {}",
            number(n),
            plural(n, "Zeile bleibt", "Zeilen bleiben"),
            plural(n, "ist", "sind")
        ),
    }
}

/// What deleting a list of `n` members does.
pub fn delete_body(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!(
            "{} will no longer be reached through it. The list stays listed as deleted and can be restored.",
            people(lang, n)
        ),
        Lang::De => format!(
            "{} werden nicht mehr darüber erreicht. Die Liste bleibt als gelöscht aufgeführt und lässt sich wiederherstellen.",
            people(lang, n)
        ),
    }
}

/// `Delete 1 list with 44 recipients`.
pub fn delete_verb(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Delete 1 list with {}", people(lang, n)),
        Lang::De => format!("1 Liste mit {} löschen", people(lang, n)),
    }
}

/// What the people of it are called.
pub const fn members_of(lang: Lang, kind: Kind) -> &'static str {
    match kind {
        Kind::List => members(lang),
        Kind::Feed => subscribers(lang),
    }
}
