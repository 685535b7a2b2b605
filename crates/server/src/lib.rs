//! The server: sockets in, the store behind, frames out.
//!
//! A message goes socket → [`connection`] → [`commands`] → store → [`feed`] → [`core`] → socket.

mod access_key;
mod app;
mod batch;
mod changes;
pub mod cli;
mod commands;
pub mod config;
mod connection;
mod control;
mod conversation;
mod core;
mod deletions;
pub mod env_file;
mod feed;
mod files;
mod followers;
mod hooks;
mod http;
mod interest;
mod limits;
mod link_secret;
pub mod listen;
pub mod log;
mod mailbox;
mod mentions;
mod metrics;
mod metrics_page;
mod names;
mod operator;
mod origins;
mod outage;
mod page;
mod passwords;
mod proxies;
mod push;
mod push_hosts;
pub mod quiet;
mod readiness;
mod refusals;
mod refused;
mod reply;
pub mod ring;
mod router;
mod run;
#[cfg(test)]
mod samples;
pub mod shutdown;
mod side;
mod tls;
pub mod traces;
pub mod typos;
mod visible;
mod wire;

pub use run::run;
