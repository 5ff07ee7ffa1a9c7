//! The program `fanfare`.

fn main() {}
