//! The files of an embedded store: who may read them, what a stop leaves, what is refused.

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::embedded::{self, EmbeddedStore, EmbeddedTarget};
use chinwag_store::transfer::{Order, Progress, Record, Target};
use chinwag_store::{
    AccessKeys, Accounts, Append, Channel, ChannelName, Channels, Creation, Event, HistoryPage,
    KeyDigest, Level, Members, Messages, NewAccount, NewChannel, Page, PreferencesChange, Store,
    Ticket, User, Wanted,
};
use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;
use tempfile::TempDir;

const ALL: HistoryPage = HistoryPage::of_all(Page::Last, 100);

/// An open store, and what it announces.
struct Chat {
    store: Arc<EmbeddedStore>,
    events: Receiver<Event>,
}

impl Chat {
    fn open(dir: &Path) -> Self {
        let (announce, events) = channel();
        let feed = move |batch: Vec<Event>| {
            for event in batch {
                // The test may have ended.
                let _ = announce.send(event);
            }
        };
        Self { store: EmbeddedStore::open(dir, Box::new(feed)).unwrap(), events }
    }

    async fn user(&self, name: &str) -> User {
        let user = User { uuid: UserUuid::random(), name: name.into() };
        let (folded_name, password_hash) = (name.to_lowercase(), String::new());
        let account = NewAccount { user: user.clone(), folded_name, password_hash, link: None };
        assert_eq!(self.store.create_account(account).await.unwrap(), Creation::Created);
        user
    }

    /// Stores a message in General, and waits until it is durable.
    fn say(&self, sender: &User, text: &str) {
        self.append(sender, Channel::GENERAL, text, Timestamp::now());
    }

    /// Stores a message of this time in a private channel, and waits until it is durable.
    async fn write(&self, sender: &User, to: &User, created_at: Timestamp) {
        let channel = self.store.find_channel(sender.uuid, to.uuid.0, true).await.unwrap();
        let channel = channel.channel().unwrap();
        self.append(sender, channel, "psst", created_at);
    }

    fn append(&self, sender: &User, channel: Channel, text: &str, created_at: Timestamp) {
        let append = Append {
            ticket: Ticket { connection: 0, serial: 0 },
            sender: sender.clone(),
            channel,
            text: text.into(),
            client_uuid: None,
            created_at,
            reply_to: None,
            mentions: None,
            files: Vec::new(),
            by_hook: None,
        };
        assert!(self.store.append(vec![append]).is_empty());
        let stored = |event: &Event| matches!(event, Event::Message { .. });
        while !stored(&self.events.recv().unwrap()) {}
    }

    /// Whom the user's private channels are with, newest talk first.
    async fn talks(&self, user: &User) -> Vec<String> {
        let inbox = self.store.inbox(user, Wanted::Direct).await.unwrap();
        let others = inbox.into_iter().filter_map(|entry| entry.channel.recipient().cloned());
        others.map(|other| other.name.to_string()).collect()
    }

    async fn texts(&self, reader: &User) -> Vec<String> {
        let found = self.store.messages(&Channel::GENERAL, reader, ALL).await.unwrap();
        found.messages.iter().map(|message| message.text.to_string()).collect()
    }
}

fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name());
    let mut names: Vec<_> = names.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Why the folder can't be opened.
fn refusal(dir: &Path) -> String {
    EmbeddedStore::open(dir, Box::new(|_| ())).err().unwrap().to_string()
}

#[tokio::test]
async fn after_a_stop_one_file_is_the_chat() {
    let (dir, copy) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let chat = Chat::open(dir.path());
    let ada = chat.user("Ada").await;
    chat.say(&ada, "hello");
    chat.store.close().await;
    assert!(chat.store.ready().await.is_err());
    assert!(chat.store.inbox(&ada, Wanted::Direct).await.is_err());
    assert_eq!(names(dir.path()), ["chinwag.db", "lock"]);
    fs::copy(dir.path().join("chinwag.db"), copy.path().join("chinwag.db")).unwrap();
    assert_eq!(Chat::open(copy.path()).texts(&ada).await, ["hello"]);
}

#[tokio::test]
async fn the_database_may_be_a_link() {
    let (dir, disk) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let chat = Chat::open(dir.path());
    let ada = chat.user("Ada").await;
    chat.say(&ada, "before");
    chat.store.close().await;
    drop(chat);
    let (link, file) = (dir.path().join("chinwag.db"), disk.path().join("chinwag.db"));
    fs::rename(&link, &file).unwrap();
    symlink(&file, &link).unwrap();
    let chat = Chat::open(dir.path());
    chat.say(&ada, "after");
    assert_eq!(chat.texts(&ada).await, ["after", "before"]);
    chat.store.close().await;
    assert_eq!(names(disk.path()), ["chinwag.db"]);
    assert_eq!(names(dir.path()), ["chinwag.db", "lock"]);
}

#[tokio::test]
async fn a_log_is_not_played_over_another_database() {
    let (dir, killed) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let backup = killed.path().join("backup.db");
    let chat = Chat::open(dir.path());
    let ada = chat.user("Ada").await;
    chat.say(&ada, "one");
    chat.store.close().await;
    drop(chat);
    embedded::backup(dir.path(), &backup).unwrap();
    let chat = Chat::open(dir.path());
    chat.say(&ada, "two");
    // As after a kill: a copy of all files while the store is open.
    let killed_dir = killed.path().join("data");
    fs::create_dir(&killed_dir).unwrap();
    for name in ["chinwag.db", "chinwag.db-wal", "lock"] {
        fs::copy(dir.path().join(name), killed_dir.join(name)).unwrap();
    }
    let with_its_log = killed.path().join("with its log");
    copy_folder(&killed_dir, &with_its_log);
    assert_eq!(Chat::open(&with_its_log).texts(&ada).await, ["two", "one"]);

    fs::copy(&backup, killed_dir.join("chinwag.db")).unwrap();
    assert!(refusal(&killed_dir).contains("belongs to another database file"));
    let copied = embedded::backup(&killed_dir, &killed.path().join("other.db"));
    assert!(copied.unwrap_err().to_string().contains("belongs to another database file"));
    fs::remove_file(killed_dir.join("chinwag.db-wal")).unwrap();
    assert_eq!(Chat::open(&killed_dir).texts(&ada).await, ["one"]);
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for name in names(from) {
        fs::copy(from.join(&name), to.join(&name)).unwrap();
    }
}

#[tokio::test]
async fn its_owner_alone_may_read_it() {
    let dir = TempDir::new().unwrap();
    let (data, backup) = (dir.path().join("data"), dir.path().join("backup.db"));
    let chat = Chat::open(&data);
    chat.user("Ada").await;
    assert_eq!(mode(&data), 0o700);
    for name in names(&data) {
        assert_eq!(mode(&data.join(&name)), 0o600, "{name}");
    }
    chat.store.close().await;
    // What an interrupted backup left behind may have had another mode.
    let part = dir.path().join("backup.db.part");
    File::create(&part).unwrap();
    fs::set_permissions(&part, fs::Permissions::from_mode(0o644)).unwrap();
    embedded::backup(&data, &backup).unwrap();
    assert_eq!(mode(&backup), 0o600);
    assert!(!part.exists());
}

#[tokio::test]
async fn a_database_of_another_version_is_left_alone() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("chinwag.db");
    Chat::open(dir.path()).store.close().await;
    for version in [1, 99] {
        let db = Connection::open(&file).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        drop(db);
        let before = fs::read(&file).unwrap();
        let said = refusal(dir.path());
        assert!(said.contains(&format!("its tables are of version {version}")), "{said}");
        let copied = embedded::backup(dir.path(), &dir.path().join("copy"));
        assert!(copied.unwrap_err().to_string().contains("its tables are of version"));
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}

#[tokio::test]
async fn a_store_of_0_1_0_is_taken_over() {
    let dir = TempDir::new().unwrap();
    let db = Connection::open(dir.path().join("chinwag.db")).unwrap();
    db.pragma_update(None, "journal_mode", "wal").unwrap();
    db.execute_batch(include_str!("released/chinwag-0.1.0.sql")).unwrap();
    db.execute("UPDATE access_keys SET used_at = ?", [Timestamp::now().as_second()]).unwrap();
    // It can be copied before it is taken over.
    let copy = dir.path().join("copy.db");
    embedded::backup(dir.path(), &copy).unwrap();
    let version = "PRAGMA user_version";
    let copied = Connection::open(&copy).unwrap().query_row(version, [], |row| row.get(0));
    assert_eq!(copied, Ok(4));
    let chat = Chat::open(dir.path());
    let store = &chat.store;
    drop(db);
    let account = async |name| store.account(name).await.unwrap().unwrap();
    let (ada, zoe) = (account("ada").await, account("zoë").await);
    assert_eq!((&*zoe.user.name, &*zoe.password_hash), ("Zoë", "$argon2id$zoe"));
    let used = store.use_access_key(ada.user.uuid, KeyDigest([7; 32])).await.unwrap();
    assert_eq!(used, Some((ada.user.clone(), chinwag_store::Role::Member)));
    let seen = async |user: &User| {
        let inbox = store.inbox(user, Wanted::Direct).await.unwrap();
        inbox.iter().map(|entry| (entry.total, entry.unread)).collect::<Vec<_>>()
    };
    assert_eq!(seen(&ada.user).await, [(3, 2), (1, 1)]);
    assert_eq!(seen(&zoe.user).await, [(3, 0), (1, 0)]);
    // It was sent within the last day of what is there, and is known again.
    let again = Append {
        ticket: Ticket { connection: 0, serial: 0 },
        sender: ada.user.clone(),
        channel: Channel::GENERAL,
        text: "one".into(),
        client_uuid: Some("first".to_owned()),
        created_at: Timestamp::now(),
        reply_to: None,
        mentions: None,
        files: Vec::new(),
        by_hook: None,
    };
    assert!(store.append(vec![again]).is_empty());
    let Event::Repeated { message, .. } = chat.events.recv().unwrap() else { panic!() };
    assert_eq!(message.seq, 1);
    let found = store.messages(&Channel::GENERAL, &ada.user, ALL).await.unwrap();
    let texts: Vec<_> = found.messages.iter().map(|message| &*message.text).collect();
    assert_eq!(texts, ["three", "two", "one"]);
    let looks_like = User { uuid: UserUuid::random(), name: "Аda".into() };
    let taken = NewAccount {
        link: None,
        user: looks_like,
        folded_name: "аda".to_owned(),
        password_hash: String::new(),
    };
    assert_eq!(store.create_account(taken).await.unwrap(), Creation::LooksTaken);
}

#[tokio::test]
async fn the_inbox_keeps_its_order_when_the_clock_was_wrong_for_a_while() {
    for wrong in [40 * 24, -40 * 24, -24 * 365 * 50] {
        let dir = TempDir::new().unwrap();
        let chat = Chat::open(dir.path());
        let ada = chat.user("Ada").await;
        let others = ["before", "earlier", "meanwhile", "after", "later"];
        let mut users = Vec::new();
        for name in others {
            users.push(chat.user(name).await);
        }
        let now = Timestamp::now();
        let hours = |hours: i64| now + SignedDuration::from_hours(hours);
        for (user, at) in users.iter().zip([-50, -40, wrong, 0, 2]) {
            chat.write(&ada, user, hours(at)).await;
        }
        let order = ["later", "after", "meanwhile", "earlier", "before"];
        assert_eq!(chat.talks(&ada).await, order, "{wrong}");
    }
}

/// All that lasts, as lines.
fn exported(dir: &Path) -> Vec<String> {
    let mut lines = Vec::new();
    let mut put = |record: Record| {
        lines.push(serde_json::to_string(&record).unwrap());
        Ok(())
    };
    embedded::export(dir, &mut put).unwrap();
    lines
}

async fn imported(lines: &[String]) -> TempDir {
    let dir = TempDir::new().unwrap();
    let (mut target, mut order) = (EmbeddedTarget::open(dir.path()).unwrap(), Order::default());
    let fold = |name: &str| Ok(name.to_lowercase());
    let take = |line: &String| order.take(serde_json::from_str(line).unwrap(), fold).unwrap();
    let items = lines.iter().filter_map(take).collect();
    let progress = Progress { lines: lines.len() as u64, digest: String::new() };
    target.write(items, &progress).await.unwrap();
    target.finish().await.unwrap();
    dir
}

#[tokio::test]
async fn groups_and_named_channels_move_with_their_members() {
    let dir = TempDir::new().unwrap();
    let chat = Chat::open(dir.path());
    let (ada, bob, eve) = (chat.user("Ada").await, chat.user("Bob").await, chat.user("Eve").await);
    let new = |name: Option<&str>, private| NewChannel {
        made_by: ada.clone(),
        name: name.map(|name| ChannelName { shown: name.into(), folded: name.to_lowercase() }),
        topic: "what it is about".into(),
        private,
        users: vec![bob.uuid, eve.uuid],
        client_uuid: None,
        created_at: Timestamp::now(),
        by_admins: false,
    };
    let store = &chat.store;
    for (name, private) in [(Some("Ops"), false), (Some("Secret"), true), (None, true)] {
        let made = store.create_channel(new(name, private)).await.unwrap();
        chat.append(&bob, Channel::of_members(made.uuid), "hello", Timestamp::now());
    }
    let change = PreferencesChange {
        user: bob.uuid,
        session: SessionUuid::random(),
        channel: Channel::GENERAL,
        level: Some(Level::All),
        muted_until: Some(Some(Timestamp::now())),
        pinned: Some(true),
        section: Some("work".to_owned()),
        unread_from: Some(1),
    };
    store.change_preferences(change).await.unwrap();
    let lines = exported(dir.path());
    assert_eq!(lines.iter().filter(|line| line.starts_with("{\"type\":\"member\"")).count(), 10);
    let copy = imported(&lines).await;
    assert_eq!(exported(copy.path()), lines);
    let chat = Chat::open(copy.path());
    // What isn't a line of its own is there, too: the name is taken, and the people have their group.
    assert!(chat.store.create_channel(new(Some("0ps"), false)).await.is_err());
    let group = chat.store.create_channel(new(None, true)).await.unwrap();
    assert!(lines.iter().any(|line| line.contains(&group.uuid.to_string())));
    let inbox = |user: User, wanted| {
        let store = Arc::clone(&chat.store);
        async move { store.inbox(&user, wanted).await.unwrap() }
    };
    let unread: Vec<_> = inbox(bob, Wanted::All).await.iter().map(|entry| entry.unread).collect();
    assert_eq!(unread, [0, 0, 0, 0]);
    assert_eq!(inbox(ada, Wanted::All).await.iter().map(|entry| entry.unread).sum::<u64>(), 3);
}

#[tokio::test]
async fn an_export_of_0_1_0_is_imported() {
    let [ada, bob] = [1, 2].map(|number| format!("aaaaaaaa-0000-4000-8000-00000000000{number}"));
    let user = |uuid: &str, name: &str, read: u64| {
        format!(
            r#"{{"type":"user","user":{{"UUID":"{uuid}","Username":"{name}","Password":"x","AccessKeys":{{}},"Read":{read}}}}}"#
        )
    };
    let message = |number: u32, sender: &str| {
        format!(
            r#"{{"type":"message","message":{{"Seq":1,"UUID":"bbbbbbbb-0000-4000-8000-00000000000{number}","SenderUUID":"{sender}","Message":"hello","CreatedAt":"2026-01-02T03:04:05Z"}}}}"#
        )
    };
    let direct = format!(
        r#"{{"type":"channel","channel":{{"UUID":"cccccccc-0000-4000-8000-000000000001","Users":["{ada}","{bob}"],"Read":[1,0],"Messages":1}}}}"#
    );
    let lines = [
        r#"{"type":"chinwag","version":1}"#.to_owned(),
        user(&ada, "Ada", 1),
        user(&bob, "Bob", 0),
        r#"{"type":"channel","channel":{"UUID":"public","Messages":1}}"#.to_owned(),
        message(1, &ada),
        direct,
        message(2, &ada),
        r#"{"type":"end","end":{"users":2,"channels":2,"messages":2}}"#.to_owned(),
    ];
    let dir = imported(&lines).await;
    let chat = Chat::open(dir.path());
    let bob = chat.store.account("bob").await.unwrap().unwrap().user;
    let inbox = chat.store.inbox(&bob, Wanted::Direct).await.unwrap();
    let counts: Vec<_> = inbox.iter().map(|entry| (entry.total, entry.unread)).collect();
    assert_eq!(counts, [(1, 1), (1, 1)]);
}
