//! The door of `auth`.
mod accounts;
mod confirm;
pub mod entity;
mod guard;
mod installation;
mod language;
mod organisation;
mod password;
mod rights;
mod session_store;
mod sign_in;
mod standing;
mod throttle;

pub use accounts::{
    administrator_of, administrators_of, check_full_access_left, email_is_taken, lock_administrators,
    remove_administrator, set_disabled,
};
pub use confirm::{confirm_by_password, confirmation, session_confirmed_at};
pub use entity::administrator::Model as Administrator;
pub use guard::{
    Caller, ClientAddress, Granted, PUBLIC_RPC, Visit, load_caller, operator, public_rpc, rpc, this_visit,
    visit,
};
pub use installation::{check_master_key, new_set_up_link, set_up};
pub use language::{browser_language, change_language, cookie};
pub use organisation::{
    AdministratorInput, administrator_by_email, administrator_name, create_administrator, data_key,
    find_or_create_organisation, organisation_by_name, organisation_name,
};
pub use rights::{give_rights, rights_of, shown_rights, stored_rights};
pub use session_store::{HashedStore, remove_ended_sessions, session_administrator};
pub use sign_in::{sign_in, sign_out, site, start_session};
pub use standing::{Standing, Stands, access_changed};
