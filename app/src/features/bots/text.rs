//! Texts about bots.
use crate::kernel::{
    Lang,
    i18n::{number, plural},
};

crate::texts! {
    bots => "Bots", "Bots";
    lede => "A bot answers words that people write, day and night. They walk it by dialogue, nobody has to be there.", "Ein Bot antwortet Tag und Nacht auf Wörter, die jemand schreibt. Niemand muss dabei sein.";
    search_bots => "Search bots", "Bots suchen";
    pages_of_bots => "Pages of bots", "Seiten der Bots";
    only_deleted => "Deleted", "Gelöscht";
    new_bot => "New bot", "Neuer Bot";
    name => "Name", "Name";
    name_help => "Only administrators see it.", "Nur Administratoren sehen ihn.";
    column_commands => "Commands", "Befehle";
    column_asked => "Asked in 30 days", "In 30 Tagen gefragt";
    updated => "Changed", "Geändert";
    actions => "Actions", "Aktionen";
    create => "Make the bot", "Bot anlegen";
    cancel => "Cancel", "Abbrechen";
    save => "Save", "Speichern";
    rename(name: &str) => "Rename {name}", "{name} umbenennen";
    delete(name: &str) => "Delete {name}", "{name} löschen";
    restore(name: &str) => "Restore {name}", "{name} wiederherstellen";
    restore_bot => "Restore the bot", "Bot wiederherstellen";
    delete_title(name: &str) => "Delete the bot {name}?", "Den Bot {name} löschen?";
    delete_verb => "Delete 1 bot", "1 Bot löschen";
    deleted_toast(name: &str) => "{name} is deleted", "{name} ist gelöscht";
    restored_toast(name: &str) => "{name} is back", "{name} ist wieder da";
    undo => "Undo", "Rückgängig";
    no_bots_title => "No bots yet", "Noch keine Bots";
    no_bots_text => "A bot answers questions that come again and again: opening hours, waste collection, who to call.", "Ein Bot beantwortet Fragen, die immer wieder kommen: Öffnungszeiten, Abfuhr, wen man anruft.";
    not_found_bots => "No bot fits this search", "Kein Bot passt zu dieser Suche";
    unpublished => "Unpublished changes", "Unveröffentlichte Änderungen";
    active => "Active", "Aktiv";
    deleted => "Deleted", "Gelöscht";
    is_deleted => "This bot is deleted. It answers nobody, and nothing can be changed.", "Dieser Bot ist gelöscht. Er antwortet niemandem, und nichts lässt sich ändern.";
    only_see => "You can look at this bot and try it. Changing it needs the right “Bots”.", "Sie können diesen Bot ansehen und ausprobieren. Zum Ändern braucht es das Recht «Bots».";

    parts => "Parts of the page", "Teile der Seite";
    part_tree => "Commands", "Befehle";
    part_edit => "Edit", "Bearbeiten";
    part_try => "Try it", "Ausprobieren";
    pane => "What is shown of the bot", "Was vom Bot gezeigt wird";
    pane_command => "Command", "Befehl";
    pane_problems => "Problems", "Probleme";
    pane_statistics => "Statistics", "Statistik";

    commands => "Commands", "Befehle";
    start => "Start", "Anfang";
    unnamed => "without a word", "ohne Wort";
    add_command => "Add a command", "Befehl hinzufügen";
    add_below => "Add a command below", "Befehl darunter hinzufügen";
    tree_help => "Drag commands to move them, or hold Alt and use the arrow keys.", "Befehle lassen sich ziehen, oder mit Alt und den Pfeiltasten verschieben.";
    numbers_help => "Numbers: asked in the last 30 days, without saying by whom.", "Zahlen: gefragt in den letzten 30 Tagen, ohne zu sagen von wem.";
    has_problem => "has a problem", "hat ein Problem";
    move_up => "Move up", "Nach oben";
    move_down => "Move down", "Nach unten";
    move_in => "Move below the one before", "Unter den vorherigen";
    move_out => "Move one level out", "Eine Ebene heraus";
    moving => "Move the command", "Befehl verschieben";
    delete_command(word: &str) => "Delete {word}", "{word} löschen";
    command_deleted(word: &str) => "{word} is deleted", "{word} ist gelöscht";
    too_many => "A bot has at most 500 commands, eight above each other.", "Ein Bot hat höchstens 500 Befehle, acht übereinander.";

    saved => "Saved", "Gespeichert";
    saving => "Saving", "Wird gespeichert";
    not_saved => "Not saved", "Nicht gespeichert";
    save_failed => "Your changes could not be saved.", "Ihre Änderungen liessen sich nicht speichern.";
    save_again => "Save again", "Erneut speichern";
    changed_title => "Somebody else has changed this bot in the meantime.", "Jemand anderes hat diesen Bot inzwischen geändert.";
    changed_text => "Your last changes are not saved. Export the bot to keep them, then load the newest state.", "Ihre letzten Änderungen sind nicht gespeichert. Exportieren Sie den Bot, um sie zu behalten, und laden Sie dann den neuesten Stand.";
    load_newest => "Load the newest state", "Neuesten Stand laden";
    published_toast => "Published: people get the new answers from now on", "Veröffentlicht: ab jetzt gelten die neuen Antworten";
    nothing_to_publish => "Everything is published", "Alles ist veröffentlicht";
    see_problems => "Solve problems first", "Zuerst Probleme lösen";
    discard => "Discard changes", "Änderungen verwerfen";
    discard_title => "Discard all unpublished changes?", "Alle unveröffentlichten Änderungen verwerfen?";
    discard_body => "The bot goes back to what people meet now. This can't be undone.", "Der Bot ist danach wieder so, wie er jetzt antwortet. Das lässt sich nicht rückgängig machen.";

    word => "Word that leads here", "Wort, das hierher führt";
    word_help => "Menus show it. Case, blanks and umlauts do not matter: “Süd”, “SÜD” and “sued” are the same.", "Menüs zeigen es. Gross- und Kleinschreibung, Leerzeichen und Umlaute sind egal: «Süd», «SÜD» und «sued» sind gleich.";
    aliases => "Further words", "Weitere Wörter";
    start_words => "Words that lead to the start", "Wörter, die zum Anfang führen";
    aliases_help => "Press Enter after each word.", "Nach jedem Wort die Eingabetaste drücken.";
    add_word => "Add a word", "Wort hinzufügen";
    remove_word(word: &str) => "Remove {word}", "{word} entfernen";
    text_per_language => "Answer per language", "Antwort pro Sprache";
    default_tag => "default", "Standard";
    has_text => "written", "geschrieben";
    no_text_yet => "no text yet", "noch kein Text";
    add_language => "Add a language", "Sprache hinzufügen";
    another_language => "Another language", "Weitere Sprache";
    word_in(language: &str) => "Word in {language}", "Wort auf {language}";
    word_in_help => "For menus in this language; empty: the word above.", "Für Menüs in dieser Sprache; leer: das Wort oben.";
    description => "Description in menus", "Beschreibung in Menüs";
    description_help => "A few words beside the word, for example “old town, hillside”.", "Ein paar Worte neben dem Wort, zum Beispiel «Altstadt, Hang».";
    answer_in(language: &str) => "Answer in {language}", "Antwort auf {language}";
    welcome_in(language: &str) => "Welcome in {language}", "Begrüssung auf {language}";
    menu_follows => "The menu of the commands below follows by itself.", "Das Menü der Befehle darunter folgt von selbst.";
    bytes_of(n: &str, max: &str) => "{n} of {max} bytes", "{n} von {max} Byte";
    bytes_used => "Bytes used", "Verbrauchte Bytes";
    after => "After the answer", "Nach der Antwort";
    after_stay => "Stay here", "Hier bleiben";
    after_stay_text => "The next word is looked for beside this command, then further up.", "Das nächste Wort wird neben diesem Befehl gesucht, dann weiter oben.";
    after_start => "Back to the start", "Zurück zum Anfang";
    after_start_text => "The next word is looked for from the start.", "Das nächste Wort wird vom Anfang her gesucht.";
    timeout => "Minutes until a dialogue is over", "Minuten, bis ein Dialog zu Ende ist";
    timeout_help => "After so long without a message a person stands nowhere again. Until then only the command is kept where they stand, nothing of what they write.", "Nach so langer Zeit ohne Nachricht steht eine Person wieder nirgends. Bis dahin bleibt nur der Befehl gespeichert, bei dem sie steht, nichts von dem, was sie schreibt.";

    try_it => "Try it", "Ausprobieren";
    start_over => "Start over", "Von vorn";
    dialogue => "Simulated dialogue", "Simulierter Dialog";
    dialogue_language => "Language of the person", "Sprache der Person";
    chat => "Chat", "Chat";
    write => "Write as a recipient", "Als Empfänger schreiben";
    send => "Send", "Senden";
    replies => "Words that lead on", "Wörter, die weiterführen";
    try_empty => "Write a word, as somebody would on the phone. This runs here in the browser: nobody gets a message.", "Schreiben Sie ein Wort wie jemand am Telefon. Das läuft hier im Browser: niemand erhält eine Nachricht.";
    nobody_answers => "No bot answers this. The person gets the usual answer to unknown words.", "Darauf antwortet kein Bot. Die Person erhält die übliche Antwort auf unbekannte Wörter.";
    fanfare_answers => "Fanfare answers this word itself, before any bot.", "Dieses Wort beantwortet Fanfare selbst, vor jedem Bot.";
    language_switches => "These two letters change the person's language.", "Diese zwei Buchstaben wechseln die Sprache der Person.";
    led_nowhere => "This word leads nowhere from here: the menu is shown.", "Dieses Wort führt von hier nirgendwohin: das Menü wird gezeigt.";

    no_problems => "No problems found", "Keine Probleme gefunden";
    no_problems_text => "Every command is reached, and every one has something to say.", "Jeder Befehl ist erreichbar, und jeder hat etwas zu sagen.";
    level_wrong => "Must be solved", "Zu lösen";
    level_warn => "Look here", "Hinschauen";
    level_note => "To know", "Zu wissen";
    show_command(word: &str) => "Show {word}", "{word} zeigen";

    asked => "Asked", "Gefragt";
    unanswered => "Led nowhere", "Ins Leere";
    unanswered_help => "Somebody stood here and wrote what no command answers.", "Jemand stand hier und schrieb etwas, worauf kein Befehl antwortet.";
    missed => "Written elsewhere", "Anderswo geschrieben";
    missed_help => "A word of this command was written where it leads nowhere.", "Ein Wort dieses Befehls wurde dort geschrieben, wo es nirgendwohin führt.";
    privacy => "Only numbers are kept: neither who wrote, nor what.", "Gespeichert sind nur Zahlen: weder wer schrieb noch was.";
    nothing_asked => "Nobody has asked yet", "Noch hat niemand gefragt";
    nothing_asked_text => "Numbers of the last 30 days stand here as soon as people write to this bot.", "Hier stehen die Zahlen der letzten 30 Tage, sobald jemand diesem Bot schreibt.";
    per_day => "Asked per day", "Gefragt pro Tag";
    command => "Command", "Befehl";
    day_of(day: &str, n: &str) => "{day}: {n}", "{day}: {n}";

    export => "Export", "Exportieren";
    import => "Import", "Importieren";
    import_label => "File of a bot (JSON)", "Datei eines Bots (JSON)";
    import_title => "Take over a bot from a file", "Bot aus einer Datei übernehmen";
    import_help => "Its commands replace those that you work on. People meet them once you publish.", "Ihre Befehle ersetzen die bearbeiteten. Wirksam werden sie mit dem Veröffentlichen.";
    imported => "The file is taken over", "Die Datei ist übernommen";
    file_too_large => "The file is too large.", "Die Datei ist zu gross.";
    file_no_bot => "This is not the file of a bot.", "Das ist keine Datei eines Bots.";
    file_newer => "This file comes from a newer version of Fanfare.", "Diese Datei kommt von einer neueren Version von Fanfare.";
    file_unreadable => "The file could not be read.", "Die Datei liess sich nicht lesen.";

    p_no_word => "No word leads here.", "Kein Wort führt hierher.";
    p_word_long(word: &str) => "“{word}…” is longer than 256 characters.", "«{word}…» ist länger als 256 Zeichen.";
    p_no_real_word(word: &str) => "“{word}” cannot be typed by anybody.", "«{word}» kann niemand tippen.";
    p_many_aliases => "There are more than 20 further words.", "Es sind mehr als 20 weitere Wörter.";
    p_description_long(language: &str) => "The description in {language} is longer than 200 characters.", "Die Beschreibung auf {language} ist länger als 200 Zeichen.";
    p_answer_long(language: &str, n: &str) => "The answer in {language} has {n} bytes; 3 500 can be sent.", "Die Antwort auf {language} hat {n} Byte; 3 500 lassen sich senden.";
    p_control => "A text has characters that cannot be shown.", "Ein Text enthält Zeichen, die nicht darstellbar sind.";
    p_nothing => "There is neither an answer nor a command below.", "Es gibt weder eine Antwort noch einen Befehl darunter.";
    p_default_missing(language: &str) => "There is no answer in {language}, the default language.", "Es fehlt die Antwort auf {language}, in der Standardsprache.";
    p_language_missing(language: &str) => "There is no answer in {language}.", "Es fehlt die Antwort auf {language}.";
    p_twice(word: &str) => "“{word}” stands here twice.", "«{word}» steht hier zweimal.";
    p_fanfare(word: &str) => "“{word}” is answered by Fanfare itself.", "«{word}» beantwortet Fanfare selbst.";
    p_language(word: &str) => "“{word}” changes the person's language.", "«{word}» wechselt die Sprache der Person.";
    p_way(word: &str) => "“{word}” leads back or to the menu in every bot.", "«{word}» führt in jedem Bot zurück oder zum Menü.";
    p_command(word: &str, other: &str) => "“{word}” leads to {other}, which stands before this one.", "«{word}» führt zu {other}, das davor steht.";
    p_bot(word: &str, bot: &str) => "“{word}” leads to the bot {bot}, which was made earlier, unless somebody is in this one.", "«{word}» führt zum früher angelegten Bot {bot}, ausser jemand ist in diesem.";
    p_hides(word: &str, other: &str) => "Whoever is at this place gets here by “{word}”, not to {other} further up.", "Wer an dieser Stelle ist, kommt mit «{word}» hierher und nicht zu {other} weiter oben.";
    p_too_many => "The bot has more than 500 commands.", "Der Bot hat mehr als 500 Befehle.";
    p_too_deep => "More than eight commands stand above each other.", "Mehr als acht Befehle stehen übereinander.";
    p_timeout => "The time until a dialogue is over goes from 1 to 1 440 minutes.", "Die Zeit, bis ein Dialog zu Ende ist, geht von 1 bis 1 440 Minuten.";
    p_same_uid => "Two commands have the same identifier.", "Zwei Befehle haben dieselbe Kennung.";
}

/// `1 command`, `12 commands`.
pub fn commands_n(lang: Lang, n: u64) -> String {
    let word = match lang {
        Lang::En => plural(n, "command", "commands"),
        Lang::De => plural(n, "Befehl", "Befehle"),
    };
    format!("{} {word}", number(n))
}

/// The consequence of deleting.
pub fn delete_body(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!(
            "It has {}. It answers nobody any more; it stays listed as deleted and can be restored.",
            commands_n(lang, n)
        ),
        Lang::De => format!(
            "Er hat {}. Er antwortet niemandem mehr, bleibt als gelöscht aufgeführt und lässt sich wiederherstellen.",
            commands_n(lang, n)
        ),
    }
}

/// `Publish 2 changes`.
pub fn publish_n(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Publish {} {}", number(n), plural(n, "change", "changes")),
        Lang::De => format!(
            "{} {} veröffentlichen",
            number(n),
            plural(n, "Änderung", "Änderungen")
        ),
    }
}

/// `Discard 2 changes`.
pub fn discard_n(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Discard {} {}", number(n), plural(n, "change", "changes")),
        Lang::De => format!("{} {} verwerfen", number(n), plural(n, "Änderung", "Änderungen")),
    }
}

/// Nobody gets to a command.
pub fn p_unreachable(lang: Lang, below: u64) -> String {
    match (lang, below) {
        (Lang::En, 0) => "Nobody gets here: every word leads elsewhere.".to_owned(),
        (Lang::De, 0) => "Niemand kommt hierher: jedes Wort führt anderswohin.".to_owned(),
        (Lang::En, n) => format!(
            "Nobody gets here, nor to {} below: every word leads elsewhere.",
            commands_n(lang, n)
        ),
        (Lang::De, n) => format!(
            "Niemand kommt hierher, auch nicht zu {} darunter: jedes Wort führt anderswohin.",
            match n {
                1 => "1 Befehl".to_owned(),
                n => format!("{} Befehlen", number(n)),
            }
        ),
    }
}

/// `süd and 3 commands below it are deleted`.
pub fn deleted_with(lang: Lang, word: &str, below: u64) -> String {
    match (lang, below) {
        (_, 0) => command_deleted(lang, word),
        (Lang::En, n) => format!("{word} and {} below it are deleted", commands_n(lang, n)),
        (Lang::De, n) => format!("{word} und {} darunter sind gelöscht", commands_n(lang, n)),
    }
}

/// `import of 12 commands`.
pub fn take_over(lang: Lang, n: u64) -> String {
    match lang {
        Lang::En => format!("Take over {}", commands_n(lang, n)),
        Lang::De => format!("{} übernehmen", commands_n(lang, n)),
    }
}

/// The button with the number of problems.
pub fn problems_n(lang: Lang, n: u64) -> String {
    match n {
        0 => pane_problems(lang).to_owned(),
        n => format!("{} ({})", pane_problems(lang), number(n)),
    }
}
