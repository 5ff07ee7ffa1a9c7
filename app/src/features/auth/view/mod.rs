//! Sign-in, first set-up, own profile.
mod confirm;
mod frame;
mod language;
mod login;
mod restored;
mod settings;
mod setup;
mod sign_out;

pub use confirm::{ConfirmSignInDialog, when_confirmed};
pub use language::LanguageSwitch;
pub use login::LoginPage;
pub use restored::RestoredNotice;
pub use settings::SettingsPage;
pub use setup::SetupPage;
pub use sign_out::SignOut;
