//! The entrance for the fuzz targets: everything that reads what stands in Redis.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::accounts::people;
use super::history;
use super::records::{Envelope, LiveElement, LiveMessage, StoredMessage, StoredUser};

/// Reads the bytes as everything that may stand in Redis or come by Pub/Sub.
///
/// # Panics
/// When what was read is not read the same once it is written anew.
pub fn read(bytes: &[u8]) {
    if let Ok(live) = serde_json::from_slice::<LiveMessage>(bytes) {
        live.into_message();
    }
    if let Ok(live) = serde_json::from_slice::<LiveElement>(bytes) {
        stays_the_same(&live.element);
    }
    if let Ok(Envelope { sessions, news }) = serde_json::from_slice(bytes) {
        news.actor();
        stays_the_same(&news);
        news.into_event(sessions);
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some((stored, _)) = history::parse(text) {
        stays_the_same::<StoredMessage>(&stored);
    }
    if let Ok(user) = serde_json::from_str::<StoredUser>(text) {
        stays_the_same(&user);
    }
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    people(&lines).count();
}

fn stays_the_same<T: Serialize + DeserializeOwned>(value: &T) {
    let written = serde_json::to_string(value).expect("it is made of strings and numbers");
    let again: T = serde_json::from_str(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_string(&again).ok(), Some(written));
}
