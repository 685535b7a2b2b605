//! The index of messages: one `SQLite` file on each node, made from what the store holds and made anew at any time.
//!
//! It holds no texts, only their [`words`], and answers a [`Wanted`] with [`Hit`]s, newest first. The
//! caller reads the hits from the store, which has the last word on rights and on what a message says now.

mod database;
mod entry;
mod error;
mod expression;
mod file;
mod fold;
mod index;
mod put;
mod query;
mod schema;
mod wal;
mod wanted;
mod words;

pub use entry::{Audience, Cursor, Entry};
pub use error::{Error, Result};
pub use index::{Found, Hit, Index, Reader};
pub use query::{Named, Query};
pub use wanted::{Has, Phrase, Wanted};
pub use words::words;
