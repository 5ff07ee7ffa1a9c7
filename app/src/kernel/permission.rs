//! The catalogue of rights and permissions: the one source for guard, navigation, buttons, API and documentation.
//!
//! A [`Right`] is what an administrator is given, in one identity or in the organisation. A [`Permission`] is what one
//! use case asks for, and names what it [`Needs`]. The guard in `auth` turns one of the markers in [`cap`] into a proof
//! (`Granted<cap::X>`) that a use case takes as its first argument. A capability that comes later adds its right as one
//! line below, and its permissions likewise.
use super::{Lang, rights::RightSet};
use serde::{Deserialize, Serialize};

/// Where a right is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// For each identity anew.
    Identity,
    /// Once, for the organisation.
    Organisation,
}

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $code:literal in $scope:ident, $en:literal, $de:literal, $help_en:literal, $help_de:literal;)+) => {
        /// What an administrator can be given; the code is the name in tables, audit log and documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Right { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Right {
            /// All of them, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in tables, audit log and documentation.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Where it is given.
            pub const fn scope(self) -> Scope {
                match self { $(Self::$name => Scope::$scope),+ }
            }

            /// Its name for people.
            pub const fn name(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::En) => $en, (Self::$name, Lang::De) => $de),+ }
            }

            /// What it allows, for people.
            pub const fn help(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::En) => $help_en, (Self::$name, Lang::De) => $help_de),+ }
            }
        }
    };
}

rights! {
    /// Seeing an identity; every other right in it brings this one.
    See = "see" in Identity, "See", "Sehen",
        "Messages, lists and recipients of this ID, without changing anything.",
        "Nachrichten, Listen und Empfänger dieser ID, ohne etwas zu ändern.";
    /// Distribution lists.
    Lists = "lists" in Identity, "Lists", "Listen",
        "Make, rename and delete distribution lists; add and remove recipients.",
        "Verteilerlisten anlegen, umbenennen, löschen; Empfänger hinzufügen und entfernen.";
    /// Feeds.
    Feeds = "feeds" in Identity, "Feeds", "Feeds",
        "Make, change and delete feeds; add and remove subscribers, block people.",
        "Feeds anlegen, ändern, löschen; Abonnenten hinzufügen, entfernen und sperren.";
    /// Groups.
    Groups = "groups" in Identity, "Groups", "Gruppen",
        "Run group chats: members, name, picture, synchronising; read and write in them.",
        "Gruppenchats führen: Mitglieder, Name, Bild, Synchronisieren; darin lesen und schreiben.";
    /// Recipients.
    Recipients = "recipients" in Identity, "Recipients", "Empfänger",
        "Change names and languages of recipients; accept changed keys.",
        "Namen und Sprachen von Empfängern ändern; geänderte Schlüssel annehmen.";
    /// Messages.
    Send = "send" in Identity, "Send", "Senden",
        "Write, send, pause and stop messages.",
        "Nachrichten schreiben, senden, anhalten und abbrechen.";
    /// Four-eyes.
    Approve = "approve" in Identity, "Approve", "Freigeben",
        "Approve messages of others, or send them back.",
        "Nachrichten anderer freigeben oder zurückgeben.";
    /// Bots.
    Bots = "bots" in Identity, "Bots", "Bots",
        "Make, change, publish and delete bots.",
        "Bots anlegen, ändern, veröffentlichen und löschen.";
    /// Conversations.
    Conversations = "conversations" in Identity, "Conversations", "Gespräche",
        "Read and answer replies that are kept; assign them and mark them as done.",
        "Gespeicherte Antworten lesen und beantworten, zuweisen und erledigen.";
    /// Configuration of an identity.
    Configuration = "configuration" in Identity, "ID configuration", "ID-Konfiguration",
        "Nickname, description, language, undo window and approval.",
        "Nickname, Beschreibung, Sprache, Rückruf-Frist und Freigabe.";
    /// Administrators.
    Administrators = "administrators" in Organisation, "Administrators", "Administratoren",
        "Invite and disable administrators, and give them rights that one has oneself.",
        "Administratoren einladen und sperren, und ihnen Rechte geben, die man selbst hat.";
    /// The audit log.
    AuditLog = "audit-log" in Organisation, "Audit log", "Protokoll",
        "Read and export who did what, in all IDs, also in those that one does not see.",
        "Lesen und exportieren, wer was getan hat, in allen IDs, auch in solchen, die man nicht sieht.";
    /// Broadcasts to everybody of the organisation.
    Broadcast = "broadcast" in Organisation, "Broadcast to the organisation", "Broadcast an die Organisation",
        "Send a broadcast to the people of all IDs, also of those that one does not see. Sending from an ID takes the right to send there.",
        "Einen Broadcast an die Leute aller IDs senden, auch solcher, die man nicht sieht. Für das Senden ab einer ID braucht es dort das Recht zu senden.";
    /// Plans.
    Plan = "plan" in Organisation, "Plan", "Tarif",
        "Change the plans of the IDs that one sees.",
        "Die Tarife der IDs ändern, die man sieht.";
}

impl Right {
    /// The right of that code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|r| r.code() == code)
    }

    /// All rights of one scope.
    pub fn of(scope: Scope) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |r| r.scope() == scope)
    }
}

macro_rules! presets {
    ($($(#[$doc:meta])* $name:ident = $code:literal [$($right:ident),+], $en:literal, $de:literal;)+) => {
        /// A usual set of rights in an identity.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Preset { $($(#[$doc])* $name),+ }

        impl Preset {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in addresses and tests.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// Its rights.
            pub fn rights(self) -> RightSet {
                match self { $(Self::$name => RightSet::of(&[$(Right::$right),+])),+ }
            }

            /// Its name for people.
            pub const fn name(self, lang: Lang) -> &'static str {
                match (self, lang) { $((Self::$name, Lang::En) => $en, (Self::$name, Lang::De) => $de),+ }
            }
        }
    };
}

presets! {
    /// Writes and sends.
    Editor = "editor" [See, Lists, Feeds, Groups, Recipients, Send, Bots, Conversations], "Editor", "Redaktion";
    /// Looks after the audience and approves.
    Moderator = "moderator" [See, Groups, Recipients, Approve, Conversations], "Moderator", "Moderation";
    /// Only looks.
    Viewer = "viewer" [See], "Viewer", "Einsicht";
}

/// What somebody must have for a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Only to be signed in.
    SignedIn,
    /// A right: in the identity at hand, or in the organisation, by its scope.
    Right(Right),
    /// One of two rights; which of them it takes follows from the thing at hand, at whose door it is asked.
    Either(Right, Right),
    /// Full access.
    FullAccess,
}

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $code:literal, $needs:expr;)+) => {
        /// What a use case asks for; the code is its name in documentation and tests.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Permission {
            /// The whole catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// Its name in documentation and tests.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
            }

            /// What somebody must have for it.
            pub const fn needs(self) -> Needs {
                match self { $(Self::$name => $needs),+ }
            }
        }

        /// One marker type per permission.
        pub mod cap {
            use super::{Capability, Permission};
            $(
                $(#[$doc])*
                #[derive(Clone, Copy, Debug)]
                pub struct $name;
                impl Capability for $name { const PERMISSION: Permission = Permission::$name; }
            )+
        }
    };
}

/// A marker that stands for one permission.
pub trait Capability: Send + Sync + 'static {
    /// The permission it stands for.
    const PERMISSION: Permission;
}

catalogue! {
    /// Being signed in: own profile, navigation.
    SignedIn = "signed-in", Needs::SignedIn;
    /// See identities, their messages and counts.
    SeeIdentities = "identities.see", Needs::Right(Right::See);
    /// Make identities.
    CreateIdentities = "identities.create", Needs::FullAccess;
    /// Change the configuration of identities.
    ConfigureIdentities = "identities.configure", Needs::Right(Right::Configuration);
    /// Change the plan of identities that one sees.
    ChangePlan = "plan.change", Needs::Right(Right::Plan);
    /// See recipients.
    SeeRecipients = "recipients.see", Needs::Right(Right::See);
    /// Change recipients, accept a changed key.
    ManageRecipients = "recipients.manage", Needs::Right(Right::Recipients);
    /// See distribution lists and who is on them.
    SeeLists = "lists.see", Needs::Right(Right::See);
    /// Make, rename, delete distribution lists; add and remove recipients.
    ManageLists = "lists.manage", Needs::Right(Right::Lists);
    /// See feeds, who gets them and who is barred.
    SeeFeeds = "feeds.see", Needs::Right(Right::See);
    /// Make, change feeds; block people.
    ManageFeeds = "feeds.manage", Needs::Right(Right::Feeds);
    /// Change who is on a list or gets a feed: the right of lists for the one, that of feeds for the other.
    ManageAudience = "audience.manage", Needs::Either(Right::Lists, Right::Feeds);
    /// Make, change, synchronise and dissolve groups; read and write in them.
    Groups = "groups", Needs::Right(Right::Groups);
    /// See messages and their deliveries.
    SeeMessages = "messages.see", Needs::Right(Right::See);
    /// Write, send, pause, stop messages.
    SendMessages = "messages.send", Needs::Right(Right::Send);
    /// Send a broadcast to everybody of the organisation.
    BroadcastToOrganisation = "messages.broadcast", Needs::Right(Right::Broadcast);
    /// Approve messages of others, or send them back.
    ApproveMessages = "messages.approve", Needs::Right(Right::Approve);
    /// See bots and how often what was asked for.
    SeeBots = "bots.see", Needs::Right(Right::See);
    /// Make, change, publish and delete bots.
    ManageBots = "bots.manage", Needs::Right(Right::Bots);
    /// Read and answer replies that are kept, assign them, mark them as done, delete them; saved replies.
    Conversations = "conversations", Needs::Right(Right::Conversations);
    /// Invite, change, disable and delete administrators.
    ManageAdministrators = "administrators.manage", Needs::Right(Right::Administrators);
    /// Hand the own full access to somebody else.
    TransferFullAccess = "administrators.transfer", Needs::FullAccess;
    /// Make a link by which somebody else sets a new password.
    ResetPasswords = "passwords.reset", Needs::FullAccess;
    /// Read and export the audit log.
    SeeAuditLog = "audit-log.see", Needs::Right(Right::AuditLog);
    /// Change what the organisation sets for its administrators.
    ManageRules = "rules.manage", Needs::FullAccess;
    /// See and revoke the API keys of everybody in the organisation.
    ManageApiKeys = "api-keys.manage", Needs::FullAccess;
    /// Let sending go on after a restore.
    ResumeSending = "sending.resume", Needs::FullAccess;
    /// Take the private key of an identity out of the cockpit.
    ExportPrivateKeys = "identities.export-key", Needs::FullAccess;
}
