//! Texts of messages.
crate::texts! {
    // tables
    messages => "Messages", "Nachrichten";
    last_messages => "Last messages", "Letzte Nachrichten";
    all_messages(n: &str) => "All {n} messages", "Alle {n} Nachrichten";
    all_of_them => "All messages", "Alle Nachrichten";
    messages_lede => "What was sent from here, and how far it got.", "Was von hier gesendet wurde, und wie weit es kam.";
    new_message => "New message", "Neue Nachricht";
    no_messages => "No messages yet", "Noch keine Nachrichten";
    no_messages_text => "What you send to your lists and feeds appears here, with its delivery to every single phone.", "Was an die Listen und Feeds gesendet wird, erscheint hier, mit der Zustellung auf jedes einzelne Telefon.";
    write_first => "Write the first message", "Erste Nachricht schreiben";
    none_found => "No messages here", "Hier sind keine Nachrichten";
    none_found_text => "Nothing matches this filter.", "Nichts passt zu diesem Filter.";
    show_all => "Show all", "Alle zeigen";
    message => "Message", "Nachricht";
    state => "State", "Stand";
    deliveries => "Deliveries", "Zustellungen";
    reached => "Reached", "Erreicht";
    when => "When", "Wann";
    filter_by_state => "Filter by state", "Nach Stand filtern";
    search_messages => "Search messages", "Nachrichten suchen";
    pages_of_messages => "Pages of messages", "Seiten der Nachrichten";
    all => "All", "Alle";
    to_go(n: &str) => "{n} to go", "{n} offen";
    no_title => "No text yet", "Noch kein Text";
    erased_title => "Text erased", "Text gelöscht";
    no_lists => "No list yet", "Noch keine Liste";

    // states of messages
    draft => "Draft", "Entwurf";
    needs_approval => "Needs approval", "Braucht Freigabe";
    queued => "Queued", "Eingereiht";
    sending => "Sending", "Wird gesendet";
    paused => "Paused", "Pausiert";
    sent => "Sent", "Gesendet";
    cancelled => "Cancelled", "Abgebrochen";
    skipped => "Skipped", "Ausgelassen";
    drafts => "Drafts", "Entwürfe";

    // composer
    to => "To", "An";
    to_help => "Lists and feeds", "Listen und Feeds";
    add_more => "Add more", "Weitere hinzufügen";
    choose_lists => "Type to choose lists and feeds", "Tippen, um Listen und Feeds zu wählen";
    remove(name: &str) => "Remove {name}", "{name} entfernen";
    no_list_found => "No such list or feed", "Keine solche Liste, kein solcher Feed";
    no_lists_yet => "There are no lists and feeds yet.", "Es gibt noch keine Listen und Feeds.";
    make_a_list => "Make a list", "Liste anlegen";
    list_gone => "One of these does not exist any more. Remove it.", "Etwas davon gibt es nicht mehr. Bitte entfernen.";
    named_more(n: &str) => "{n} named more than once", "{n} mehrfach genannt";
    left_out_revoked(n: &str) => "{n} left out, ID revoked", "{n} ausgelassen, ID widerrufen";
    left_out_unknown(n: &str) => "{n} left out, ID unknown", "{n} ausgelassen, ID unbekannt";
    held_keys(n: &str) => "{n} held, key changed", "{n} zurückgehalten, Schlüssel geändert";
    how_counted => "How this is counted", "So wird gezählt";
    how_counted_text => "Everybody counts once, on however many lists they are. Left out is whom no message can reach: the ID was revoked, or the gateway does not know it. Who has a new key gets the message as soon as you accept the key.", "Jede Person zählt einmal, auf wie vielen Listen sie auch steht. Ausgelassen wird, wen keine Nachricht erreicht: die ID ist widerrufen, oder das Gateway kennt sie nicht. Wer einen neuen Schlüssel hat, erhält die Nachricht, sobald der Schlüssel angenommen ist.";
    text_per_language => "Text per language", "Text pro Sprache";
    default_tag => "default", "Standard";
    no_text_yet => "no text yet", "noch kein Text";
    has_text => "written", "geschrieben";
    add_language => "Add a language", "Sprache hinzufügen";
    remove_language(name: &str) => "Remove {name}", "{name} entfernen";
    removed_language(name: &str) => "{name} was removed.", "{name} wurde entfernt.";
    undo => "Undo", "Rückgängig";
    format => "Format", "Formatieren";
    bold => "Bold (Ctrl+B)", "Fett (Strg+B)";
    italic => "Italic (Ctrl+I)", "Kursiv (Strg+I)";
    struck => "Struck through (Ctrl+Shift+X)", "Durchgestrichen (Strg+Umschalt+X)";
    message_in(name: &str) => "Message in {name}", "Nachricht in {name}";
    bytes_used => "Bytes used", "Verbrauchte Byte";
    bytes_of(n: &str, max: &str) => "{n} of {max} bytes", "{n} von {max} Byte";
    bytes_over(n: &str, max: &str) => "{n} of {max} bytes: too long", "{n} von {max} Byte: zu lang";
    get_this_text(who: &str) => "This text: {who}", "Diesen Text erhalten: {who}";
    until_written(who: &str, name: &str) => "Without a text, {who} get {name}", "Ohne Text erhalten {who} {name}";
    view => "View", "Ansicht";
    write => "Write", "Schreiben";
    preview => "Preview", "Vorschau";
    on_a_phone => "On a phone", "Auf einem Telefon";
    preview_on_phone => "Preview on a phone", "Vorschau auf einem Telefon";
    preview_language => "Preview language", "Sprache der Vorschau";
    chat => "Chat", "Chat";
    today => "Today", "Heute";
    nothing_written => "What you write appears here.", "Hier erscheint, was geschrieben wird.";
    phone_message => "Message", "Nachricht";
    draft_saved => "Draft saved", "Entwurf gespeichert";
    saving => "Saving", "Wird gespeichert";
    not_saved => "Not saved yet", "Noch nicht gespeichert";
    save_failed => "The draft could not be saved.", "Der Entwurf liess sich nicht speichern.";
    save_failed_text => "Keep this page open; it is tried again with the next change.", "Diese Seite offen lassen; mit der nächsten Änderung wird es nochmals versucht.";
    save_again => "Save now", "Jetzt speichern";
    discard => "Discard", "Verwerfen";
    discard_title => "Discard this draft?", "Diesen Entwurf verwerfen?";
    discard_text => "Text and recipients of this draft are removed for good.", "Text und Empfänger dieses Entwurfs werden endgültig entfernt.";
    discard_verb => "Discard 1 draft", "1 Entwurf verwerfen";
    check_and_send => "Check and send", "Prüfen und senden";
    choose_a_list => "Please choose at least one list or feed.", "Bitte mindestens eine Liste oder einen Feed wählen.";

    // check
    send_question(who: &str) => "Send to {who}?", "An {who} senden?";
    send_verb(who: &str) => "Send to {who}", "An {who} senden";
    undo_window(n: u32) => "Nothing has left yet. After you press Send there are {n} seconds to take it back.", "Noch ist nichts gesendet. Nach dem Senden bleiben {n} Sekunden, um es zurückzunehmen.";
    no_undo_window => "Nothing has left yet. Once you press Send it leaves at once and cannot be taken back.", "Noch ist nichts gesendet. Nach dem Senden geht es sofort hinaus und lässt sich nicht zurücknehmen.";
    sender => "Sender", "Absender";
    change => "Change", "Ändern";
    change_recipients => "Change the recipients", "Empfänger ändern";
    change_text => "Change the message", "Nachricht ändern";
    counted_once => "Named more than once, counted once", "Mehrfach genannt, einmal gezählt";
    revoked_left_out => "Left out, ID revoked", "Ausgelassen, ID widerrufen";
    unknown_left_out => "Left out, ID unknown", "Ausgelassen, ID unbekannt";
    held_until_accepted => "Held until you accept the new key", "Zurückgehalten, bis der neue Schlüssel angenommen ist";
    who_and_bytes(who: &str, bytes: &str) => "{who} · {bytes} bytes", "{who} · {bytes} Byte";
    no_text_fallback(name: &str, who: &str, default: &str) => "{name}: no text, {who} get {default}", "{name}: kein Text, {who} erhalten {default}";
    back_to_draft => "Back to the draft", "Zurück zum Entwurf";
    audience_changed(who: &str) => "The lists have changed in the meantime: it goes to {who} now. Nothing was sent. Please check again.", "Die Listen haben sich inzwischen geändert: jetzt geht es an {who}. Nichts wurde gesendet. Bitte nochmals prüfen.";
    sealed_note(id: &str) => "Sealed one by one on this server with the key of {id}. The gateway sees who and when, never what.", "Auf diesem Server einzeln versiegelt mit dem Schlüssel von {id}. Das Gateway sieht, wer und wann, nie was.";

    // approval
    ask_question(who: &str) => "Ask for approval to send to {who}?", "Um Freigabe für {who} bitten?";
    ask_verb => "Ask for approval", "Um Freigabe bitten";
    ask_text(n: &str) => "A message to more than {n} recipients needs the approval of another administrator. Nothing is sent until then.", "Eine Nachricht an mehr als {n} Empfänger braucht die Freigabe einer zweiten Person. Bis dahin wird nichts gesendet.";
    waiting_for_approval => "Waiting for approval", "Warten auf Freigabe";
    waits_title(who: &str) => "Waits for approval, goes to {who}", "Wartet auf Freigabe, geht an {who}";
    asked_by(name: &str) => "Asked for by {name},", "Angefragt von {name},";
    waits_own => "Somebody else must approve it, since you have written on it.", "Freigeben muss sie jemand anderes, denn Sie haben daran geschrieben.";
    waits_other => "Every change to text or recipients asks for approval anew.", "Jede Änderung an Text oder Empfängern verlangt eine neue Freigabe.";
    approve_verb(who: &str) => "Approve and send to {who}", "Freigeben und an {who} senden";
    approved_by(name: &str) => "approved by {name}", "freigegeben von {name}";
    send_back => "Send back", "Zurückgeben";
    send_back_title => "Send this message back?", "Diese Nachricht zurückgeben?";
    send_back_text => "It becomes a draft again, and its authors see your note.", "Sie wird wieder ein Entwurf, und wer sie geschrieben hat, sieht Ihre Notiz.";
    note => "Note", "Notiz";
    withdraw => "Back to the draft", "Zurück zum Entwurf";
    cancel => "Cancel", "Abbrechen";
    returned_by(name: &str) => "{name} sent this message back.", "{name} hat diese Nachricht zurückgegeben.";

    // message page
    goes_in(who: &str, n: &str) => "Goes to {who} in {n} seconds", "Geht in {n} Sekunden an {who}";
    goes_now(who: &str) => "Goes to {who} now", "Geht jetzt an {who}";
    undo_text => "Nothing has left this server. Undo brings the draft back as it was.", "Noch nichts hat diesen Server verlassen. Rückgängig bringt den Entwurf zurück, wie er war.";
    undo_retry_text => "Nothing has left this server.", "Noch nichts hat diesen Server verlassen.";
    do_not_send => "Do not send", "Nicht senden";
    pause => "Pause", "Pause";
    resume => "Resume", "Fortsetzen";
    stop => "Stop", "Stoppen";
    stop_title => "Stop this message?", "Diese Nachricht stoppen?";
    stop_text(pending: &str, left: &str) => "{pending} have not been sent it yet and will not get it. What has left already ({left}) cannot be taken back.", "{pending} ist sie noch nicht gesendet; sie erhalten sie nicht. Was schon hinaus ist ({left}), lässt sich nicht zurückholen.";
    stop_verb(who: &str) => "Stop for {who}", "Für {who} stoppen";
    progress => "Progress", "Fortschritt";
    through(n: &str, total: &str) => "{n} of {total} through", "{n} von {total} durch";
    rate(n: &str) => "{n} a second", "{n} pro Sekunde";
    time_left(time: &str) => "{time} left", "noch {time}";
    percent_sent(n: u64) => "{n} percent sent", "{n} Prozent gesendet";
    of_those_who_tell => "of those who tell", "soweit gemeldet";
    on_the_phone => "on the phone", "auf dem Telefon";
    by_the_gateway => "by the gateway", "vom Gateway";
    waiting_here => "waiting here", "wartet hier";
    will_not_arrive => "will not arrive", "kommt nicht an";
    left_out => "left out", "ausgelassen";
    stopped_before => "stopped before it left", "vorher gestoppt";
    by_lists(lists: &str) => "to {lists}", "an {lists}";
    retry_note => "Sent once more to those whose delivery had failed.", "Nochmals gesendet an alle, bei denen die Zustellung fehlgeschlagen war.";
    first_message => "See the first message", "Erste Nachricht ansehen";

    // why it waits
    pause_by_administrator => "Paused by an administrator.", "Von einem Administrator pausiert.";
    pause_by_administrator_next => "Resume goes on exactly where it stood.", "Fortsetzen geht genau dort weiter, wo es stand.";
    pause_no_credits => "The gateway account has no credits left.", "Das Gateway-Konto hat kein Guthaben mehr.";
    pause_no_credits_next => "Top the account up, then resume: it goes on at the next recipient, nobody gets it twice.", "Konto aufladen, dann fortsetzen: es geht beim nächsten Empfänger weiter, niemand erhält es doppelt.";
    pause_unauthorized => "The gateway refuses this ID or its secret.", "Das Gateway lehnt diese ID oder ihr Secret ab.";
    pause_unauthorized_next => "Have ID and secret at the gateway checked, then resume: it goes on at the next recipient.", "ID und Secret beim Gateway prüfen, dann fortsetzen: es geht beim nächsten Empfänger weiter.";
    pause_plan_ended => "The plan of this Broadcast ID has ended.", "Der Tarif dieser Broadcast-ID ist abgelaufen.";
    pause_plan_ended_next => "Renew it, then resume: it goes on at the next recipient.", "Tarif erneuern, dann fortsetzen: es geht beim nächsten Empfänger weiter.";
    waits_gateway => "The gateway does not answer.", "Das Gateway antwortet nicht.";
    waits_gateway_next => "What is pending waits here and goes on by itself as soon as it answers.", "Was aussteht, wartet hier und geht von selbst weiter, sobald es antwortet.";
    to_plan => "Look at the plan", "Tarif ansehen";

    // deliveries
    recipients => "Recipients", "Empfänger";
    no_name => "no name", "ohne Namen";
    recipient => "Recipient", "Empfänger";
    id => "ID", "ID";
    language => "Language", "Sprache";
    reason_next => "Reason, next step", "Grund, nächster Schritt";
    time => "Time", "Zeit";
    search_deliveries => "Search name or ID", "Name oder ID suchen";
    pages_of_deliveries => "Pages of recipients", "Seiten der Empfänger";
    no_delivery => "Nobody matches this search and filter.", "Niemand passt zu Suche und Filter.";
    export => "Export", "Exportieren";
    no_read_receipt => "no read receipt", "keine Lesebestätigung";
    not_on_phone_yet => "not on the phone yet", "noch nicht auf dem Telefon";
    reason_key_changed => "The key has changed", "Der Schlüssel hat sich geändert";
    reason_unknown => "The gateway does not know this ID", "Das Gateway kennt diese ID nicht";
    reason_revoked => "The ID was revoked", "Die ID wurde widerrufen";
    reason_refused => "The gateway refuses this recipient", "Das Gateway lehnt diesen Empfänger ab";
    reason_not_found => "The gateway does not find this recipient", "Das Gateway findet diesen Empfänger nicht";
    reason_too_big => "Too big for the gateway", "Zu gross für das Gateway";
    reason_gateway_away => "The gateway does not answer; tried again", "Das Gateway antwortet nicht; wird wiederholt";
    reason_try_again => "The gateway is busy; tried again", "Das Gateway ist ausgelastet; wird wiederholt";
    reason_stopped => "Stopped before it left", "Gestoppt, bevor sie hinausging";
    reason_none => "No reason known", "Kein Grund bekannt";
    check_key => "Check the key", "Schlüssel prüfen";
    see_recipient => "See the recipient", "Empfänger ansehen";

    // failed
    n_failed(n: &str) => "{n} failed", "{n} fehlgeschlagen";
    n_not_reached(n: &str) => "{n} not reached", "{n} nicht erreicht";
    send_to_the(n: &str) => "Send to the {n}", "An die {n} senden";
    after_sent => "Once the message is through, it can be sent to them again.", "Sobald die Nachricht durch ist, lässt sie sich nochmals an sie senden.";

    // text card
    text_as_sent => "Text as the phones show it", "Text, wie ihn die Telefone zeigen";
    text_language => "Language of the text", "Sprache des Textes";
    text_kept_until => "Text kept until", "Text bleibt bis";
    text_erased => "Text erased", "Text gelöscht";
    erased_text => "The text was erased, as it is after the time for which texts are kept.", "Der Text wurde gelöscht, wie es nach Ablauf der Aufbewahrung geschieht.";
    started => "Started", "Begonnen";
    finished => "Finished", "Beendet";
}
