//! Finding messages by their words.

use chinwag_protocol::incoming::Search;
use chinwag_protocol::outgoing::Found;
use chinwag_protocol::{Body, Request};

use crate::client::reply;
use crate::{Client, Error};

impl Client {
    /// Finds messages in all channels that the user can read, newest first, 20 at most. `before` is that of
    /// the page before this one, or empty.
    ///
    /// # Errors
    /// When the server refuses, as one of 0.1 does, or there is no connection.
    pub async fn search(
        &self,
        query: impl Into<String>,
        before: impl Into<String>,
    ) -> Result<Found, Error> {
        let search = Search { query: query.into(), limit: None, before: before.into() };
        reply!(self, Request::Search(search), Search)
    }
}
