//! Sending on both databases, over real HTTP to the local gateway.
mod approval;
mod broadcast;
mod faults;
mod receipts;
mod rotation;
mod sending;
mod step_up;
pub mod world;
