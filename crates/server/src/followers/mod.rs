//! Readers of what was stored, off the path of a message.

mod indexer;
pub mod search;
