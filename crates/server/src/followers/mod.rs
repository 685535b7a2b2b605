//! Readers of what was stored, off the path of a message.

mod indexer;
mod open;
mod reading;
pub mod search;
