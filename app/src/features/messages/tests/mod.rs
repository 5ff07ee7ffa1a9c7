//! Sending on both databases, over real HTTP to the local gateway.
mod approval;
mod broadcast;
mod faults;
mod left_over;
mod newcomers;
mod receipts;
mod rotation;
mod same_call;
mod sending;
mod step_up;
pub mod world;
