//! The server: sockets in, the store behind, frames out.
//!
//! A message goes socket → [`connection`] → [`command`] → store → [`feed`] → [`hub`] → socket.

mod access_key;
mod admission;
mod answered;
mod app;
pub mod cli;
mod client;
mod command;
mod commands;
pub mod config;
mod connection;
mod control;
mod core;
pub mod env_file;
mod feed;
mod folder;
mod guesses;
mod http;
mod hub;
mod key_use;
mod limits;
pub mod listen;
pub mod log;
mod mailbox;
mod metrics;
mod metrics_page;
mod names;
mod origins;
mod outage;
mod passwords;
mod people;
mod proxies;
mod readiness;
mod refusals;
mod router;
mod run;
pub mod shutdown;
mod socket;
mod tls;
pub mod traces;
pub mod typos;
mod visible;
mod waiting;
mod wire;

pub use run::run;
