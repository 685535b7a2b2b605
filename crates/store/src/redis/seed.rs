//! What the first server of this protocol left in its Redis: keys with dots, and passwords as typed.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, MessageUuid, UserUuid};
use jiff::Timestamp;
use redis::Client;
use serde::Deserialize;

use super::link::{Link, unavailable};
use crate::Result;

const ACTION: &str = "read the Redis of the first server";

/// How much is read at once.
const PAGE: usize = 500;

/// All of it, in memory.
#[derive(Default)]
pub struct Seed {
    /// In the order in which they signed up.
    pub users: Vec<SeedUser>,
    /// General's messages, then those of private channels by their users, the smaller UUID first.
    pub channels: Vec<SeedChannel>,
    /// What is not as documented, one sentence each.
    pub unreadable: Vec<String>,
}

/// A user.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SeedUser {
    /// The UUID.
    #[serde(rename = "UUID")]
    pub uuid: UserUuid,
    /// The name as typed.
    pub username: String,
    /// The password as typed.
    #[serde(default)]
    pub password: String,
    /// Whether the name leads to this user: of several with one name only one could sign in.
    #[serde(skip)]
    pub can_sign_in: bool,
}

/// A channel.
pub struct SeedChannel {
    /// Its own UUID, `None` for General.
    pub uuid: Option<ChannelUuid>,
    /// Its users, `None` for General.
    pub users: Option<[UserUuid; 2]>,
    /// Oldest first.
    pub messages: Vec<SeedMessage>,
}

/// A message.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct SeedMessage {
    /// The UUID.
    #[serde(rename = "UUID")]
    pub uuid: MessageUuid,
    /// Who wrote it.
    #[serde(rename = "SenderUUID")]
    pub sender: UserUuid,
    /// The text.
    pub message: Arc<str>,
    /// When.
    pub created_at: Timestamp,
}

/// Reads it all. The old server should be stopped.
///
/// # Errors
/// When Redis does not answer.
pub async fn read_seed(url: &str) -> Result<Seed> {
    let client = Client::open(url).map_err(|error| unavailable(ACTION, &error))?;
    let mut reader = Reader { link: Link::open(client).await?, seed: Seed::default() };
    reader.users().await?;
    reader.channels().await?;
    Ok(reader.seed)
}

struct Reader {
    link: Link,
    seed: Seed,
}

impl Reader {
    async fn users(&mut self) -> Result<()> {
        let mut named = HashSet::new();
        for key in self.keys("usersUsernameListIndex.*").await? {
            named.extend(self.text(&key).await?.and_then(|index| index.parse::<usize>().ok()));
        }
        for (index, json) in self.list("users").await?.into_iter().enumerate() {
            if let Some(user) = self.parse::<SeedUser>(&json, "users", index) {
                self.seed.users.push(SeedUser { can_sign_in: named.contains(&index), ..user });
            }
        }
        Ok(())
    }

    /// Whichever of two users asked first, and if both did at once and got two channels: the pair
    /// has one, with all messages.
    async fn channels(&mut self) -> Result<()> {
        let mut general = BTreeSet::from(["public".to_owned()]);
        let mut private: BTreeMap<[UserUuid; 2], BTreeSet<String>> = BTreeMap::new();
        for key in self.keys("channelSenderRecipient.*").await? {
            let Some(channel) = self.text(&key).await? else { continue };
            let users = key.split('.').skip(1).map(str::parse::<UserUuid>).collect::<Vec<_>>();
            match &users[..] {
                [Ok(a), Ok(b)] => {
                    private.entry([*a.min(b), *a.max(b)]).or_default().insert(channel);
                }
                [Ok(_), Err(_)] if key.ends_with(".public") || key.ends_with('.') => {
                    general.insert(channel);
                }
                _ => self.seed.unreadable.push(format!("the key {key} names no two users")),
            }
        }
        let messages = self.messages(&general).await?;
        self.seed.channels.push(SeedChannel { uuid: None, users: None, messages });
        for (users, lists) in private {
            let messages = self.messages(&lists).await?;
            let uuid = lists.iter().find_map(|list| list.parse().ok());
            if !messages.is_empty() {
                self.seed.channels.push(SeedChannel { uuid, users: Some(users), messages });
            }
        }
        Ok(())
    }

    async fn messages(&mut self, channels: &BTreeSet<String>) -> Result<Vec<SeedMessage>> {
        let mut messages: Vec<SeedMessage> = Vec::new();
        for channel in channels {
            let key = format!("channelMessages.{channel}");
            for (index, json) in self.list(&key).await?.into_iter().enumerate() {
                messages.extend(self.parse::<SeedMessage>(&json, &key, index));
            }
        }
        if channels.len() > 1 {
            messages.sort_by_key(|message| message.created_at);
        }
        Ok(messages)
    }

    fn parse<T: serde::de::DeserializeOwned>(
        &mut self,
        json: &str,
        key: &str,
        index: usize,
    ) -> Option<T> {
        // The error might quote a password.
        let parsed = serde_json::from_str(json).ok();
        if parsed.is_none() {
            self.seed.unreadable.push(format!("element {index} of {key} is not as documented"));
        }
        parsed
    }

    async fn keys(&self, pattern: &str) -> Result<BTreeSet<String>> {
        let (mut found, mut cursor) = (BTreeSet::new(), "0".to_owned());
        loop {
            let mut commands = redis::pipe();
            let scan = commands.cmd("SCAN").arg(&cursor).arg("MATCH").arg(pattern);
            scan.arg("COUNT").arg(PAGE);
            let ((next, page),): ((String, Vec<String>),) =
                self.link.send(ACTION, &commands).await?;
            found.extend(page);
            if next == "0" {
                return Ok(found);
            }
            cursor = next;
        }
    }

    async fn text(&self, key: &str) -> Result<Option<String>> {
        let mut commands = redis::pipe();
        commands.cmd("GET").arg(key);
        let (text,) = self.link.send(ACTION, &commands).await?;
        Ok(text)
    }

    async fn list(&self, key: &str) -> Result<Vec<String>> {
        let mut list: Vec<String> = Vec::new();
        loop {
            let mut commands = redis::pipe();
            let range = commands.cmd("LRANGE").arg(key).arg(list.len());
            range.arg(list.len() + PAGE - 1);
            let (page,): (Vec<String>,) = self.link.send(ACTION, &commands).await?;
            let full = page.len() == PAGE;
            list.extend(page);
            if !full {
                return Ok(list);
            }
        }
    }
}
