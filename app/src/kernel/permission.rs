//! The catalogue of permissions. The guard in `auth` turns one of the markers in [`cap`] into a proof
//! (`Granted<cap::X>`) that a use case takes as its first argument.
use serde::{Deserialize, Serialize};

macro_rules! catalogue {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)+) => {
        /// What an administrator may do; the code is the name in tables, audit log and documentation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum Permission { $($(#[$doc])* #[serde(rename = $code)] $name),+ }

        impl Permission {
            /// The whole catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The name in tables, audit log and documentation.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code),+ }
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
    SignedIn = "signed-in";
    /// See identities, their messages and counts.
    SeeIdentities = "identities.see";
    /// Make identities and change their configuration.
    ConfigureIdentities = "identities.configure";
    /// See recipients.
    SeeRecipients = "recipients.see";
    /// Change recipients, accept a changed key.
    ManageRecipients = "recipients.manage";
    /// See distribution lists and who is on them.
    SeeLists = "lists.see";
    /// Make, rename, delete distribution lists; add and remove recipients.
    ManageLists = "lists.manage";
    /// See messages and their deliveries.
    SeeMessages = "messages.see";
    /// Write, send, pause, stop messages.
    SendMessages = "messages.send";
    /// Change what the organisation sets for its administrators.
    ManageRules = "rules.manage";
    /// Make a link by which somebody else sets a new password.
    ResetPasswords = "passwords.reset";
    /// Read and export the audit log.
    SeeAuditLog = "audit-log.see";
    /// See and revoke the API keys of everybody in the organisation.
    ManageApiKeys = "api-keys.manage";
    /// Let sending go on after a restore.
    ResumeSending = "sending.resume";
    /// Take the private key of an identity out of the cockpit.
    ExportPrivateKeys = "identities.export-key";
}
