//! Chinwag in a terminal: a chat for people, and commands for scripts.
//!
//! All of it speaks the public protocol through `chinwag-client`, to any server.

mod account;
mod chat;
mod commands;
mod keys;
mod output;
mod people;
mod plain;

pub use commands::{Command, Own};
pub use output::may_close;
