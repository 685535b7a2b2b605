//! What can go wrong, for a person to read.

use chinwag_protocol::ErrorCode;
use chinwag_protocol::outgoing::Failure;

/// What can go wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Error {
    /// What was given is not the address of a server.
    #[error("that is not the address of a server: {0}")]
    Address(&'static str),
    /// There was no connection to be had.
    #[error("failed to reach {address}: {reason}")]
    Unreachable {
        /// Where to.
        address: String,
        /// Why, as the system says it.
        reason: String,
    },
    /// The server's answer was an `error` frame.
    #[error("{}", .0.error)]
    Refused(Failure),
    /// The connection ended before the answer came.
    #[error("the connection ended before the answer came")]
    Disconnected,
    /// As many messages as are kept wait to be sent already.
    #[error("too many messages wait to be sent")]
    Full,
    /// The session was ended by another of the user's, or its access key has lapsed.
    #[error("you were signed out; sign in again")]
    SignedOut,
    /// The client was closed.
    #[error("the client is closed")]
    Closed,
    /// The answer was not what the protocol says.
    #[error("the server does not speak this protocol")]
    Unexpected,
}

impl Error {
    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(failure) => Some(failure.code),
            _ => None,
        }
    }
}
