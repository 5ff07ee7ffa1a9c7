//! The door of `auth`.
mod confirm;
mod devices;
pub mod entity;
mod guard;
mod installation;
mod known_passwords;
mod language;
mod mail;
mod organisation;
mod own_password;
mod password;
mod password_rules;
mod reset;
mod rules;
mod session_store;
mod sessions;
mod sign_in;
mod throttle;
mod user_agent;

pub use confirm::{confirm_by_password, confirmation, session_confirmed_at};
pub use devices::forget_old_devices;
pub use guard::{
    Caller, ClientAddress, Granted, PUBLIC_RPC, Visit, load_caller, operator, public_rpc, rpc, this_visit,
    visit,
};
pub use installation::{check_master_key, new_set_up_link, set_up};
pub use language::{browser_language, change_language, cookie};
pub use mail::run_mail_jobs;
pub use organisation::{
    AdministratorInput, administrator_by_email, administrator_name, create_administrator, data_key,
    find_or_create_organisation, organisation_by_name,
};
pub use own_password::{change_password, own_password};
#[cfg(feature = "testing")]
pub use password::hashes_computed;
pub use password_rules::{OwnWords, check_new_password};
pub use reset::{
    make_reset_link, operators_reset_link, remove_ended_links, remove_links, request_reset, reset_password,
    reset_view,
};
pub use rules::{change_rules, own_rules, rules, shorter_text_periods};
pub use session_store::{HashedStore, remove_ended_sessions, session_administrator, session_used};
pub use sessions::{end_other_sessions, end_session, list_sessions, remove_sessions};
pub use sign_in::{sign_in, sign_out, site};
pub use throttle::remove_old_attempts;
