//! The phone: a recipient's app in the browser, with its own key pair, on the real wire.
//!
//! [`model`] and [`rules`] say what a phone keeps and how it behaves (pure, tested without a browser), `browser` stores
//! and talks, [`view`] shows, `server` forwards to the local gateway. Exists only with a local gateway. Its behaviour is
//! that of Threema's apps: reference/threema-gateway.md sections 3, 4 and 7.
#[cfg(feature = "hydrate")]
mod browser;
mod chips;
#[cfg_attr(
    not(feature = "hydrate"),
    expect(
        dead_code,
        reason = "the server only draws the page of a phone that has not started"
    )
)]
mod device;
pub mod model;
pub mod rules;
#[cfg(feature = "ssr")]
pub mod server;
mod text;
pub mod view;

#[cfg(test)]
mod tests;
