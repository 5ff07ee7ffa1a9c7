//! Tests of bots.

mod bots;
mod check;
mod commands;
mod desk;
mod edit;
mod engine;
mod sample;
