//! Texts of the kit.
crate::texts! {
    close => "Close", "Schliessen";
    cancel => "Cancel", "Abbrechen";
    copy => "Copy", "Kopieren";
    copied => "Copied", "Kopiert";
    show_password => "Show the password", "Passwort zeigen";
    hide_password => "Hide the password", "Passwort verbergen";
    search => "Search", "Suchen";
    rows => "Rows", "Zeilen";
    previous_page => "Previous page", "Vorherige Seite";
    next_page => "Next page", "Nächste Seite";
    range(from: &str, to: &str, total: &str) => "{from} to {to} of {total}", "{from} bis {to} von {total}";
    none_found => "Nothing", "Nichts";
    loading => "Loading", "Wird geladen";
    try_again => "Try again", "Nochmals versuchen";
    failed_title => "This could not be loaded", "Das liess sich nicht laden";
    notices => "Notices", "Meldungen";
    optional => "optional", "optional";
    read => "Read", "Gelesen";
    delivered => "Delivered", "Zugestellt";
    accepted => "Accepted", "Angenommen";
    pending => "Pending", "Ausstehend";
    failed => "Failed", "Fehlgeschlagen";
    n_read(n: &str) => "{n} read", "{n} gelesen";
    n_delivered(n: &str) => "{n} delivered", "{n} zugestellt";
    n_accepted(n: &str) => "{n} accepted", "{n} angenommen";
    n_pending(n: &str) => "{n} pending", "{n} ausstehend";
    n_failed(n: &str) => "{n} failed", "{n} fehlgeschlagen";
    n_skipped(n: &str) => "{n} skipped", "{n} ausgelassen";
    n_cancelled(n: &str) => "{n} cancelled", "{n} abgebrochen";
    nobody_yet => "no deliveries", "keine Zustellungen";
}
