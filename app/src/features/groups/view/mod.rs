//! Pages of groups.
mod compose;
mod entry;
mod group;
mod groups;
mod log;
mod manage;
mod members;
mod new;
mod panel;
mod presence;
mod state;

pub use group::GroupPage;
pub use groups::GroupsPage;
