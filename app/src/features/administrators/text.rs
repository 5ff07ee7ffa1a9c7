//! Texts of administrators.
crate::texts! {
    settings => "Settings", "Einstellungen";
    administrators => "Administrators", "Administratoren";
    lede => "What has no mark is refused, in the cockpit and by API alike.", "Was kein Zeichen hat, wird abgelehnt, im Cockpit wie über die API.";
    rules => "Administrator rules", "Regeln für Administratoren";
    administrator => "Administrator", "Administrator";
    invite => "Invite", "Einladen";
    create_login => "Create administrator login", "Zugang für Administratoren erstellen";
    search => "Search administrators", "Administratoren suchen";
    all_ids => "All Broadcast IDs", "Alle Broadcast-IDs";
    of_id => "Broadcast ID", "Broadcast-ID";
    you => "you", "Sie";
    may => "May", "Darf";
    may_in_some => "May in some IDs", "Darf in einigen IDs";
    sees_only => "Sees only", "Sieht nur";
    may_not => "May not", "Darf nicht";
    full_access => "Full access", "Voller Zugriff";
    full_access_help => "Everything, in every ID, also in those to come.", "Alles, in jeder ID, auch in künftigen.";
    applies_to => "For", "Für";
    everything => "Everything", "Alles";
    all_n_ids(n: usize) => "All {n} IDs", "Alle {n} IDs";
    nothing => "Nothing", "Nichts";
    state => "State", "Stand";
    second_factor => "Second factor", "Zweiter Faktor";
    passkey => "Passkey", "Passkey";
    authenticator => "Authenticator", "Authenticator-App";
    threema_code => "Threema code", "Threema-Code";
    no_factor => "None", "Keiner";
    only_no_factor => "Without second factor", "Ohne zweiten Faktor";
    active => "Active", "Aktiv";
    disabled => "Disabled", "Gesperrt";
    invited => "Invited", "Eingeladen";
    expired => "Link too old", "Link zu alt";
    last_seen => "last signed in", "zuletzt angemeldet";
    never_seen => "never signed in", "nie angemeldet";
    actions => "Actions", "Aktionen";
    more_for(name: &str) => "More for {name}", "Mehr zu {name}";
    own_profile => "Your profile", "Ihr Profil";
    nobody_found => "Nobody found", "Niemand gefunden";
    nobody_found_text => "Nobody matches this search.", "Niemand passt zu dieser Suche.";

    // rights
    rights => "Rights", "Rechte";
    rights_lede => "They count with the next click, also on pages that are open.", "Sie gelten ab dem nächsten Klick, auch auf offenen Seiten.";
    in_ids => "In each Broadcast ID", "In jeder Broadcast-ID";
    in_organisation => "In the organisation", "In der Organisation";
    preset => "Preset", "Vorlage";
    preset_for(name: &str) => "Preset for {name}", "Vorlage für {name}";
    no_rights => "None", "Keine";
    own_choice => "Own choice", "Eigene Auswahl";
    right_in(right: &str, name: &str) => "{right} in {name}", "{right} in {name}";
    effective => "Effective", "Wirksam";
    effective_nothing => "Can sign in, and sees nothing.", "Kann sich anmelden und sieht nichts.";
    effective_full => "May do everything, in every Broadcast ID and in the organisation.", "Darf alles, in jeder Broadcast-ID und in der Organisation.";
    effective_in(name: &str, rights: &str) => "{name}: {rights}", "{name}: {rights}";
    organisation => "Organisation", "Organisation";
    no_ids => "There is no Broadcast ID yet. Rights can be given once there is one.", "Es gibt noch keine Broadcast-ID. Sobald es eine gibt, lassen sich Rechte geben.";
    save_rights => "Save rights", "Rechte speichern";
    rights_saved => "Rights saved", "Rechte gespeichert";
    own_rights => "These are your own rights. Another administrator can change them.", "Das sind Ihre eigenen Rechte. Ändern kann sie jemand anderes.";
    may_more => "Only somebody who may at least as much can end or give back this access.", "Diesen Zugang beenden oder zurückgeben kann nur, wer selbst mindestens so viel darf.";
    beyond => "You can only give or take what you may yourself; the rest cannot be changed here.", "Sie können nur geben und nehmen, was Sie selbst dürfen; der Rest lässt sich hier nicht ändern.";

    // steps
    access => "Access", "Zugang";
    reset_link => "Link for a new password", "Link für ein neues Passwort";
    disable => "Disable", "Sperren";
    disable_title(name: &str) => "Disable {name}?", "{name} sperren?";
    disable_text => "All sessions and open invitations of this person end at once. Rights stay as they are, and access can be given back.", "Alle Sitzungen und offenen Einladungen dieser Person enden sofort. Die Rechte bleiben, und der Zugang lässt sich zurückgeben.";
    enable => "Enable", "Entsperren";
    enabled => "Can sign in again", "Kann sich wieder anmelden";
    remove => "Remove", "Entfernen";
    remove_title(name: &str) => "Remove {name} for good?", "{name} endgültig entfernen?";
    remove_text => "Sign-in, rights, API keys and open invitations end at once. The name stays beside what was sent and in the audit log.", "Anmeldung, Rechte, API-Schlüssel und offene Einladungen enden sofort. Der Name bleibt bei Gesendetem und im Protokoll stehen.";
    remove_verb => "Remove 1 administrator", "1 Person entfernen";
    transfer => "Hand over full access", "Vollen Zugriff übergeben";
    transfer_title(name: &str) => "Hand your full access to {name}?", "Ihren vollen Zugriff an {name} übergeben?";
    transfer_text => "You keep all single rights, but no full access. Only somebody with full access can give it back.", "Sie behalten alle einzelnen Rechte, aber keinen vollen Zugriff. Zurückgeben kann ihn nur, wer ihn hat.";
    done => "Done", "Erledigt";

    // invitations
    invite_title => "Invite an administrator", "Administrator einladen";
    invite_lede => "The link works once and for 7 days. Whoever opens it chooses name and password.", "Der Link gilt einmal und 7 Tage lang. Wer ihn öffnet, wählt Name und Passwort.";
    email => "E-mail", "E-Mail";
    email_help => "They sign in with it.", "Damit meldet sich die Person an.";
    make_link => "Make the link", "Link erstellen";
    link_title(email: &str) => "The link for {email}", "Der Link für {email}";
    link_once => "It is shown this once. Pass it on over a way that only this person reads.", "Er wird nur jetzt gezeigt. Bitte auf einem Weg weitergeben, den nur diese Person liest.";
    link_until => "Works until", "Gilt bis";
    copy_link => "Copy the link", "Link kopieren";
    to_overview => "To the administrators", "Zu den Administratoren";
    renew => "New link", "Neuer Link";
    withdraw => "Withdraw", "Zurückziehen";
    withdrawn => "Invitation withdrawn", "Einladung zurückgezogen";
    invitation => "Invitation", "Einladung";
    invited_by(name: &str) => "Invited by {name}.", "Eingeladen von {name}.";
    invitation_text => "A new link ends the one before.", "Ein neuer Link beendet den vorigen.";

    // accepting
    accept_title(organisation: &str) => "You administrate for {organisation}", "Sie administrieren für {organisation}";
    accept_lede => "Choose your name and a password. Afterwards you are signed in.", "Wählen Sie Ihren Namen und ein Passwort. Danach sind Sie angemeldet.";
    your_name => "Name", "Name";
    password => "Password", "Passwort";
    password_help(min: u32) => "At least {min} characters. A sentence is easier to remember than a puzzle.", "Mindestens {min} Zeichen. Ein Satz merkt sich leichter als ein Rätsel.";
    has_account => "There is an account with this e-mail already. Please ask for an invitation to another address.", "Mit dieser E-Mail gibt es schon ein Konto. Bitte um eine Einladung an eine andere Adresse bitten.";
    accept => "Accept and sign in", "Annehmen und anmelden";
    not_valid => "This invitation is not valid (any more)", "Diese Einladung gilt nicht (mehr)";
    not_valid_text => "It was used, withdrawn, or is older than 7 days. Please ask for a new one.", "Sie wurde benutzt, zurückgezogen oder ist älter als 7 Tage. Bitte um eine neue bitten.";
}
