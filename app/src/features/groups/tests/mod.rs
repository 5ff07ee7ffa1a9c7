//! Groups on real databases, against the local gateway.
mod world;
