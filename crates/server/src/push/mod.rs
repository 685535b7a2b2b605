//! Notifications by web push: subscriptions of browsers, and who is notified of a message.

mod bell;
mod devices;
mod notice;
mod outcome;
mod post;
mod public;
mod ringing;
mod seal;
mod vapid;

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use anyhow::{Context, anyhow};
use axum::body::Body;
use chinwag_store::{Store, Subscription};
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HOST};
use http::{Request, Uri};
use jiff::Timestamp;
use tokio::sync::Semaphore;
use tokio::time::Instant;

pub use bell::{Bell, bell};
use devices::Devices;
use notice::{Notice, Urgency};
use outcome::{Outcome, Posted};
use post::{NoAnswer, Posts};
pub use seal::is_point;
use vapid::Vapid;

use crate::metrics::PushFigures;
use crate::push_hosts::{PushHosts, Unfit};

/// How long a push service keeps a notification for a device that is off, in seconds: a day.
const TTL: u32 = 24 * 60 * 60;

/// How many posts are under way at once.
const POSTS: usize = 64;

/// What sends notifications.
pub struct Push {
    store: Arc<dyn Store>,
    vapid: Vapid,
    hosts: PushHosts,
    posts: Posts,
    /// The server's address.
    url: String,
    devices: Devices<Notice>,
    places: Arc<Semaphore>,
    figures: PushFigures,
    /// Whether the last look for whom to notify failed, so that the log tells the first failure and not each.
    fails: AtomicBool,
}

/// What a push service answered to a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tested {
    /// Its HTTP status; 0 if there was no answer.
    pub status: u16,
    /// The same in a person's words.
    pub detail: String,
}

impl Push {
    /// With the key in the store, which is made at the first start.
    ///
    /// # Errors
    /// When the store can't be read, or its key is none.
    pub async fn open(
        store: &Arc<dyn Store>,
        hosts: PushHosts,
        url: String,
        figures: PushFigures,
    ) -> anyhow::Result<Arc<Self>> {
        let made = Vapid::generate().map_err(|_| anyhow!("the system has no randomness"))?;
        let key = store.push_key(made).await?;
        let vapid = Vapid::open(&key, &url).context("failed to read the key for web push")?;
        Ok(Arc::new(Self {
            store: Arc::clone(store),
            vapid,
            hosts,
            posts: Posts::trusting_the_system().context("failed to prepare TLS for web push")?,
            url,
            devices: Devices::default(),
            places: Arc::new(Semaphore::new(POSTS)),
            figures,
            fails: AtomicBool::new(false),
        }))
    }

    /// The key that browsers subscribe with.
    pub fn public_key(&self) -> String {
        self.vapid.public_key()
    }

    /// Whether notifications are sent to this endpoint.
    pub fn check(&self, endpoint: &str) -> Result<(), Unfit> {
        self.hosts.service(endpoint).map(|_| ())
    }

    /// Sends a notification at once, and tells what came of it.
    ///
    /// # Errors
    /// How long to wait, where the device got too many.
    pub async fn test(&self, subscription: Subscription) -> Result<Tested, Duration> {
        self.devices.count(&subscription.endpoint, Instant::now())?;
        let notice = Notice {
            topic: notice::topic(&subscription, b"test"),
            subscription,
            payload: notice::test(&self.url),
            urgency: Urgency::High,
            count: 1,
            attempts: 0,
        };
        let posted = self.post(&notice).await;
        let outcome = self.note(&posted);
        if outcome == Outcome::Gone {
            self.end(&notice.subscription).await;
        }
        Ok(Tested { status: outcome::status(&posted), detail: outcome::in_words(&posted) })
    }

    /// Counts what came of a push.
    fn note(&self, posted: &Posted) -> Outcome {
        let outcome = outcome::outcome(posted);
        let counter = match outcome {
            Outcome::Taken => &self.figures.taken,
            Outcome::Gone => &self.figures.gone,
            Outcome::Later(_) => &self.figures.later,
            Outcome::Refused => &self.figures.refused,
        };
        counter.increment(1);
        outcome
    }

    /// Ends a subscription that its browser has ended.
    async fn end(&self, subscription: &Subscription) {
        let Subscription { user, endpoint, .. } = subscription;
        // It ends with the next notification if not now.
        if let Err(error) = self.store.unsubscribe(*user, Arc::clone(endpoint)).await {
            tracing::debug!(%error, "failed to end a subscription");
        }
    }

    /// Encrypts a notification and posts it.
    async fn post(&self, notice: &Notice) -> Posted {
        let Notice { subscription, payload, topic, urgency, .. } = notice;
        let Subscription { endpoint, p256dh, auth, .. } = subscription;
        // The settings may have changed since it was registered.
        let service = self
            .hosts
            .service(endpoint)
            .map_err(|_| NoAnswer::Unsendable("it is in PUSH_HOSTS no more"))?;
        let sealed = seal::seal(seal::Keys { p256dh, auth }, payload.as_bytes());
        let sealed =
            sealed.map_err(|_| NoAnswer::Unsendable("the keys of the browser are none"))?;
        let origin = service.origin();
        let authorization = self.vapid.authorization(&origin, Timestamp::now());
        let authorization =
            authorization.map_err(|_| NoAnswer::Unsendable("nothing can be signed"))?;
        let uri: Uri =
            endpoint.parse().map_err(|_| NoAnswer::Unsendable("the endpoint is no URL"))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        let host = origin.split_once("://").map_or("", |(_, host)| host);
        let request = Request::post(path)
            .header(HOST, host)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/octet-stream")
            .header(CONTENT_ENCODING, "aes128gcm")
            .header("ttl", TTL)
            .header("urgency", urgency.name())
            .header("topic", topic)
            .body(Body::from(sealed))
            .map_err(|_| NoAnswer::Unsendable("the endpoint is no URL"))?;
        self.posts.post(&service, request).await
    }
}
