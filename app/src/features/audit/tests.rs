//! The chain, on both databases: it holds while many write, and whatever somebody does to it behind our back is seen.
mod catalogue;
mod chain;
