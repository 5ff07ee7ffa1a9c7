//! Boots, configures and wires: everything that Fanfare does lives in `app`.
pub mod boot;
pub mod cli;
pub mod config;
pub mod layers;
pub mod live;
pub mod probes;
pub mod router;
pub mod serve;
pub mod worker;
