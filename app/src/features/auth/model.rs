//! What sign-in and set-up exchange.
mod passkeys;
mod password;
mod rules;
mod second_factor;
mod session;

pub use passkeys::{Ceremony, PasskeyRow, Passkeys, passkey_name};
pub use password::{PasswordChange, PasswordReset, PasswordView, ResetLink, ResetView, check_length};
pub use rules::Rules;
pub use second_factor::{Factor, FactorKind, NextStep, Proofs, SecondFactor, SecondStep, TotpSetUp};
pub use session::SessionView;

use crate::kernel::{AppResult, Lang, Timestamp, Uid, rights::Rights, validate::Check};
use serde::{Deserialize, Serialize};

/// Who is signed in, as the cockpit shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Me {
    /// The administrator.
    pub uid: Uid,
    /// Name
    pub name: String,
    /// E-mail
    pub email: String,
    /// Language of the interface
    pub language: Lang,
    /// The organisation's name.
    pub organisation: String,
    /// Every right, everywhere.
    pub full_access: bool,
    /// What they may, to show or to hide; the server decides anew at every call.
    pub rights: Rights<Uid>,
}

/// What every page needs to know before it is drawn, signed in or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Who is signed in.
    pub me: Option<Me>,
    /// Passkeys are worth asking for at the sign-in.
    #[serde(default)]
    pub passkeys: bool,
    /// The password was right, and a code is owed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_step: Option<SecondStep>,
    /// Language of the interface: the administrator's, else the browser's.
    pub language: Lang,
    /// The gateway is the embedded one: nothing leaves this machine.
    pub local_gateway: bool,
    /// Mail can be sent.
    pub mail: bool,
    /// Sending waits: this organisation was restored from a backup of that time.
    pub restored_from: Option<Timestamp>,
    /// Links in the foot: support, terms, privacy.
    pub links: [Option<String>; 3],
    /// Where the live events stood when the page was begun: it hears what came since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub live: Option<String>,
}

/// How fresh the sign-in of a session is, for what asks for a fresh one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Nothing needs to be confirmed now.
    pub fresh: bool,
    /// A passkey may be used to confirm.
    pub passkey: bool,
    /// A code of this kind may be used to confirm.
    pub code: Option<FactorKind>,
}

/// The first organisation and its first administrator.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUp {
    /// The one-time token of the printed link.
    pub token: String,
    /// The organisation's name.
    pub organisation: String,
    /// The administrator's name.
    pub name: String,
    /// The administrator's e-mail.
    pub email: String,
    /// The administrator's password.
    pub password: String,
    /// Language of the interface
    pub language: Lang,
}

impl SetUp {
    /// Checks and tidies.
    pub fn validate(self) -> AppResult<Self> {
        let mut check = Check::new();
        let done = Self {
            organisation: check.text("organisation", &self.organisation, 200),
            name: check.text("name", &self.name, 200),
            email: check.email("email", &self.email),
            ..self
        };
        check.new_password("password", &done.password);
        check.done()?;
        Ok(done)
    }
}
