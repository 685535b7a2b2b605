//! Chinwag in a terminal: a chat for people, and commands for scripts.
//!
//! All of it speaks the public protocol through `chinwag-client`, to any server.

mod account;
mod channels;
mod charset;
mod chat;
mod colours;
mod commands;
mod files;
mod keys;
mod length;
mod mcp;
mod output;
mod pages;
mod people;
mod plain;
mod text;
mod wait;

pub use commands::{Command, Own};
pub use output::may_close;
