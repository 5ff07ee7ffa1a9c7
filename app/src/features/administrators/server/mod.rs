//! The door of `administrators`.
mod entity;
mod invitations;
mod people;
mod steps;

pub use invitations::{accept, invite, load_invitation, renew, withdraw};
pub use people::{load_people, load_person, prepare};
pub use steps::{change_rights, disable, enable, remove, transfer};
