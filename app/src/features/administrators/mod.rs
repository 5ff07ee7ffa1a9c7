//! Administrators and what they may: invitations, rights, disabling, removal, handing over full access.
//!
//! Offers: the pages below `/settings/administrators` and `/invitation`, [`model`], and server functions in [`api`].
pub mod api;
pub mod model;
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
pub mod text;
pub mod view;
