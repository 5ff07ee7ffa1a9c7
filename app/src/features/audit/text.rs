//! Words of the log itself; those of actions stand in their catalogue, `model.rs`.
crate::texts! {
    group_sign_in => "Signing in and out", "An- und Abmeldung";
    group_administrators => "Administrators", "Administratoren";
    group_security => "Keys and security", "Schlüssel und Sicherheit";
    group_identities => "Broadcast IDs and plans", "Broadcast-IDs und Tarife";
    group_dialogue => "Bots and conversations", "Bots und Unterhaltungen";
    group_audience => "Lists and recipients", "Listen und Empfänger";
    group_messages => "Messages", "Nachrichten";
    missing(n: String) => "Entry {n} is missing.", "Eintrag {n} fehlt.";
    changed(n: String) => "Entry {n} does not fit the one before it: one of the two was changed.", "Eintrag {n} passt nicht zu seinem Vorgänger: einer der beiden wurde verändert.";
    address_changed(n: String) => "The address of entry {n} was changed.", "Die Adresse von Eintrag {n} wurde verändert.";
    loose(at: String) => "An entry of {at} is not part of the chain: it was inserted.", "Ein Eintrag vom {at} gehört nicht zur Kette: er wurde eingefügt.";
    after(n: String) => "Entry {n} stands behind the end of the chain: it was inserted, or the end was moved.", "Eintrag {n} steht hinter dem Ende der Kette: er wurde eingefügt, oder das Ende wurde versetzt.";
    end(n: String) => "The chain does not end as recorded at entry {n}: entries were cut off or written anew.", "Die Kette endet bei Eintrag {n} nicht wie festgehalten: Einträge wurden abgeschnitten oder neu geschrieben.";
    seal(n: String) => "The seal on the end of the chain, entry {n}, is not genuine: the end was moved or replaced.", "Das Siegel am Ende der Kette, Eintrag {n}, ist nicht echt: das Ende wurde versetzt oder ersetzt.";
    no_end => "The end of the chain is gone.", "Das Ende der Kette fehlt.";
}
