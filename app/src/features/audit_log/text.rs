//! Texts of the audit log's page.
use crate::kernel::Lang;

crate::texts! {
    audit_log => "Audit log", "Protokoll";
    lede => "Every change and every send: who, when, from where, what. Nobody can edit it.", "Jede Änderung und jeder Versand: wer, wann, von wo, was. Niemand kann es bearbeiten.";
    filters => "Filter", "Filter";
    search => "Search the log", "Protokoll durchsuchen";
    who => "Who", "Wer";
    what => "What", "Was";
    everybody => "Everybody", "Alle";
    everything => "Everything", "Alles";
    all_of(group: &str) => "All: {group}", "Alle: {group}";
    administrators => "Administrators", "Administratoren";
    api_keys => "API keys", "API-Schlüssel";
    operator => "Operator", "Betreiber";
    server => "Fanfare itself", "Fanfare selbst";
    set_up => "Set-up link", "Einrichtungslink";
    from => "From", "Von";
    to => "To", "Bis";
    show => "Show", "Anzeigen";
    clear => "Clear the filter", "Filter aufheben";
    only_subject => "Only entries about one thing", "Nur Einträge zu einer Sache";
    when => "When", "Wann";
    from_where => "From where", "Von wo";
    erased => "erased", "gelöscht";
    by_key(key: &str) => "by {key}", "mit {key}";
    details => "Details", "Details";
    field => "Field", "Feld";
    before => "Before", "Vorher";
    after => "After", "Nachher";
    empty_value => "empty", "leer";
    entry => "Entry", "Eintrag";
    hash => "Hash", "Hash";
    more_about_it => "All entries about this", "Alle Einträge dazu";
    nothing_told => "No further details.", "Keine weiteren Angaben.";
    newest => "Newest", "Neueste";
    newer => "Newer", "Neuere";
    older => "Older", "Ältere";
    pages => "Pages of the log", "Seiten des Protokolls";
    in_all(n: &str) => "{n} entries in the log", "{n} Einträge im Protokoll";
    not_found => "No entry fits this filter", "Kein Eintrag passt zu diesem Filter";
    searched_to => "Nothing more was found so far. Searched back to", "Weiter wurde bisher nichts gefunden. Durchsucht zurück bis";
    search_on => "Search on", "Weitersuchen";
    chain => "Chain", "Kette";
    chain_text => "Each entry is tied to the one before it: what is changed, removed or added afterwards shows.", "Jeder Eintrag hängt am vorherigen: was nachträglich verändert, entfernt oder eingefügt wird, fällt auf.";
    verify => "Verify now", "Jetzt prüfen";
    unbroken(n: &str) => "{n} entries, unbroken", "{n} Einträge, lückenlos";
    broken => "The log was tampered with", "Das Protokoll wurde verändert";
    never_verified => "Not verified yet", "Noch nicht geprüft";
    verified(n: &str) => "Verified: {n} entries, unbroken", "Geprüft: {n} Einträge, lückenlos";
    was_broken => "The last check found a break", "Die letzte Prüfung fand einen Bruch";
    by(name: &str) => "by {name}", "durch {name}";
    broken_help => "Tell the operator of this installation. A backup from before shows what stood there.", "Informieren Sie den Betreiber dieser Installation. Eine frühere Sicherung zeigt, was dort stand.";
    end_of_chain => "Last hash", "Letzter Hash";
    end_help => "Note it elsewhere to be able to prove later that nothing was taken away.", "Anderswo notiert, beweist er später, dass nichts entfernt wurde.";
    copy_hash => "Copy the hash", "Hash kopieren";
    export_csv => "CSV", "CSV";
    export_lines => "JSON lines", "JSON Lines";
    export => "Export", "Exportieren";
    export_hint => "Exports what the filter shows.", "Exportiert, was der Filter zeigt.";
    yes => "yes", "ja";
    no => "no", "nein";
}

macro_rules! fields {
    ($($code:literal => $en:literal, $de:literal;)+) => {
        /// A field of an entry in words; the name itself for one that has none.
        pub fn field_name(lang: Lang, code: &str) -> String {
            let words = match code {
                $($code => match lang { Lang::En => $en, Lang::De => $de },)+
                other => other,
            };
            words.to_owned()
        }
    };
}

fields! {
    "name" => "Name", "Name";
    "email" => "E-mail", "E-Mail";
    "fullAccess" => "Full access", "Vollzugriff";
    "organisation" => "In the organisation", "In der Organisation";
    "byEdit" => "By writing on it", "Durch Weiterschreiben";
    "invitationsEnded" => "Invitations ended", "Beendete Einladungen";
    "askedBy" => "Asked by", "Erbeten von";
    "approvalAbove" => "Approval above", "Freigabe ab";
    "language" => "Language", "Sprache";
    "languages" => "Languages", "Sprachen";
    "state" => "State", "Zustand";
    "prefix" => "Key", "Schlüssel";
    "networks" => "Networks", "Netze";
    "expiresAt" => "Ends", "Endet";
    "owner" => "Owner", "Inhaber";
    "rights" => "Rights", "Rechte";
    "entries" => "Entries", "Einträge";
    "unbroken" => "Unbroken", "Lückenlos";
    "broken" => "Break", "Bruch";
    "head" => "Last hash", "Letzter Hash";
    "file" => "File", "Datei";
    "filter" => "Filter", "Filter";
    "threemaId" => "Threema ID", "Threema-ID";
    "nickname" => "Nickname", "Nickname";
    "description" => "Description", "Beschreibung";
    "defaultLanguage" => "Default language", "Standardsprache";
    "undoSeconds" => "Undo window (seconds)", "Rückruf-Frist (Sekunden)";
    "plan" => "Plan", "Tarif";
    "code" => "Plan", "Tarif";
    "recipient_limit" => "Recipient limit", "Empfängerlimite";
    "valid_from" => "Valid from", "Gültig ab";
    "valid_until" => "Valid until", "Gültig bis";
    "internalOnly" => "Internal only", "Nur intern";
    "list" => "List", "Liste";
    "feed" => "Feed", "Feed";
    "number" => "Number", "Nummer";
    "welcome" => "Welcome", "Begrüssung";
    "goodbye" => "Goodbye", "Abschied";
    "blocked" => "Blocked", "Gesperrt";
    "unblocked" => "No longer blocked", "Nicht mehr gesperrt";
    "members" => "Recipients on the list", "Empfänger der Liste";
    "recipients" => "Recipients of the ID", "Empfänger der ID";
    "added" => "Added", "Hinzugefügt";
    "already" => "Were there already", "Waren schon da";
    "newRecipients" => "New recipients", "Neue Empfänger";
    "given" => "Threema IDs", "Threema-IDs";
    "removed" => "Removed", "Entfernt";
    "ids" => "Threema IDs", "Threema-IDs";
    "changed" => "Changed", "Geändert";
    "publicKey" => "Fingerprint of the key", "Fingerabdruck des Schlüssels";
    "first" => "The first of them", "Die ersten davon";
    "firstName" => "First name", "Vorname";
    "lastName" => "Last name", "Nachname";
    "category" => "Category", "Kategorie";
    "from" => "Sender", "Absender";
    "deliveries" => "Deliveries", "Zustellungen";
    "group" => "Group", "Gruppe";
    "to" => "Goes to", "Geht an";
    "savesHistory" => "Chat history is saved", "Chatverlauf wird gespeichert";
    "message" => "Message", "Nachricht";
    "onPhones" => "On phones too", "Auch auf Telefonen";
    "goesTo" => "Goes to", "Geht an";
    "pending" => "Pending", "Ausstehend";
    "onceMore" => "To the failed ones again", "Nochmals an Fehlgeschlagene";
    "eraseAt" => "Text goes at", "Text entfällt am";
    "texts" => "Texts", "Texte";
    "cutOff" => "Not delivered any more", "Nicht mehr zugestellt";
    "savedAt" => "Last saved", "Zuletzt gespeichert";
    "by" => "By", "Durch";
    "sessions" => "Sessions", "Sitzungen";
    "commands" => "Commands", "Befehle";
    "command" => "Command", "Befehl";
    "value" => "Value", "Wert";
    "password_min_length" => "Shortest password", "Kürzestes Passwort";
    "breached_check" => "Known passwords are refused", "Bekannte Passwörter werden abgelehnt";
    "passkeys_allowed" => "Passkeys are allowed", "Passkeys sind erlaubt";
    "second_factor_required" => "Second factor is required", "Zweiter Faktor ist Pflicht";
    "idle_minutes" => "Unused sessions end after (minutes)", "Unbenutzte Sitzungen enden nach (Minuten)";
    "absolute_minutes" => "Sessions end after (minutes)", "Sitzungen enden nach (Minuten)";
    "step_up_above" => "Sign-in is confirmed above (recipients)", "Anmeldung wird bestätigt ab mehr als (Empfänger)";
    "text_days" => "Texts are kept for (days)", "Texte bleiben (Tage)";
    "address_days" => "Addresses are kept for (days)", "Adressen bleiben (Tage)";
    "sessionsEnded" => "Sessions ended", "Beendete Sitzungen";
    "keysEnded" => "API keys ended", "Beendete API-Schlüssel";
    "leftOut" => "Without room in the plan", "Ohne Platz im Tarif";
    "dataKeys" => "Data keys sealed anew", "Neu versiegelte Datenschlüssel";
    "sealedAnew" => "Values sealed anew", "Neu versiegelte Werte";
    "scope" => "To", "An";
    "newcomers" => "Also to whoever is new", "Auch an alle Neuen";
    "takesReplies" => "Replies are kept", "Antworten werden gespeichert";
    "assignedTo" => "Assigned to", "Zugewiesen an";
    "bytes" => "Bytes", "Byte";
    "conversations" => "Conversations", "Gespräche";
    "backupOf" => "Backup of", "Backup vom";
}
