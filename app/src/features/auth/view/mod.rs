//! Sign-in, first set-up, own profile.
mod confirm;
mod frame;
mod language;
mod login;
mod profile;
mod reset;
mod reset_link;
mod rules;
mod security;
mod sessions;
mod setup;
mod sign_out;

pub use confirm::{ConfirmSignInDialog, when_confirmed};
pub use language::LanguageSwitch;
pub use login::LoginPage;
pub use profile::ProfilePage;
pub use reset::ResetPage;
pub use reset_link::ResetLinkDialog;
pub use rules::RulesPage;
pub use security::SecurityPage;
pub use sessions::SessionsPage;
pub use setup::SetupPage;
pub use sign_out::SignOut;
