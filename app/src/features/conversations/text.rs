//! Texts about conversations.
use crate::kernel::{
    Lang,
    i18n::{number, plural},
};

crate::texts! {
    conversations => "Conversations", "Gespräche";
    lede => "What people reply to broadcasts, and to lists and messages that keep replies, one to one. Nobody sees the others.", "Was Leute auf Broadcasts antworten und auf Listen und Nachrichten, die Antworten speichern, je einzeln. Niemand sieht die anderen.";
    new_broadcast => "New broadcast", "Neuer Broadcast";
    search => "Name or ID", "Name oder ID";
    show => "Show", "Anzeigen";
    show_open => "Open", "Offen";
    show_unread => "Unread", "Ungelesen";
    show_mine => "Mine", "Meine";
    show_unassigned => "Unassigned", "Nicht zugewiesen";
    show_done => "Done", "Erledigt";
    show_all => "All", "Alle";
    pages => "Pages of conversations", "Seiten der Gespräche";
    list => "List of conversations", "Liste der Gespräche";
    you => "You: ", "Sie: ";
    unread_mark(n: String) => "{n} unread", "{n} ungelesen";
    done => "Done", "Erledigt";
    finish(n: String) => "Mark {n} as done", "{n} als erledigt markieren";
    finish_title(n: String) => "Mark {n} conversations as done?", "{n} Gespräche als erledigt markieren?";
    finish_title_one => "Mark 1 conversation as done?", "1 Gespräch als erledigt markieren?";
    finish_body => "All that the filter shows, on the other pages too. Nothing is sent or deleted; whoever replies again opens theirs anew.", "Alle, die der Filter zeigt, auch auf den anderen Seiten. Nichts wird gesendet oder gelöscht; wer nochmals antwortet, öffnet das eigene wieder.";
    undo => "Undo", "Rückgängig";
    nothing_yet => "No conversations yet", "Noch keine Gespräche";
    nothing_yet_text => "As soon as somebody replies to a broadcast or a list that keeps replies, they stand here.", "Sobald jemand auf einen Broadcast oder eine Liste antwortet, die Antworten speichert, steht es hier.";
    nothing_taken_text => "No list keeps replies: what people write to lists is dropped unread. Send a broadcast, or switch on “Keep replies” on the page of a list.", "Keine Liste speichert Antworten: was Leute an Listen schreiben, wird ungelesen verworfen. Senden Sie einen Broadcast, oder schalten Sie auf der Seite einer Liste «Antworten speichern» ein.";
    to_lists => "To the lists", "Zu den Listen";
    all_done => "Nothing here", "Hier ist nichts";
    all_done_text => "No conversation fits this filter.", "Kein Gespräch passt zu diesem Filter.";

    choose => "Choose a conversation", "Gespräch wählen";
    choose_text => "It opens here.", "Es öffnet sich hier.";
    back => "Back to the list", "Zurück zur Liste";
    messages_with(name: &str) => "Messages with {name}", "Nachrichten mit {name}";
    assigned_to => "Assigned to", "Zugewiesen an";
    nobody => "Nobody", "Niemand";
    mark_done => "Mark as done", "Erledigen";
    reopen => "Open again", "Wieder öffnen";
    mark_unread => "Mark as unread", "Als ungelesen markieren";
    delete => "Delete", "Löschen";
    delete_title(name: &str) => "Delete the conversation with {name}?", "Das Gespräch mit {name} löschen?";
    delete_body => "All its texts go for good, for all administrators. On the person's phone they stay. Who replies again opens a new one.", "Alle Texte gehen endgültig verloren, für alle Administratoren. Auf dem Telefon der Person bleiben sie. Wer nochmals antwortet, öffnet ein neues.";
    delete_verb => "Delete 1 conversation", "1 Gespräch löschen";
    deleted => "The conversation is deleted", "Das Gespräch ist gelöscht";
    earlier => "Earlier messages", "Frühere Nachrichten";
    search_texts => "Search in this conversation", "In diesem Gespräch suchen";
    not_found => "Nothing in this conversation fits", "Nichts in diesem Gespräch passt";
    texts_go => "The last text goes on", "Der letzte Text entfällt am";
    waiting => "On its way", "Unterwegs";
    accepted => "Sent", "Gesendet";
    failed => "Not sent", "Nicht gesendet";

    write => "Answer", "Antwort";
    send => "Send", "Senden";
    bytes_of(n: &str, max: &str) => "{n} of {max} bytes", "{n} von {max} Byte";
    bytes_used => "Bytes used", "Verwendete Byte";
    preview => "On the phone", "Auf dem Telefon";
    cannot_plan => "The plan of this Broadcast ID has ended: nothing can be sent.", "Der Tarif dieser Broadcast-ID ist abgelaufen: nichts kann gesendet werden.";
    cannot_reach => "Nothing reaches this person any more: the ID was revoked or is unknown.", "Diese Person ist nicht mehr erreichbar: die ID wurde widerrufen oder ist unbekannt.";
    cannot_held => "This person's key has changed. Somebody has to accept the new one first, under recipients.", "Der Schlüssel dieser Person hat sich geändert. Zuerst muss jemand den neuen annehmen, unter Empfänger.";

    saved_replies => "Saved replies", "Textbausteine";
    saved_replies_text => "For all administrators of this Broadcast ID.", "Für alle Administratoren dieser Broadcast-ID.";
    no_saved => "No saved replies yet. Put down what you write often.", "Noch keine Textbausteine. Hier steht, was Sie oft schreiben.";
    insert => "Insert", "Einfügen";
    insert_named(name: &str) => "Insert {name}", "{name} einfügen";
    edit_named(name: &str) => "Edit {name}", "{name} bearbeiten";
    delete_named(name: &str) => "Delete {name}", "{name} löschen";
    new_saved => "New saved reply", "Neuer Textbaustein";
    name => "Name", "Name";
    text => "Text", "Text";
    save => "Save", "Speichern";
    cancel => "Cancel", "Abbrechen";
    saved_deleted(name: &str) => "{name} is deleted", "{name} ist gelöscht";
}

/// What marking many as done did.
pub fn finished(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!(
            "{count} {} done",
            plural(n, "conversation is", "conversations are")
        ),
        Lang::De => format!("{count} {} erledigt", plural(n, "Gespräch ist", "Gespräche sind")),
    }
}

/// What opening many again did.
pub fn reopened(lang: Lang, n: u64) -> String {
    let count = number(n);
    match lang {
        Lang::En => format!(
            "{count} {} open again",
            plural(n, "conversation is", "conversations are")
        ),
        Lang::De => format!(
            "{count} {} wieder offen",
            plural(n, "Gespräch ist", "Gespräche sind")
        ),
    }
}

/// What people are told when the first of their messages is kept.
pub fn told_once(lang: Lang, days: u32) -> String {
    let n = u64::from(days);
    match lang {
        Lang::En => format!(
            "Your message was kept: those who look after this ID can read it and answer. It is deleted after {days} {}.",
            plural(n, "day", "days")
        ),
        Lang::De => format!(
            "Ihre Nachricht wurde gespeichert: wer diese ID betreut, kann sie lesen und beantworten. Sie wird nach {days} {} gelöscht.",
            plural(n, "Tag", "Tagen")
        ),
    }
}

/// What stands in the answer to "profile" when only what was written earlier is kept.
pub fn profile_earlier(lang: Lang, days: u32) -> String {
    let n = u64::from(days);
    match lang {
        Lang::En => format!(
            "What you wrote here earlier is kept until it is {days} {} old; new messages are not.",
            plural(n, "day", "days")
        ),
        Lang::De => format!(
            "Was Sie früher hier geschrieben haben, wird gespeichert, bis es {days} {} alt ist; Neues nicht.",
            plural(n, "Tag", "Tage")
        ),
    }
}

/// What stands in the answer to "profile".
pub fn profile_line(lang: Lang, days: u32) -> String {
    let n = u64::from(days);
    match lang {
        Lang::En => format!(
            "Your messages to this ID are kept for {days} {}.",
            plural(n, "day", "days")
        ),
        Lang::De => format!(
            "Ihre Nachrichten an diese ID werden {days} {} lang gespeichert.",
            plural(n, "Tag", "Tage")
        ),
    }
}
