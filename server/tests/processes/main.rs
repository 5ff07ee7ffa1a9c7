//! Fanfare as an operator runs it: real processes on loopback, killed and cut off, driven by its calls and by REST.
mod crash;
mod faults;
mod program;
mod site;
