//! The door of `auth`.
mod accounts;
mod confirm;
mod devices;
pub mod entity;
mod guard;
mod installation;
mod known_passwords;
mod language;
mod looks;
mod mail;
mod organisation;
mod own_password;
mod passkeys;
mod password;
mod password_rules;
mod refusals;
mod reset;
mod restored;
mod rights;
mod rotation;
mod rules;
mod second_factor;
mod session_caller;
mod session_store;
mod sessions;
mod sign_in;
mod standing;
mod throttle;
mod unguarded;
mod user_agent;

pub use accounts::{
    administrator_of, administrators_of, check_full_access_left, email_is_taken, lock_administrators,
    proofs_of, remove_administrator, set_disabled,
};
pub use confirm::{confirm_by_password, confirmation};
pub use devices::forget_old_devices;
pub use entity::administrator::Model as Administrator;
pub use guard::{
    Caller, ClientAddress, Granted, Visit, find_caller, load_caller, operator, operator_as, public_rpc, rpc,
    this_visit, visit,
};
pub use installation::{new_set_up_link, set_up};
pub use language::{browser_language, change_language, cookie};
pub use looks::Looks;
pub use mail::run_mail_jobs;
pub use organisation::{
    AdministratorInput, administrator_by_email, administrator_name, create_administrator,
    find_or_create_organisation, organisation_by_name, organisation_name,
};
pub use own_password::{change_password, own_password};
pub use passkeys::{
    delete_passkey, finish_passkey, finish_passkey_confirmation, finish_passkey_sign_in, load_passkeys,
    passkey_holders, rename_passkey, start_passkey, start_passkey_confirmation, start_passkey_sign_in,
};
#[cfg(feature = "testing")]
pub use password::hashes_computed;
pub use password_rules::{OwnWords, check_new_password};
pub use refusals::run_refusal_jobs;
pub use reset::{
    make_reset_link, operators_reset_link, remove_ended_links, remove_links, request_reset, reset_password,
    reset_view,
};
pub use restored::{after_restore, any_restored, resume_sending};
pub use rights::{give_rights, narrowed, rights_of, shown_rights, stored_rights};
pub use rotation::{RotateError, rotate_data_key, rotate_master_key};
pub use rules::{change_rules, own_rules, rules, shorter_address_periods, shorter_text_periods, text_days};
pub use second_factor::{
    CodeToSend, code_to_send, confirm_by_code, finish_second_factor, load_second_factor, new_backup_codes,
    operators_remove_second_factor, remove_second_factor, remove_unfinished_factors, resend_code,
    send_confirmation_code, sign_in_by_code, start_message_factor, start_totp,
};
pub use session_caller::{SignedIn, session_caller};
pub use session_store::{HashedStore, remove_ended_sessions, session_administrator, session_used};
pub use sessions::{end_other_sessions, end_session, list_sessions, remove_sessions};
pub use sign_in::{first_session, sign_in, sign_out, site};
pub use standing::{Lasting, Standing, Stands, access_changed};
pub use throttle::remove_old_attempts;
pub use unguarded::{PUBLIC_RPC, SET_UP_RPC};

use confirm::administrator as signed_in;
use sign_in::set_up_done;
