//! Starts Chinwag and redis-server for the tests, `chinwag-load` and `chinwag-chaos`, reads what they use, and writes
//! the tables of the documents.

mod process;
mod random;
mod redis;
mod server;
pub mod table;
pub mod usage;

pub use process::{MISSING, Process, pin};
pub use random::Random;
pub use redis::{Redis, free_address};
pub use rustix::process::Signal;
pub use server::{NO_LIMITS, Server};
