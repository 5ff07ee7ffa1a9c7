//! What such a message says.
crate::texts! {
    message(code: &str) => "{code} is your code for signing in to Fanfare. It works once, for 5 minutes. If you are not signing in, somebody knows your password: please change it.", "{code} ist Ihr Code für die Anmeldung bei Fanfare. Er gilt einmal, 5 Minuten lang. Falls Sie sich nicht anmelden, kennt jemand Ihr Passwort: bitte ändern Sie es.";
}
