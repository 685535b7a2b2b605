//! Every frame of the WebSocket protocol as a type: requests, frames of the server, and the error codes.
//!
//! This crate knows JSON and nothing else: no sockets, no store, no clock. The TypeScript types
//! of the web client are generated from it ([`typescript`]).

mod envelope;
pub mod error;
#[macro_use]
mod generate;
pub mod id;
pub mod incoming;
mod integer;
pub mod outgoing;
pub mod quiet;
pub mod schema;
pub mod table;
pub mod typescript;

pub use error::ErrorCode;
pub use id::{ChannelUuid, FileUuid, HookUuid, MessageUuid, RequestId, SessionUuid, UserUuid};
pub use incoming::{Incoming, Refusal, Request};
pub use outgoing::{Body, Outgoing};
