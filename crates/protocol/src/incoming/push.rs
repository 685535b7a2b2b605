//! Subscriptions to notifications by web push.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A browser's subscription, in the form of its `PushSubscription`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct NewSubscription {
    /// The URL at the push service.
    pub endpoint: String,
    /// The browser's public key: a point of P-256 in base64url.
    pub p256dh: String,
    /// The secret that it shares: 16 bytes in base64url.
    pub auth: String,
}

/// Names a subscription.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS, JsonSchema)]
pub struct SubscriptionRef {
    /// The URL at the push service.
    pub endpoint: String,
}
