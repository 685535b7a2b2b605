//! Who takes part: users that are signed up once, and fleets of their sessions.

use std::ops::Range;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chinwag_client::{Client, Login};

use crate::bed::{Bed, Ground, Target};
use crate::figures::rounded;
use crate::fleet::Fleet;
use crate::message::{Messages, is_message};
use crate::{people, process};

/// How many users share the sessions of a large room: hashing a password takes 20 ms.
pub const MOST_USERS: usize = 50;

/// The number of users for this many sessions: at least [`MOST_USERS`], and 60 sessions each at the most, where the
/// server takes 64.
pub fn users_for(sessions: usize) -> usize {
    sessions.div_ceil(60).max(MOST_USERS)
}

/// How many clients wait at once for being signed in. A server takes 256 from one address on one core.
pub const GROUP: usize = 200;

/// A user who has signed up.
pub struct Account {
    /// The user's UUID.
    pub user: String,
    /// What their sessions are resumed with.
    pub key: String,
}

/// What the runs of one measurement start from.
pub struct Stage {
    /// What the store holds.
    pub ground: Ground,
    /// The users.
    pub accounts: Vec<Account>,
    /// The named channels of which they are members.
    pub channels: Vec<String>,
}

impl Stage {
    /// Signs users up and fills General with messages and the store with further users.
    pub fn prepare(bed: &Bed, users: usize, messages: u64, people: u64) -> Result<Self> {
        let (accounts, channels) = (Vec::new(), Vec::new());
        let mut stage = Self { ground: bed.ground()?, accounts, channels };
        if !bed.is_plain() {
            ensure!(people == 0 || bed.redis.is_none(), "--users needs the embedded store");
            people::add(&stage.ground, people)?;
            let target = bed.in_haste().start(&stage.ground, 0)?;
            stage.accounts = sign_up(&target, users)?;
            stage.write_history(&target, messages)?;
            // What is measured is a fresh process, without the memory that hashing took.
            target.stop()?;
        }
        Ok(stage)
    }

    /// Connects so many sessions, each signed in and in General. The plain loop has only that room.
    pub fn in_general(&self, target: &Target, members: usize) -> Result<Fleet> {
        let mut fleet = self.connect(target, members, |_| "/ws".to_owned())?;
        if !target.is_plain {
            fleet.ask(0..members, |_| join(""), "channelJoin", |_, _| Ok(()))?;
        }
        Ok(fleet)
    }

    /// Connects so many sessions, each signed in, all of whose users are members of one channel: the stage's first
    /// one, or a new one. Returns its UUID, too. The first session's user owns it.
    pub fn in_a_channel(&self, target: &Target, members: usize) -> Result<(Fleet, String)> {
        let mut fleet = self.connect(target, members, |_| "/ws".to_owned())?;
        let channel = match self.channels.first() {
            Some(channel) => channel.clone(),
            None => self.create_channel(&mut fleet)?,
        };
        fleet.ask(0..members, |_| ALL_CHANNELS.to_owned(), "inbox", |_, _| Ok(()))?;
        Ok((fleet, channel))
    }

    fn create_channel(&self, fleet: &mut Fleet) -> Result<String> {
        let users: Vec<_> =
            self.accounts.iter().map(|account| format!("\"{}\"", account.user)).collect();
        let name = std::process::id();
        let create = format!(
            r#"{{"type":"channelCreate","channelCreate":{{"name":"bench {name} {}","private":true,"users":[{}]}}}}"#,
            fleet.len(),
            users.join(",")
        );
        let mut channel = String::new();
        fleet.ask(
            0..1,
            |_| create.clone(),
            "channelCreate",
            |_, payload| {
                let reply: serde_json::Value = serde_json::from_slice(payload)?;
                reply["channelCreate"]["UUID"]
                    .as_str()
                    .unwrap_or_default()
                    .clone_into(&mut channel);
                Ok(())
            },
        )?;
        Ok(channel)
    }

    /// Connects so many clients and signs each in, the users by turns.
    pub fn connect(
        &self,
        target: &Target,
        count: usize,
        path: impl Fn(usize) -> String,
    ) -> Result<Fleet> {
        let mut fleet = target.fleet()?;
        while fleet.len() < count {
            let group = fleet.len()..count.min(fleet.len() + GROUP);
            fleet.connect(&target.addresses, group.end, &path)?;
            if !target.is_plain {
                self.sign_in(&mut fleet, group)?;
            }
        }
        Ok(fleet)
    }

    /// Signs these clients in, the users by turns.
    pub fn sign_in(&self, fleet: &mut Fleet, clients: Range<usize>) -> Result<()> {
        fleet.ask(clients, |index| self.resume(index), "authorized", |_, _| Ok(()))
    }

    /// The request by which a client signs in.
    pub fn resume(&self, index: usize) -> String {
        let key = &self.accounts[index % self.accounts.len()].key;
        format!(r#"{{"type":"signIn","signIn":{{"accessKey":"{key}"}}}}"#)
    }

    /// Fills General with messages of 100 bytes.
    pub fn write_history(&self, target: &Target, messages: u64) -> Result<()> {
        if messages == 0 {
            return Ok(());
        }
        let started = Instant::now();
        let mut fleet = self.connect(target, WRITERS, |_| "/ws".to_owned())?;
        let text = Messages::requests(started, "", 100);
        let (mut asked, mut stored) = (0, 0);
        for writer in 0..WRITERS {
            fleet.write(writer, |out| {
                for _ in 0..(messages - asked).min(UNDER_WAY) {
                    text.write(writer, out);
                    asked += 1;
                }
            })?;
        }
        while stored < messages {
            fleet.turn(Duration::from_secs(1), |writer, payload, out| {
                if is_message(payload) {
                    stored += 1;
                    if asked < messages {
                        text.write(writer, out);
                        asked += 1;
                    }
                }
                Ok(())
            })?;
        }
        let took = started.elapsed().as_secs_f64();
        process::say(&format!("{stored} messages stored in {} s", rounded(took)));
        Ok(())
    }
}

/// Who writes a history, and with how many messages under way each.
const WRITERS: usize = 16;
const UNDER_WAY: u64 = 32;

/// The request for the messages of all channels.
pub const ALL_CHANNELS: &str = r#"{"type":"inbox","inbox":{"wants":["channels"]}}"#;

/// The request to join General, or the private channel with a user.
pub fn join(recipient: &str) -> String {
    format!(r#"{{"type":"channelJoin","channelJoin":{{"recipientUUID":"{recipient}"}}}}"#)
}

/// Signs users up, one after the other, before anything is measured.
fn sign_up(target: &Target, users: usize) -> Result<Vec<Account>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let address = target.addresses.first().context("a target without an address")?.to_string();
        let mut accounts = Vec::with_capacity(users);
        for index in 0..users {
            let login =
                Login::SignIn { name: format!("bench {index:03}"), password: "bench".into() };
            let (client, _) = Client::sign_in(&address, login).await?;
            accounts.push(Account { user: client.me().to_string(), key: client.access_key() });
            client.close().await;
        }
        Ok(accounts)
    })
}
