//! What the log can say: every action with its words, and what is wrong with a chain.
use super::text;
use crate::kernel::{Lang, Timestamp, i18n::number};
use serde::{Deserialize, Serialize};

/// What an action is about; the filter of the page shows these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Coming and going.
    SignIn,
    /// Administrators and their rights.
    Administrators,
    /// Keys, passwords, exports, rules.
    Security,
    /// Broadcast IDs and plans.
    Identities,
    /// Lists and recipients.
    Audience,
    /// Messages.
    Messages,
    /// Bots and conversations.
    Dialogue,
}

impl Group {
    /// All, in the order of the filter.
    pub const ALL: [Self; 7] = [
        Self::Messages,
        Self::Audience,
        Self::Dialogue,
        Self::Identities,
        Self::SignIn,
        Self::Administrators,
        Self::Security,
    ];

    /// The name in addresses.
    pub const fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Administrators => "administrators",
            Self::Security => "security",
            Self::Identities => "identities",
            Self::Audience => "audience",
            Self::Messages => "messages",
            Self::Dialogue => "dialogue",
        }
    }

    /// The words.
    pub const fn words(self, lang: Lang) -> &'static str {
        match self {
            Self::SignIn => text::group_sign_in(lang),
            Self::Administrators => text::group_administrators(lang),
            Self::Security => text::group_security(lang),
            Self::Identities => text::group_identities(lang),
            Self::Audience => text::group_audience(lang),
            Self::Messages => text::group_messages(lang),
            Self::Dialogue => text::group_dialogue(lang),
        }
    }
}

/// One kind of entry.
#[derive(Clone, Copy, Debug)]
pub struct Action {
    /// `thing.verb`, as it stands in the log.
    pub code: &'static str,
    /// What it is about.
    pub group: Group,
    en: &'static str,
    de: &'static str,
}

macro_rules! actions {
    ($($code:literal $group:ident => $en:literal, $de:literal;)+) => {
        /// The catalogue: whatever is recorded stands here with its words (`server/tests/audit.rs` compares it with the
        /// sources).
        pub const ACTIONS: &[Action] = &[
            $(Action { code: $code, group: Group::$group, en: $en, de: $de }),+
        ];
    };
}

actions! {
    "session.start" SignIn => "Signed in", "Angemeldet";
    "session.confirm" SignIn => "Sign-in confirmed", "Anmeldung bestätigt";
    "session.sign-out" SignIn => "Signed out", "Abgemeldet";
    "session.end" SignIn => "Sessions ended", "Sitzungen beendet";
    "session.refused" SignIn => "Password refused", "Passwort abgewiesen";
    "session.code-refused" SignIn => "Code refused", "Code abgewiesen";
    "administrator.create" Administrators => "Administrator created", "Administrator erstellt";
    "administrator.language" Administrators => "Language changed", "Sprache geändert";
    "administrator.password" Administrators => "Password changed", "Passwort geändert";
    "administrator.invite" Administrators => "Administrator invited", "Administrator eingeladen";
    "administrator.invite-again" Administrators => "Invitation renewed", "Einladung erneuert";
    "administrator.invite-withdraw" Administrators => "Invitation withdrawn", "Einladung zurückgezogen";
    "administrator.invitation-rights" Administrators => "Rights of an invitation changed", "Rechte einer Einladung geändert";
    "administrator.accept" Administrators => "Invitation accepted", "Einladung angenommen";
    "administrator.rights" Administrators => "Rights changed", "Rechte geändert";
    "administrator.transfer" Administrators => "Full access transferred", "Vollzugriff übertragen";
    "administrator.disable" Administrators => "Administrator disabled", "Administrator gesperrt";
    "administrator.enable" Administrators => "Administrator enabled", "Administrator entsperrt";
    "administrator.remove" Administrators => "Administrator removed", "Administrator entfernt";
    "rules.change" Security => "Administrator rules changed", "Regeln für Administratoren geändert";
    "passkey.create" Security => "Passkey added", "Passkey hinzugefügt";
    "passkey.rename" Security => "Passkey renamed", "Passkey umbenannt";
    "passkey.delete" Security => "Passkey removed", "Passkey entfernt";
    "second-factor.set" Security => "Second factor set", "Zweiter Faktor eingerichtet";
    "second-factor.remove" Security => "Second factor removed", "Zweiter Faktor entfernt";
    "backup-code.renew" Security => "Backup codes renewed", "Ersatzcodes erneuert";
    "backup-code.use" Security => "Backup code used", "Ersatzcode verwendet";
    "api-key.create" Security => "API key created", "API-Schlüssel erstellt";
    "api-key.revoke" Security => "API key revoked", "API-Schlüssel widerrufen";
    "audit.verify" Security => "Audit log verified", "Protokoll geprüft";
    "audit.export" Security => "Audit log exported", "Protokoll exportiert";
    "master-key.rotate" Security => "Master key changed", "Hauptschlüssel gewechselt";
    "data-key.rotate" Security => "Data key changed", "Datenschlüssel gewechselt";
    "installation.restore" Security => "Restored from a backup", "Aus einem Backup wiederhergestellt";
    "identity.export-key" Security => "Private key exported", "Privater Schlüssel exportiert";
    "identity.create" Identities => "Broadcast ID added", "Broadcast-ID hinzugefügt";
    "identity.approval" Identities => "Number for approval changed", "Zahl für Freigaben geändert";
    "identity.configure" Identities => "Broadcast ID configured", "Broadcast-ID konfiguriert";
    "identity.availability" Identities => "Availability changed", "Verfügbarkeit geändert";
    "identity.plan" Identities => "Plan changed", "Tarif geändert";
    "list.create" Audience => "List created", "Liste erstellt";
    "list.rename" Audience => "List renamed", "Liste umbenannt";
    "list.delete" Audience => "List deleted", "Liste gelöscht";
    "list.restore" Audience => "List restored", "Liste wiederhergestellt";
    "list.replies" Audience => "Keeping of replies switched", "Speichern von Antworten umgeschaltet";
    "list.members.add" Audience => "Added to list", "Zur Liste hinzugefügt";
    "feed.create" Audience => "Feed created", "Feed erstellt";
    "feed.change" Audience => "Feed changed", "Feed geändert";
    "feed.delete" Audience => "Feed deleted", "Feed gelöscht";
    "feed.restore" Audience => "Feed restored", "Feed wiederhergestellt";
    "feed.subscribers.add" Audience => "Added to feed", "Zum Feed hinzugefügt";
    "feed.subscribers.remove" Audience => "Removed from feed", "Vom Feed entfernt";
    "feed.block" Audience => "Barred from feed", "Für den Feed gesperrt";
    "feed.unblock" Audience => "Barred no longer from feed", "Sperre für den Feed aufgehoben";
    "list.members.remove" Audience => "Removed from list", "Von der Liste entfernt";
    "group.create" Audience => "Group created", "Gruppe erstellt";
    "group.rename" Audience => "Group renamed", "Gruppe umbenannt";
    "group.members.add" Audience => "Added to group", "Zur Gruppe hinzugefügt";
    "group.members.remove" Audience => "Removed from group", "Aus der Gruppe entfernt";
    "group.leave" Audience => "Member has left a group", "Mitglied hat eine Gruppe verlassen";
    "group.picture" Audience => "Picture of a group changed", "Bild einer Gruppe geändert";
    "group.picture-delete" Audience => "Picture of a group removed", "Bild einer Gruppe entfernt";
    "group.history" Audience => "Saving of chat history switched", "Speichern des Chatverlaufs umgestellt";
    "group.synchronise" Audience => "Group synchronised", "Gruppe synchronisiert";
    "group.discard" Audience => "Changes of a group discarded", "Änderungen einer Gruppe verworfen";
    "group.disband" Audience => "Group dissolved", "Gruppe aufgelöst";
    "group.write" Messages => "Written in a group", "In einer Gruppe geschrieben";
    "group.edit" Messages => "Text in a group changed", "Text in einer Gruppe geändert";
    "group.take-back" Messages => "Text in a group taken back", "Text in einer Gruppe zurückgenommen";
    "group.react" Messages => "Reacted in a group", "In einer Gruppe reagiert";
    "group.erase" Messages => "Chat of a group erased", "Chat einer Gruppe gelöscht";
    "group.expire" Messages => "Texts of groups expired", "Gruppentexte abgelaufen";
    "group.export" Messages => "Chat of a group exported", "Chat einer Gruppe exportiert";
    "recipient.edit" Audience => "Recipient edited", "Empfänger bearbeitet";
    "recipient.import" Audience => "Recipients imported", "Empfänger importiert";
    "recipient.accept-key" Audience => "New key accepted", "Neuer Schlüssel akzeptiert";
    "bot.create" Dialogue => "Bot created", "Bot erstellt";
    "bot.rename" Dialogue => "Bot renamed", "Bot umbenannt";
    "bot.delete" Dialogue => "Bot deleted", "Bot gelöscht";
    "bot.restore" Dialogue => "Bot restored", "Bot wiederhergestellt";
    "bot.publish" Dialogue => "Bot published", "Bot veröffentlicht";
    "bot.discard" Dialogue => "Changes of a bot discarded", "Änderungen eines Bots verworfen";
    "bot.command.add" Dialogue => "Command added", "Befehl hinzugefügt";
    "bot.command.change" Dialogue => "Command changed", "Befehl geändert";
    "bot.command.remove" Dialogue => "Command removed", "Befehl entfernt";
    "draft.discard" Messages => "Draft discarded", "Entwurf verworfen";
    "message.send" Messages => "Message sent", "Nachricht gesendet";
    "message.newcomers" Messages => "Message sent to newcomers", "Nachricht an Neue gesendet";
    "message.newcomers-stop" Messages => "No longer sent to newcomers", "Nicht mehr an Neue gesendet";
    "message.undo" Messages => "Message taken back", "Nachricht zurückgeholt";
    "message.pause" Messages => "Sending paused", "Versand angehalten";
    "message.resume" Messages => "Sending resumed", "Versand fortgesetzt";
    "message.stop" Messages => "Sending stopped", "Versand abgebrochen";
    "message.ask-approval" Messages => "Approval asked for", "Freigabe erbeten";
    "message.approve" Messages => "Message approved", "Nachricht freigegeben";
    "message.send-back" Messages => "Message sent back", "Nachricht zurückgegeben";
    "message.withdraw" Messages => "Approval request withdrawn", "Freigabebitte zurückgezogen";
    "sending.resume" Messages => "Sending resumed after a restore", "Versand nach Wiederherstellung freigegeben";
    "message.delete" Messages => "Message text deleted", "Nachrichtentext gelöscht";
    "message.expire" Messages => "Message texts expired", "Nachrichtentexte abgelaufen";
    "message.export" Messages => "Deliveries exported", "Zustellungen exportiert";
    "conversation.write" Messages => "Answered in a conversation", "In einem Gespräch geantwortet";
    "conversation.assign" Messages => "Conversation assigned", "Gespräch zugewiesen";
    "conversation.done" Messages => "Conversation marked as done", "Gespräch erledigt";
    "conversation.reopen" Messages => "Conversation opened again", "Gespräch wieder geöffnet";
    "conversation.done-many" Messages => "Conversations marked as done", "Gespräche erledigt";
    "conversation.reopen-many" Messages => "Conversations opened again", "Gespräche wieder geöffnet";
    "conversation.delete" Messages => "Conversation deleted", "Gespräch gelöscht";
    "conversation.expire" Messages => "Texts of conversations expired", "Texte von Gesprächen abgelaufen";
    "saved-reply.create" Messages => "Saved reply added", "Textbaustein erstellt";
    "saved-reply.edit" Messages => "Saved reply edited", "Textbaustein bearbeitet";
    "saved-reply.delete" Messages => "Saved reply deleted", "Textbaustein gelöscht";
}

impl Action {
    /// The action of a code.
    pub fn find(code: &str) -> Option<&'static Self> {
        ACTIONS.iter().find(|a| a.code == code)
    }

    /// What happened, in a few words.
    pub const fn words(&self, lang: Lang) -> &'static str {
        match lang {
            Lang::En => self.en,
            Lang::De => self.de,
        }
    }
}

/// The first thing that is wrong with a chain. Entries are named by their number in the organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum Broken {
    /// The entry is not there: deleted, or moved.
    Missing { entry: u64 },
    /// The entry, or the one before it, is not what was written.
    Changed { entry: u64 },
    /// The entry's address is not what was written.
    Address { entry: u64 },
    /// An entry without a number: nobody wrote it through the log. It claims to be of this time.
    Loose { at: Timestamp },
    /// There is an entry behind the end of the chain.
    After { entry: u64 },
    /// The chain does not end as its seal says: entries were cut off, or all were written anew.
    End { entry: u64 },
    /// The seal on the end is not ours: end or seal were changed.
    Seal { entry: u64 },
    /// The end of the chain is gone.
    NoEnd,
}

impl Broken {
    /// A sentence for people.
    pub fn words(&self, lang: Lang) -> String {
        let n = |entry: &u64| number(*entry);
        match self {
            Self::Missing { entry } => text::missing(lang, n(entry)),
            Self::Changed { entry } => text::changed(lang, n(entry)),
            Self::Address { entry } => text::address_changed(lang, n(entry)),
            Self::Loose { at } => text::loose(lang, at.rfc3339()),
            Self::After { entry } => text::after(lang, n(entry)),
            Self::End { entry } => text::end(lang, n(entry)),
            Self::Seal { entry } => text::seal(lang, n(entry)),
            Self::NoEnd => text::no_end(lang).to_owned(),
        }
    }
}

/// What a check of a chain has found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chain {
    /// Entries that were checked.
    pub entries: u64,
    /// The hash of the last one, 64 hexadecimal digits; note it elsewhere, and a later check can be compared with it.
    pub head: String,
    /// How many entries had an address that is erased now.
    pub erased: u64,
    /// The first thing that is wrong.
    pub broken: Option<Broken>,
}
