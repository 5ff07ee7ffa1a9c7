//! Groups on both databases, over real HTTP to the local gateway, with members' apps that open what arrives.
mod chat;
mod members;
mod rounds;
mod world;
