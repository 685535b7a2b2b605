//! Nodes of a store under test: one on the embedded store, two on Redis.

use std::path::Path;
use std::sync::Arc;

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::embedded::{self, EmbeddedStore};
use chinwag_store::redis::{self, RedisStore};
use chinwag_store::transfer::Record;
use chinwag_store::{
    Account, Append, Attempt, Change, Changed, Channel, Creation, Event, Feed, Message,
    MessageChange, NewAccount, Standing, Store, Ticket, User,
};
use chinwag_testbed::{MISSING, Redis};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// A store with what came through its feed.
pub struct Node {
    pub store: Arc<dyn Store>,
    events: Mutex<UnboundedReceiver<Event>>,
}

/// Two nodes where there can be two; else the same one twice.
pub struct Nodes {
    pub first: Arc<Node>,
    pub second: Arc<Node>,
    place: Place,
}

/// Where the store is.
enum Place {
    Folder(TempDir),
    Redis(String),
}

impl Nodes {
    pub fn embedded() -> Self {
        Self::in_folder(TempDir::new().unwrap())
    }

    fn in_folder(dir: TempDir) -> Self {
        let (feed, events) = feed();
        let store: Arc<dyn Store> = EmbeddedStore::open(dir.path(), feed).unwrap();
        let node = Arc::new(Node { store, events: Mutex::new(events) });
        Self { first: Arc::clone(&node), second: node, place: Place::Folder(dir) }
    }

    /// On a database of this Redis.
    pub async fn on(redis: &Redis, database: u8) -> Self {
        let url = format!("{}/{database}", redis.url());
        Self::at(url).await
    }

    async fn at(url: String) -> Self {
        Self { first: node(&url).await, second: node(&url).await, place: Place::Redis(url) }
    }

    /// Each node once.
    pub fn each(&self) -> Vec<&Node> {
        let is_one = Arc::ptr_eq(&self.first, &self.second);
        let second = (!is_one).then_some(&*self.second);
        [&*self.first].into_iter().chain(second).collect()
    }

    /// The same store, closed and opened again.
    pub async fn restarted(self) -> Self {
        for node in self.each() {
            node.store.close().await;
        }
        drop((self.first, self.second));
        match self.place {
            Place::Folder(dir) => Self::in_folder(dir),
            Place::Redis(url) => Self::at(url).await,
        }
    }

    /// The folder of an embedded store.
    pub fn folder(&self) -> &Path {
        let Place::Folder(dir) = &self.place else { panic!("it is on Redis") };
        dir.path()
    }

    /// The lines of an export.
    pub async fn export(&self) -> Vec<String> {
        self.records().await.iter().map(|record| serde_json::to_string(record).unwrap()).collect()
    }

    /// The same, as they are read.
    pub async fn records(&self) -> Vec<Record> {
        let mut records = Vec::new();
        let mut sink = |record| {
            records.push(record);
            Ok(())
        };
        match &self.place {
            Place::Folder(_) => embedded::export(self.folder(), &mut sink).unwrap(),
            Place::Redis(url) => redis::export(url, None, &mut sink).await.unwrap(),
        };
        records
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
        let password_hash = account(&self.user).password_hash;
        Account { user: self.user.clone(), password_hash, standing: Standing::default() }
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
    pub async fn message(&self) -> Arc<Message> {
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
        let append = to_append(sender, channel, text, client, serial);
        assert!(self.store.append(vec![append]).is_empty());
    }

    /// Stores a message, and waits until it is told here.
    pub async fn say(&self, sender: &Person, channel: &Channel, text: &str) -> Arc<Message> {
        self.append(sender, channel, text, None, 1);
        self.told(text).await
    }

    /// The same for an answer.
    pub async fn answer(
        &self,
        sender: &Person,
        channel: &Channel,
        text: &str,
        seq: u64,
    ) -> Arc<Message> {
        self.reply(sender, channel, text, seq);
        self.told(text).await
    }

    /// The next message with this text.
    pub async fn told(&self, text: &str) -> Arc<Message> {
        self.event(|event| match event {
            Event::Message { message, .. } if *message.text == *text => Some(message),
            _ => None,
        })
        .await
    }

    pub async fn change(
        &self,
        person: &Person,
        channel: &Channel,
        seq: u64,
        change: Change,
    ) -> Attempt<Changed> {
        let (user, session) = (person.user.clone(), person.session);
        let (channel, at) = (channel.clone(), Timestamp::now());
        let change = MessageChange { user, session, channel, seq, change, at };
        self.store.change_message(change).await
    }

    /// The next change, with the `Rev` before it.
    pub async fn changed(&self) -> (u64, Arc<Message>) {
        self.event(|event| match event {
            Event::Changed { after, message } => Some((after, message)),
            _ => None,
        })
        .await
    }

    /// Answers a message.
    pub fn reply(&self, sender: &Person, channel: &Channel, text: &str, seq: u64) {
        let append = to_append(sender, channel, text, None, 0);
        let append = Append { reply_to: Some(seq), ..append };
        assert!(self.store.append(vec![append]).is_empty());
    }
}

/// A message to be stored.
pub fn to_append(
    sender: &Person,
    channel: &Channel,
    text: &str,
    client: Option<&str>,
    serial: u32,
) -> Append {
    Append {
        ticket: Ticket { connection: 7, serial },
        sender: sender.user.clone(),
        channel: channel.clone(),
        text: text.into(),
        client_uuid: client.map(str::to_owned),
        created_at: Timestamp::now(),
        reply_to: None,
        mentions: None,
        files: Vec::new(),
        by_hook: None,
    }
}

pub fn account(user: &User) -> NewAccount {
    NewAccount {
        link: None,
        user: user.clone(),
        folded_name: user.name.to_lowercase(),
        password_hash: "$argon2id$".to_owned(),
    }
}
