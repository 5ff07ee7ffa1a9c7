//! Texts about groups.
use super::model::{Staged, Trouble, Why};
use crate::kernel::{
    Lang,
    i18n::{number, plural},
};

crate::texts! {
    groups => "Groups", "Gruppen";
    group => "Group", "Gruppe";
    lede => "One chat for everybody in it. The Broadcast ID runs it, and you share the work.", "Ein Chat für alle, die dabei sind. Die Broadcast-ID führt ihn, und Sie teilen sich die Arbeit.";
    search_groups => "Search groups", "Gruppen suchen";
    pages_of_groups => "Pages of groups", "Seiten der Gruppen";
    only_deleted => "Dissolved", "Aufgelöst";
    new_group => "New group", "Neue Gruppe";
    name => "Name", "Name";
    name_help => "Everybody in the group sees it.", "Alle in der Gruppe sehen ihn.";
    members => "Members", "Mitglieder";
    changed => "Changed", "Geändert";
    state => "State", "Zustand";
    actions => "Actions", "Aktionen";
    create => "Make the group", "Gruppe anlegen";
    cancel => "Cancel", "Abbrechen";
    save => "Save", "Speichern";
    no_groups_title => "No groups yet", "Noch keine Gruppen";
    no_groups_text => "In a group everybody hears everybody: the crisis team, the editors, the helpers of tonight.", "In einer Gruppe hören alle alle: der Krisenstab, die Redaktion, die Helfer von heute Abend.";
    not_found_groups => "No group fits this search", "Keine Gruppe passt zu dieser Suche";
    staged_short => "Not synchronised", "Nicht synchronisiert";
    unread => "Unread", "Ungelesen";
    saved => "History saved", "Verlauf gespeichert";
    with_history => "Save chat history", "Chatverlauf speichern";
    members_label => "Members (Threema IDs)", "Mitglieder (Threema-IDs)";
    members_help => "Any separator will do. You can add more later.", "Jedes Trennzeichen geht. Weitere können später dazukommen.";

    chat => "Chat", "Chat";
    messages => "Messages", "Nachrichten";
    show_members => "Members", "Mitglieder";
    show_chat => "Chat", "Chat";
    made => "created", "angelegt";
    made_by(who: &str) => "by {who}", "von {who}";
    rename => "Rename", "Umbenennen";
    rename_title(name: &str) => "Rename {name}", "{name} umbenennen";
    dissolve => "Dissolve the group", "Gruppe auflösen";
    dissolve_title(name: &str) => "Dissolve {name} for good?", "{name} endgültig auflösen?";
    dissolved => "This group is dissolved. It stays listed, and cannot come back.", "Diese Gruppe ist aufgelöst. Sie bleibt aufgeführt und kann nicht zurückkommen.";
    export => "Export as text", "Als Text exportieren";
    erase => "Erase the chat", "Chat löschen";
    erase_title => "Erase everything that is stored of this chat?", "Alles löschen, was von diesem Chat gespeichert ist?";
    erase_text => "Texts and reactions are gone here for good. On the phones they stay.", "Texte und Reaktionen sind hier endgültig weg. Auf den Telefonen bleiben sie.";
    erased(n: String) => "{n} entries are erased", "{n} Einträge sind gelöscht";

    sync_now => "Synchronise now", "Jetzt synchronisieren";
    discard => "Discard", "Verwerfen";
    collect => "Collect more, or send them now.", "Sammeln Sie weiter, oder senden Sie sie jetzt.";
    in_sync => "Everything is on the phones", "Alles ist auf den Telefonen";
    never_synced => "The members do not know of this group yet.", "Die Mitglieder wissen noch nichts von dieser Gruppe.";
    sending => "On its way to the phones …", "Unterwegs zu den Telefonen …";
    sync_started => "Synchronising", "Wird synchronisiert";
    discarded => "The changes are discarded", "Die Änderungen sind verworfen";
    add_n(n: String) => "add {n}", "{n} hinzufügen";
    remove_n(n: String) => "remove {n}", "{n} entfernen";
    new_name => "another name", "anderer Name";
    new_picture => "another picture", "anderes Bild";
    away => "The gateway does not answer. It goes on by itself.", "Das Gateway antwortet nicht. Es geht von selbst weiter.";
    unauthorized => "The gateway refuses ID or secret. Nothing leaves until that is right.", "Das Gateway lehnt ID oder Secret ab. Bis das stimmt, geht nichts hinaus.";
    no_credits => "The account at the gateway has no credits left.", "Das Konto beim Gateway hat keine Credits mehr.";
    plan_ended => "The plan has ended. Nothing leaves until it is renewed.", "Der Tarif ist abgelaufen. Bis zur Erneuerung geht nichts hinaus.";

    on_since => "On since", "Eingeschaltet seit";
    history_on => "Text is kept for 180 days at most, media never. The cloud stands before the name on every phone.", "Text bleibt höchstens 180 Tage, Medien nie. Auf jedem Telefon steht die Wolke vor dem Namen.";
    history_off => "Off. What members write is dropped at once and never stored.", "Ausgeschaltet. Was Mitglieder schreiben, wird sofort verworfen und nie gespeichert.";
    notice_on => "The chat history of this group is saved from now on. Texts are kept for 180 days at most, media are not stored.", "Der Chatverlauf dieser Gruppe wird ab jetzt gespeichert. Texte bleiben höchstens 180 Tage, Medien werden nicht gespeichert.";
    notice_off => "The chat history of this group is not saved any more.", "Der Chatverlauf dieser Gruppe wird nicht mehr gespeichert.";
    switched_on(who: &str) => "{who} switched on \"Save chat history\".", "{who} hat \"Chatverlauf speichern\" eingeschaltet.";
    switched_off(who: &str) => "{who} switched off \"Save chat history\".", "{who} hat \"Chatverlauf speichern\" ausgeschaltet.";
    has_left(who: &str) => "{who} left the group.", "{who} hat die Gruppe verlassen.";
    profile_saved(name: &str) => "Group {name}: history saved: yes", "Gruppe {name}: Verlauf gespeichert: ja";
    profile_not_saved(name: &str) => "Group {name}: history saved: no", "Gruppe {name}: Verlauf gespeichert: nein";
}

crate::texts! {
    add => "Add", "Hinzufügen";
    add_title(name: &str) => "Add members to {name}", "Mitglieder zu {name} hinzufügen";
    add_staged => "They hear of it with the next synchronisation.", "Sie erfahren davon mit der nächsten Synchronisierung.";
    internal_note => "Whoever is in a group is internal for this Broadcast ID.", "Wer in einer Gruppe ist, gilt für diese Broadcast-ID als intern.";
    bad_ids(ids: String) => "These are no Threema IDs: {ids}", "Das sind keine Threema-IDs: {ids}";
    search_members => "Search members", "Mitglieder suchen";
    nobody_title => "Nobody is in this group yet", "Noch ist niemand in dieser Gruppe";
    nobody_text => "Add people by their Threema IDs, then synchronise.", "Fügen Sie Personen mit ihrer Threema-ID hinzu, dann synchronisieren Sie.";
    of_256(n: String) => "{n} of 256", "{n} von 256";
    remove(name: &str) => "Remove {name}", "{name} entfernen";
    keep(name: &str) => "Keep {name}", "{name} behalten";
    invite_again(name: &str) => "Invite {name} again", "{name} wieder einladen";
    to_be_added => "To be added", "Kommt dazu";
    to_be_removed => "To be removed", "Wird entfernt";
    on_the_way => "On the way", "Unterwegs";
    on_the_phone => "On the phone", "Auf dem Telefon";
    left_at => "Left", "Verlassen";
    unreachable => "Unreachable", "Nicht erreichbar";
    why_unknown => "The gateway does not know this ID.", "Das Gateway kennt diese ID nicht.";
    why_revoked => "This ID does not exist any more.", "Diese ID gibt es nicht mehr.";
    why_key => "The key has changed, and nobody has accepted it.", "Der Schlüssel hat gewechselt, und niemand hat ihn angenommen.";
    why_refused => "The gateway refuses to deliver to this ID.", "Das Gateway lehnt die Zustellung an diese ID ab.";

    picture => "Picture", "Bild";
    set_picture => "Choose a picture", "Bild wählen";
    picture_help => "JPEG, 1 MB at most; 512 pixels are plenty.", "JPEG, höchstens 1 MB; 512 Pixel reichen gut.";
    picture_too_big => "This picture is larger than 1 MB.", "Dieses Bild ist grösser als 1 MB.";
    picture_unreadable => "This file cannot be read.", "Diese Datei ist nicht lesbar.";
    remove_picture => "Remove the picture", "Bild entfernen";
}

crate::texts! {
    no_messages_title => "Nothing here yet", "Hier ist noch nichts";
    nothing_found => "No text fits this search", "Kein Text passt zu dieser Suche";
    search_chat => "Search the chat", "Chat durchsuchen";
    jump_to => "Jump to", "Springe zu";
    to_the_newest => "To the newest", "Zum Neuesten";
    earlier => "Show earlier ones", "Frühere zeigen";
    later => "Show later ones", "Spätere zeigen";
    new_from_here => "New", "Neu";
    as_identity(name: &str) => "as {name}", "als {name}";
    you => "You", "Sie";
    somebody => "Somebody", "Jemand";
    not_stored => "A picture, a file or a poll: not stored", "Ein Bild, eine Datei oder eine Umfrage: nicht gespeichert";
    taken_back => "This text was taken back", "Dieser Text wurde zurückgenommen";
    edited => "changed", "geändert";
    quoted_gone => "A message that is not stored", "Eine Nachricht, die nicht gespeichert ist";
    accepted_word => "accepted", "angenommen";
    waiting_word => "on its way", "unterwegs";
    failed_word => "failed", "fehlgeschlagen";
    n_of(n: String, total: String) => "{n} of {total}", "{n} von {total}";
    n_failed(n: String) => "{n} failed", "{n} fehlgeschlagen";
    reply => "Reply", "Antworten";
    edit => "Change", "Ändern";
    take_back => "Take back", "Zurücknehmen";
    take_back_title => "Take this text back?", "Diesen Text zurücknehmen?";
    take_back_text => "It disappears from the phones of the members and is erased here.", "Er verschwindet von den Telefonen der Mitglieder und wird hier gelöscht.";
    erase_here_text => "It is erased here for good. On the phones it stays.", "Er wird hier endgültig gelöscht. Auf den Telefonen bleibt er.";
    agree => "Thumb up", "Daumen hoch";
    disagree => "Thumb down", "Daumen runter";
    love => "Heart", "Herz";
    reacted(emoji: &str, who: String) => "{emoji} by {who}", "{emoji} von {who}";
    everybody => "all", "alle";
    sees_as(name: &str) => "Everybody sees it as coming from {name}.", "Für alle kommt es von {name}.";
    keys => "⏎ sends, ⇧⏎ new line", "⏎ sendet, ⇧⏎ neue Zeile";
    send => "Send", "Senden";
    editing => "You are changing a text", "Sie ändern einen Text";
    replying_to(who: &str) => "Reply to {who}", "Antwort an {who}";
    stop => "Leave it", "Lassen";
    mention(name: &str) => "Mention {name}", "{name} erwähnen";
    mentions => "Members to mention", "Mitglieder zum Erwähnen";
    bytes_over(n: String) => "{n} bytes too long", "{n} Byte zu lang";
    here_one(who: &str) => "{who} is here", "{who} ist hier";
    here_many(n: String) => "{n} administrators here", "{n} Administratoren hier";
    is_typing(who: &str) => "{who} is typing to the group", "{who} schreibt der Gruppe";
    are_typing(n: String) => "{n} administrators are typing", "{n} Administratoren schreiben";
    cannot_write => "Add members first: there is nobody to write to.", "Zuerst Mitglieder hinzufügen: es ist niemand da.";
}

/// How many members.
pub fn people(lang: Lang, n: u64) -> String {
    let word = match lang {
        Lang::En => plural(n, "member", "members"),
        Lang::De => plural(n, "Mitglied", "Mitglieder"),
    };
    format!("{} {word}", number(n))
}

/// What the field for a text is called.
pub fn message_to(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Message to {}", people(lang, n)),
        Lang::De if n == 1 => "Nachricht an 1 Mitglied".to_owned(),
        Lang::De => format!("Nachricht an {} Mitglieder", number(n)),
    }
}

/// How many changes phones do not know yet.
pub fn staged(lang: Lang, n: u64) -> String {
    let n_shown = number(n);
    match (lang, n) {
        (Lang::En, 1) => "1 change is not on the phones yet".to_owned(),
        (Lang::En, _) => format!("{n_shown} changes are not on the phones yet"),
        (Lang::De, 1) => "1 Änderung ist noch nicht auf den Telefonen".to_owned(),
        (Lang::De, _) => format!("{n_shown} Änderungen sind noch nicht auf den Telefonen"),
    }
}

/// Which changes: "Add 2, remove 1."
pub fn which_staged(lang: Lang, staged: Staged) -> String {
    let mut parts = Vec::new();
    if staged.add > 0 {
        parts.push(add_n(lang, number(staged.add)));
    }
    if staged.remove > 0 {
        parts.push(remove_n(lang, number(staged.remove)));
    }
    if staged.name {
        parts.push(new_name(lang).to_owned());
    }
    if staged.picture {
        parts.push(new_picture(lang).to_owned());
    }
    let words = parts.join(", ");
    let mut letters = words.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

/// What dissolving does, in numbers.
pub fn dissolve_text(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("{} lose the group on their phones. It cannot be brought back; what was written stays readable there.", people(lang, n)),
        Lang::De if n == 1 => "1 Mitglied verliert die Gruppe auf dem Telefon. Sie lässt sich nicht zurückholen; was geschrieben wurde, bleibt dort lesbar.".to_owned(),
        Lang::De => format!("{} Mitglieder verlieren die Gruppe auf ihren Telefonen. Sie lässt sich nicht zurückholen; was geschrieben wurde, bleibt dort lesbar.", number(n)),
    }
}

/// Why something does not reach a member.
pub const fn why(lang: Lang, why: Why) -> &'static str {
    match why {
        Why::Unknown => why_unknown(lang),
        Why::Revoked => why_revoked(lang),
        Why::KeyChanged => why_key(lang),
        Why::Refused => why_refused(lang),
    }
}

/// Why what is on its way waits.
pub const fn trouble(lang: Lang, trouble: Trouble) -> &'static str {
    match trouble {
        Trouble::GatewayAway => away(lang),
        Trouble::Unauthorized => unauthorized(lang),
        Trouble::NoCredits => no_credits(lang),
        Trouble::PlanEnded => plan_ended(lang),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_said_in_numbers() {
        let all = Staged {
            add: 2,
            remove: 1,
            name: true,
            picture: false,
        };
        assert_eq!(which_staged(Lang::En, all), "Add 2, remove 1, another name.");
        assert_eq!(
            which_staged(Lang::De, all),
            "2 hinzufügen, 1 entfernen, anderer Name."
        );
        assert_eq!(message_to(Lang::De, 1), "Nachricht an 1 Mitglied");
        assert_eq!(staged(Lang::En, 1), "1 change is not on the phones yet");
    }
}
