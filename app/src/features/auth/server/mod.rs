//! The door of `auth`.
mod confirm;
pub mod entity;
mod guard;
mod installation;
mod language;
mod organisation;
mod password;
mod restored;
mod rotation;
mod session_store;
mod sign_in;
mod throttle;

pub use confirm::{confirm_by_password, confirmation, session_confirmed_at};
pub use guard::{
    Caller, ClientAddress, Granted, PUBLIC_RPC, Visit, load_caller, operator, public_rpc, rpc, this_visit,
    visit,
};
pub use installation::{new_set_up_link, set_up};
pub use language::{browser_language, change_language, cookie};
pub use organisation::{
    AdministratorInput, administrator_by_email, administrator_name, create_administrator,
    find_or_create_organisation, organisation_by_name,
};
pub use restored::{after_restore, resume_sending};
pub use rotation::{RotateError, rotate_data_key, rotate_master_key};
pub use session_store::{HashedStore, remove_ended_sessions, session_administrator};
pub use sign_in::{sign_in, sign_out, site};
