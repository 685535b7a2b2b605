//! Tests of the embedded store by its own parts.

use std::sync::Mutex;
use std::sync::mpsc::channel;
use std::thread;

use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use jiff::Timestamp;

use super::statements::{accounts, members};
use super::*;
use crate::{
    AccessKeys, Account, Accounts, Channel, Event, KEY_LIFETIME, KeyDigest, NewAccount, Sessions,
    Standing, User,
};

fn ada() -> NewAccount {
    let user = User { uuid: UserUuid::random(), name: "Ada".into() };
    NewAccount { user, folded_name: "ada".into(), password_hash: String::new(), link: None }
}

#[tokio::test]
async fn what_comes_beyond_the_bound_is_refused() {
    let dir = tempfile::TempDir::new().unwrap();
    let (entered, has_entered) = channel();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let feed = move |_| {
        entered.send(()).unwrap();
        // The test has ended when it is dropped.
        let _ = released.lock().unwrap().recv();
    };
    let store = EmbeddedStore::open(dir.path(), Box::new(feed)).unwrap();
    let (user, session) = (ada().user, SessionUuid::random());
    let typing = || store.typing(user.uuid, session, &Channel::GENERAL);
    typing();
    has_entered.recv().unwrap();
    (0..writer::JOBS).for_each(|_| typing());
    let refused = store.leave(&user, session, &Channel::GENERAL).await;
    assert!(refused.unwrap_err().to_string().contains("too many writes wait"));
    assert!(store.create_account(ada()).await.is_err());
    // Refused or lost nowhere: a session that has ended, since nobody could say so again.
    store.session_ended(&user, session, Some(Channel::GENERAL));
    drop(release);
    store.close().await;
    assert!(has_entered.try_iter().count() > 0);
}

#[tokio::test]
async fn presence_is_announced_in_the_order_in_which_it_changes() {
    let dir = tempfile::TempDir::new().unwrap();
    let (announce, events) = channel();
    let feed = move |batch: Vec<Event>| announce.send(batch).unwrap();
    let store = EmbeddedStore::open(dir.path(), Box::new(feed)).unwrap();
    let user = &ada().user;
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..500 {
                    let session = SessionUuid::random();
                    let start = |sessions| {
                        let user = user.clone();
                        let started = Event::SessionStarted { user, session, sessions };
                        store.writer.announce(vec![started])
                    };
                    store.presence.start_session(user, "ada".into(), start).unwrap();
                    store.session_ended(user, session, Some(Channel::GENERAL));
                }
            });
        }
    });
    store.close().await;
    drop(store);
    let mut now = 0;
    for event in events.iter().flatten() {
        match event {
            Event::SessionStarted { sessions, .. } => now = announced(now + 1, sessions),
            Event::Left { sessions, .. } => now = announced(now - 1, sessions),
            Event::WentOffline { sessions, .. } => assert_eq!((sessions, now), (0, 0)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(now, 0);
}

fn announced(expected: u64, sessions: u64) -> u64 {
    assert_eq!(sessions, expected);
    sessions
}

#[tokio::test]
async fn an_access_key_lapses_after_30_days_without_use() {
    let dir = tempfile::TempDir::new().unwrap();
    let store = EmbeddedStore::open(dir.path(), Box::new(|_| {})).unwrap();
    let user = User { uuid: UserUuid::random(), name: "Ada".into() };
    let (uuid, folded_name, digest) = (user.uuid, "ada".into(), KeyDigest([1; 32]));
    let account = NewAccount { user, folded_name, password_hash: String::new(), link: None };
    store.create_account(account).await.unwrap();
    for (ago, lives) in [(KEY_LIFETIME - 60, true), (KEY_LIFETIME, false)] {
        let used = Timestamp::now().as_second() - ago;
        let add = move |db: &_| {
            accounts::set_access_key(db, uuid, digest, used, "")?;
            Ok(((), Vec::new()))
        };
        store.writer.write("add a key", add).await.unwrap();
        assert_eq!(store.use_access_key(uuid, digest).await.unwrap().is_some(), lives);
    }
}

#[tokio::test]
async fn a_new_key_drops_the_lapsed_and_all_but_the_newest_50() {
    let dir = tempfile::TempDir::new().unwrap();
    let store = EmbeddedStore::open(dir.path(), Box::new(|_| {})).unwrap();
    let (account, uuid) = (ada(), ada().user.uuid);
    let user = User { uuid, ..account.user };
    let account = NewAccount { user: user.clone(), ..account };
    store.create_account(account).await.unwrap();
    let account = Account { user, password_hash: String::new(), standing: Standing::default() };
    let now = Timestamp::now().as_second();
    let digest = |number: u8| KeyDigest([number; 32]);
    let used = |number: u8, ago: i64| {
        let set = move |db: &_| {
            accounts::set_access_key(db, uuid, digest(number), now - ago, "")?;
            Ok(((), Vec::new()))
        };
        store.writer.write("add a key", set)
    };
    let kept = async || {
        let all = |db: &rusqlite::Connection| {
            let mut keys = db.prepare("SELECT digest FROM access_keys ORDER BY digest")?;
            let keys = keys.query_map([], |row| row.get::<_, [u8; 32]>(0))?;
            keys.map(|key| Ok(key?[0])).collect::<rusqlite::Result<Vec<_>>>()
        };
        store.readers.read("list the keys", all).await.unwrap()
    };
    used(1, KEY_LIFETIME + 1).await.unwrap();
    used(2, KEY_LIFETIME - 60).await.unwrap();
    assert!(store.add_access_key(&account, digest(3), "").await.unwrap());
    assert_eq!(kept().await, [2, 3]);
    for number in 4..=60 {
        used(number, i64::from(number)).await.unwrap();
    }
    assert!(store.add_access_key(&account, digest(0), "").await.unwrap());
    // The oldest is 2, then come 60, 59 and so on.
    assert_eq!(kept().await, [vec![0], (3..=51).collect()].concat());
}

#[tokio::test]
async fn a_use_that_was_noted_in_the_future_is_put_right() {
    let dir = tempfile::TempDir::new().unwrap();
    let store = EmbeddedStore::open(dir.path(), Box::new(|_| {})).unwrap();
    let (account, digest) = (ada(), KeyDigest([1; 32]));
    let uuid = account.user.uuid;
    store.create_account(account).await.unwrap();
    let future = Timestamp::now().as_second() + 40 * 24 * 60 * 60;
    let set = move |db: &_| {
        accounts::set_access_key(db, uuid, digest, future, "")?;
        Ok(((), Vec::new()))
    };
    store.writer.write("add a key", set).await.unwrap();
    assert!(store.use_access_key(uuid, digest).await.unwrap().is_some());
    let read = move |db: &_| accounts::access_key(db, uuid, digest);
    let (.., used_at) = store.readers.read("read a key", read).await.unwrap().unwrap();
    assert!(used_at < future - 24 * 60 * 60);
}

#[tokio::test]
async fn a_write_that_fails_has_no_effect_and_undoes_no_other() {
    let dir = tempfile::TempDir::new().unwrap();
    let (announce, events) = channel();
    let feed = move |batch: Vec<Event>| announce.send(batch).unwrap();
    let store = EmbeddedStore::open(dir.path(), Box::new(feed)).unwrap();
    let (uuid, session) = (UserUuid::random(), SessionUuid::random());
    let mark = |user, seq| {
        move |db: &rusqlite::Connection| {
            members::insert(db, user, ChannelUuid::GENERAL)?;
            members::set_read_mark(db, user, ChannelUuid::GENERAL, seq)?;
            Ok(((), Vec::new()))
        }
    };
    let twice = move |db: &rusqlite::Connection| {
        mark(uuid, 7)(db)?;
        db.execute("INSERT INTO channels (uuid, kind) SELECT uuid, kind FROM channels", [])?;
        Ok(((), Vec::new()))
    };
    let other = UserUuid::random();
    let (before, failed, after) = tokio::join!(
        store.writer.write("write", mark(other, 5)),
        store.writer.write("fail", twice),
        store.revoke_all_access_keys(uuid, session),
    );
    assert!(before.is_ok() && after.is_ok());
    assert!(failed.unwrap_err().to_string().contains("UNIQUE constraint failed"));
    assert!(matches!(events.recv().unwrap()[..], [Event::KeysRevoked { .. }]));
    let marks = move |db: &rusqlite::Connection| {
        let noted = |user| members::noted_mark(db, user, ChannelUuid::GENERAL);
        Ok((noted(uuid)?, noted(other)?))
    };
    assert_eq!(store.readers.read("read the marks", marks).await.unwrap(), (0, 5));
}
