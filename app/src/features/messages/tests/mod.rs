//! Sending on both databases, over real HTTP to the local gateway.
mod faults;
mod receipts;
mod sending;
mod world;
