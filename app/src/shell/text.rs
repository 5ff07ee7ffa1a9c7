//! Texts of the frame.
crate::texts! {
    skip => "Skip to content", "Zum Inhalt springen";
    main_navigation => "Main", "Hauptnavigation";
    main_short => "Main, short", "Hauptnavigation, kurz";
    sections => "Sections", "Bereiche";
    breadcrumb => "Breadcrumb", "Pfad";
    switch_identity => "Broadcast IDs", "Broadcast-IDs";
    new_identity => "New Broadcast ID", "Neue Broadcast-ID";
    new_message => "New message", "Neue Nachricht";
    new_short => "New", "Neu";
    overview => "Overview", "Übersicht";
    messages => "Messages", "Nachrichten";
    audience => "Audience", "Publikum";
    lists => "Distribution lists", "Verteilerlisten";
    lists_short => "Lists", "Listen";
    recipients => "Recipients", "Empfänger";
    this_id => "This ID", "Diese ID";
    configuration => "ID configuration", "ID-Konfiguration";
    settings => "Settings", "Einstellungen";
    more => "More", "Mehr";
    phone => "Phone", "Telefon";
    gateway_test => "test", "Test";
    full_access => "Full access", "Voller Zugriff";
    theme_system => "Theme: system", "Darstellung: System";
    theme_light => "Theme: light", "Darstellung: hell";
    theme_dark => "Theme: dark", "Darstellung: dunkel";
    not_found => "This page does not exist", "Diese Seite gibt es nicht";
    not_found_text => "The address is wrong, or what stood here was removed.", "Die Adresse stimmt nicht, oder was hier war, wurde entfernt.";
    to_overview => "To the overview", "Zur Übersicht";
    no_connection => "No connection to the server.", "Keine Verbindung zum Server.";
    no_connection_text => "The page shows what it knew last and goes on by itself when the server is back.", "Die Seite zeigt den letzten bekannten Stand und macht von selbst weiter, sobald der Server wieder da ist.";
    connection => "Connection", "Verbindung";
    no_identity => "No Broadcast ID yet", "Noch keine Broadcast-ID";
    no_identity_text => "A Broadcast ID is what people see in their contacts: everything is sent from one, each with its own keys.", "Eine Broadcast-ID ist, was die Leute in ihren Kontakten sehen: alles wird von einer aus gesendet, jede mit eigenen Schlüsseln.";
}
