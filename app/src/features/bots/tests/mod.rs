mod bots;
mod check;
mod edit;
mod engine;
mod sample;
