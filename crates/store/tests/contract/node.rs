//! Nodes of a store under test: one on the embedded store, two on Redis.

use std::sync::Arc;
use std::time::Duration;

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::embedded::EmbeddedStore;
use chinwag_store::redis::RedisStore;
use chinwag_store::{
    Account, Append, Channel, Creation, Event, Feed, NewAccount, Store, Ticket, User,
};
use chinwag_testbed::Redis;
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// After this an event counts as missing, and the test fails.
const MISSING: Duration = Duration::from_secs(20);

/// A store with what came through its feed.
pub struct Node {
    pub store: Arc<dyn Store>,
    events: Mutex<UnboundedReceiver<Event>>,
}

/// Two nodes where there can be two; else the same one twice.
pub struct Nodes {
    pub first: Arc<Node>,
    pub second: Arc<Node>,
    _dir: Option<TempDir>,
}

impl Nodes {
    pub fn embedded() -> Self {
        let dir = TempDir::new().unwrap();
        let (feed, events) = feed();
        let store: Arc<dyn Store> = EmbeddedStore::open(dir.path(), feed).unwrap();
        let node = Arc::new(Node { store, events: Mutex::new(events) });
        Self { first: Arc::clone(&node), second: node, _dir: Some(dir) }
    }

    /// On a database of this Redis.
    pub async fn on(redis: &Redis, database: u8) -> Self {
        let url = format!("{}/{database}", redis.url());
        Self { first: node(&url).await, second: node(&url).await, _dir: None }
    }

    /// A user with a session on the first node.
    pub async fn user(&self, name: &str) -> Person {
        self.first.user(name).await
    }
}

async fn node(redis: &str) -> Arc<Node> {
    let (feed, events) = feed();
    let store = RedisStore::open(redis, feed).await.unwrap();
    Arc::new(Node { store, events: Mutex::new(events) })
}

fn feed() -> (Feed, UnboundedReceiver<Event>) {
    let (sender, receiver) = unbounded_channel();
    let feed = move |events: Vec<Event>| {
        for event in events {
            // The test may be over.
            let _ = sender.send(event);
        }
    };
    (Box::new(feed), receiver)
}

/// A user and one session of theirs.
#[derive(Clone)]
pub struct Person {
    pub user: User,
    pub session: SessionUuid,
}

impl Person {
    /// As it was created.
    pub fn account(&self) -> Account {
        Account { user: self.user.clone(), password_hash: account(&self.user).password_hash }
    }
}

impl Node {
    pub async fn user(&self, name: &str) -> Person {
        let user = User { uuid: UserUuid::random(), name: name.into() };
        let created = self.store.create_account(account(&user)).await.unwrap();
        assert_eq!(created, Creation::Created);
        let person = Person { user, session: SessionUuid::random() };
        self.store.session_started(&person.user, person.session).await.unwrap();
        person
    }

    /// The first event for which `pick` returns something; those before are passed over.
    pub async fn event<T>(&self, mut pick: impl FnMut(Event) -> Option<T>) -> T {
        let mut events = self.events.lock().await;
        let found = async {
            loop {
                let event = events.recv().await.expect("the store is open");
                if let Some(found) = pick(event) {
                    return found;
                }
            }
        };
        timeout(MISSING, found).await.expect("an event came")
    }

    /// The channel of the two, made if there is none.
    pub async fn direct(
        &self,
        user: UserUuid,
        recipient: UserUuid,
    ) -> chinwag_store::Result<Option<Channel>> {
        Ok(self.store.find_channel(user, recipient.0, true).await?.channel())
    }

    /// The next message.
    pub async fn message(&self) -> Arc<chinwag_store::Message> {
        self.event(|event| match event {
            Event::Message { message, .. } => Some(message),
            _ => None,
        })
        .await
    }

    pub fn append(
        &self,
        sender: &Person,
        channel: &Channel,
        text: &str,
        client: Option<&str>,
        serial: u32,
    ) {
        let append = Append {
            ticket: Ticket { connection: 7, serial },
            sender: sender.user.clone(),
            channel: channel.clone(),
            text: text.into(),
            client_uuid: client.map(str::to_owned),
            created_at: Timestamp::now(),
            reply_to: None,
        };
        assert!(self.store.append(vec![append]).is_empty());
    }
}

pub fn account(user: &User) -> NewAccount {
    NewAccount {
        user: user.clone(),
        folded_name: user.name.to_lowercase(),
        password_hash: "$argon2id$".to_owned(),
    }
}
