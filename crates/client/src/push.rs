//! Subscriptions to notifications by web push.

use chinwag_protocol::incoming::{NewSubscription, SubscriptionRef};
use chinwag_protocol::outgoing::PushTested;
use chinwag_protocol::{Body, Request};

use crate::client::reply;
use crate::{Client, Error};

impl Client {
    /// Lets a device be notified by web push. The subscription ends with the session.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection:
    /// [`NotAllowed`](chinwag_protocol::ErrorCode::NotAllowed) where it sends no notifications, or none to this push service.
    pub async fn subscribe(&self, subscription: NewSubscription) -> Result<(), Error> {
        reply!(self, Request::PushSubscribe(subscription), PushSubscribe).map(|_| ())
    }

    /// Ends a subscription of the user's.
    ///
    /// # Errors
    /// When there is no connection.
    pub async fn unsubscribe(&self, endpoint: impl Into<String>) -> Result<(), Error> {
        let subscription = SubscriptionRef { endpoint: endpoint.into() };
        reply!(self, Request::PushUnsubscribe(subscription), PushUnsubscribe).map(|_| ())
    }

    /// Sends a notification at once, and returns what the push service answered.
    ///
    /// # Errors
    /// When the server refuses, or there is no connection.
    pub async fn test_push(&self, endpoint: impl Into<String>) -> Result<PushTested, Error> {
        let subscription = SubscriptionRef { endpoint: endpoint.into() };
        reply!(self, Request::PushTest(subscription), PushTest)
    }
}
