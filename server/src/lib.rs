//! Boots, configures and wires: everything that Fanfare does lives in `app`.
pub mod api_docs;
pub mod backup;
pub mod boot;
pub mod cli;
pub mod config;
pub mod layers;
pub mod live;
pub mod probes;
pub mod rest;
pub mod router;
pub mod serve;
pub mod worker;
