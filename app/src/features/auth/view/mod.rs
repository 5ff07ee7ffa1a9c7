//! Sign-in, first set-up, own profile.
mod confirm;
mod frame;
mod language;
mod login;
mod profile;
mod setup;
mod sign_out;

pub use confirm::{ConfirmSignInDialog, when_confirmed};
pub use language::LanguageSwitch;
pub use login::LoginPage;
pub use profile::ProfilePage;
pub use setup::SetupPage;
pub use sign_out::SignOut;
