//! The errors of a client, with messages for people.

use chinwag_protocol::ErrorCode;
use chinwag_protocol::outgoing::Failure;

use crate::Reason;

/// An error of a client.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The address can't be that of a server.
    #[error("invalid server address: {0}")]
    WrongAddress(&'static str),
    /// The connection could not be made.
    #[error("failed to reach {address}: {reason}")]
    Unreachable {
        /// The server's address.
        address: String,
        /// Why.
        reason: Reason,
    },
    /// The server's answer was an `error` frame.
    #[error("{}", .0.error)]
    Refused(Failure),
    /// The same with a code that this client doesn't know: the server is newer.
    #[error("{sentence}")]
    RefusedByNewer {
        /// The code.
        code: u16,
        /// Why, for a person to read.
        sentence: String,
    },
    /// There is no connection, or it ended before the answer came.
    #[error("the connection ended before the answer came")]
    Disconnected,
    /// 1,024 messages wait to be sent already.
    #[error("too many messages wait to be sent")]
    Full,
    /// The session was ended elsewhere, or its access key has expired.
    #[error("you were signed out; sign in again")]
    SignedOut,
    /// The client was closed.
    #[error("the client is closed")]
    Closed,
    /// A file of this machine can't be read or written; the system's words.
    #[error("{0}")]
    LocalFile(String),
    /// The answer is not of this protocol.
    #[error("the server does not speak this protocol")]
    Unexpected,
}

impl Error {
    /// The server's own words for a request that is too large.
    pub(crate) fn too_large(kind: &str) -> Self {
        let (error, payload) = ("The request is too large.".into(), kind.into());
        Self::Refused(Failure { code: ErrorCode::TooLarge, error, payload })
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Refused(failure) => Some(failure.code),
            _ => None,
        }
    }
}
