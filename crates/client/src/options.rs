//! Settings of a client.

use crate::Positions;
use crate::line::MAX_REQUEST;

/// Settings of a client, for [`Client::sign_in_with`](crate::Client::sign_in_with).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// Where an earlier run stopped reading. Without them the client begins with the first message after the sign-in.
    pub positions: Option<Positions>,
    /// The longest request in bytes. More than the default of 1 MiB makes sense only for a server with a greater
    /// `MAX_MESSAGE_LENGTH`; others end the connection for it.
    pub max_request: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { positions: None, max_request: MAX_REQUEST }
    }
}

/// Options that go on where an earlier run stopped, if there was one.
impl From<Option<Positions>> for Options {
    fn from(positions: Option<Positions>) -> Self {
        Self { positions, ..Self::default() }
    }
}
