//! What goes when its time has come (product rule 18).
#[cfg(feature = "ssr")]
pub mod server;
#[cfg(test)]
mod tests;
