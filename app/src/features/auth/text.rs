//! Texts of sign-in, set-up and the own profile.
crate::texts! {
    sign_in => "Sign in", "Anmelden";
    sign_out => "Sign out", "Abmelden";
    cockpit => "The broadcast cockpit of your organisation", "Das Broadcast-Cockpit Ihrer Organisation";
    email => "E-mail", "E-Mail";
    email_help => "You sign in with it.", "Damit melden Sie sich an.";
    password => "Password", "Passwort";
    password_help => "At least 12 characters. A sentence is easier to remember than a puzzle.", "Mindestens 12 Zeichen. Ein Satz merkt sich leichter als ein Rätsel.";
    language => "Language", "Sprache";
    theme => "Theme", "Darstellung";
    about => "About", "Über";
    promise => "Written once. Sealed for every reader.", "Einmal geschrieben. Für alle einzeln versiegelt.";
    promise_text => "Each message is encrypted end to end for every single recipient before it leaves this server.", "Jede Nachricht wird für jede einzelne Person Ende-zu-Ende verschlüsselt, bevor sie diesen Server verlässt.";
    local_gateway => "Local gateway: nothing leaves this machine", "Lokales Gateway: nichts verlässt diese Maschine";
    support => "Support", "Support";
    terms => "Terms", "Nutzungsbedingungen";
    privacy => "Privacy", "Datenschutz";
    set_up => "Set up", "Einrichten";
    first_start => "First start · this link works once", "Erster Start · dieser Link gilt einmal";
    set_up_title => "Whose cockpit is this?", "Wessen Cockpit ist das?";
    set_up_text => "Your organisation, and you as its first administrator with full access. Broadcast IDs come next, each with its own keys.", "Ihre Organisation, und Sie als erste Person mit vollem Zugriff. Danach kommen die Broadcast-IDs, jede mit eigenen Schlüsseln.";
    set_up_do => "Set up and sign in", "Einrichten und anmelden";
    organisation => "Organisation", "Organisation";
    organisation_help => "A town, a newsroom, a company.", "Eine Stadt, eine Redaktion, ein Betrieb.";
    your_name => "Name", "Name";
    settings => "Settings", "Einstellungen";
    profile => "Profile and language", "Profil und Sprache";
    you => "You", "Sie";
    rights => "Rights", "Rechte";
    confirm_title => "Is it you?", "Sind Sie es?";
    confirm_text => "What you want to do is protected, and your sign-in is older than 10 minutes. Please confirm; nothing you have entered is lost.", "Was Sie vorhaben, ist geschützt, und Ihre Anmeldung ist älter als 10 Minuten. Bitte bestätigen Sie; nichts von Ihrer Eingabe geht verloren.";
    confirm_do => "Confirm", "Bestätigen";
    full_access => "Full access", "Voller Zugriff";
}
