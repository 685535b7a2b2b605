//! What the first server left, as the lines of an export. Names and senders are put right or refused.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;

use anyhow::{Result, bail};
use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_store::redis::{Seed, SeedChannel, SeedMessage, SeedUser};
use chinwag_store::transfer::{ChannelRecord, Counts, MessageRecord, Record, UserRecord, VERSION};
use jiff::Timestamp;

use crate::names::Name;

/// How many faults are listed where nothing is repaired.
const LISTED: usize = 50;

/// The lines, with passwords as typed. Everything counts as read.
pub fn records(seed: Seed, repair: bool) -> Result<Vec<Record>> {
    let Seed { users, channels, unreadable: mut faults } = seed;
    let names = names(&users, &mut faults);
    let messages: Vec<_> =
        channels.iter().map(|channel| known_messages(channel, &names, &mut faults)).collect();
    report(&faults, repair)?;
    let general = messages.first().map_or(0, Vec::len) as u64;
    let mut records = vec![Record::Chinwag { version: VERSION }];
    let passwords: BTreeMap<_, _> =
        users.into_iter().rev().map(|user| (user.uuid, user.password)).collect();
    for (uuid, name) in &names {
        let mut user = UserRecord::new(*uuid, name);
        user.password = passwords.get(uuid).cloned().unwrap_or_default();
        user.read = general;
        records.push(Record::User { user });
    }
    let mut end = Counts { users: names.len() as u64, ..Counts::default() };
    for (channel, messages) in channels.iter().zip(messages) {
        if messages.is_empty() && channel.users.is_some() {
            continue;
        }
        end.channels += 1;
        end.messages += messages.len() as u64;
        records.extend(channel_records(channel, &messages));
    }
    records.push(Record::End { end });
    Ok(records)
}

fn channel_records(channel: &SeedChannel, messages: &[&SeedMessage]) -> Vec<Record> {
    let total = messages.len() as u64;
    let uuid = match (channel.users, channel.uuid) {
        (None, _) => ChannelUuid::GENERAL,
        // The first message's UUID is as random, and the same when an import goes on.
        (_, uuid) => uuid.unwrap_or_else(|| ChannelUuid(messages[0].uuid.0)),
    };
    let record = match channel.users {
        Some(users) => ChannelRecord::direct(uuid, users, total),
        None => ChannelRecord::general(total),
    };
    let message = |(seq, message): (u64, &&SeedMessage)| {
        let SeedMessage { uuid, sender, message, created_at, .. } = message;
        let created_at = in_our_days(*created_at);
        Record::Message {
            message: MessageRecord::new(seq, *uuid, *sender, message.clone(), created_at),
        }
    };
    let messages = (1..).zip(messages).map(message);
    std::iter::once(Record::Channel { channel: record }).chain(messages).collect()
}

/// A time that was not set is one of the year 1, which no store keeps.
fn in_our_days(time: Timestamp) -> Timestamp {
    let last = Timestamp::from_nanosecond(i64::MAX.into()).unwrap_or(Timestamp::MAX);
    time.clamp(Timestamp::UNIX_EPOCH, last)
}

/// The messages whose sender may write there.
fn known_messages<'a>(
    channel: &'a SeedChannel,
    names: &BTreeMap<UserUuid, String>,
    faults: &mut Vec<String>,
) -> Vec<&'a SeedMessage> {
    let known = |user: &UserUuid| names.contains_key(user);
    let (kept, left): (Vec<_>, Vec<_>) =
        channel.messages.iter().partition(|message| match channel.users {
            Some(users) => users.iter().all(known) && users.contains(&message.sender),
            None => known(&message.sender),
        });
    if let Some(first) = left.first() {
        let place = if channel.users.is_some() { "a private channel" } else { "General" };
        faults.push(format!(
            "{} messages in {place} are of a user who is not there (the first is {})",
            left.len(),
            first.uuid
        ));
    }
    kept
}

/// A name for each user. Of several with one name it stays with the one who could sign in by it.
fn names(users: &[SeedUser], faults: &mut Vec<String>) -> BTreeMap<UserUuid, String> {
    let (mut names, mut taken) = (BTreeMap::new(), HashSet::new());
    let (first, then): (Vec<_>, Vec<_>) = users.iter().partition(|user| user.can_sign_in);
    for user in first.into_iter().chain(then) {
        if names.contains_key(&user.uuid) {
            faults.push(format!("the user {} is there twice", user.uuid));
            continue;
        }
        let fault = match Name::new(&user.username) {
            Ok(name) if taken.insert(name.folded.clone()) => {
                names.insert(user.uuid, name.shown);
                continue;
            }
            Ok(_) => "is another user's, too",
            Err(reason) => reason,
        };
        let name = other_name(user, &mut taken);
        let typed: String = user.username.chars().take(80).collect();
        faults.push(format!("{typed:?}: {fault}. The user {} becomes {name:?}", user.uuid));
        names.insert(user.uuid, name);
    }
    names
}

/// As close to the name as may be.
fn other_name(user: &SeedUser, taken: &mut HashSet<String>) -> String {
    let close: String = user
        .username
        .chars()
        .filter(|c| Name::new(&c.to_string()).is_ok() || *c == ' ')
        .take(56)
        .collect();
    let id: String = user.uuid.to_string().chars().take(8).collect();
    let numbered = (2..100).map(|number| format!("{close} {number}"));
    let named_by_id = [format!("user {id}"), format!("user {}", user.uuid)];
    std::iter::once(close.clone())
        .chain(numbered)
        .chain(named_by_id)
        .find_map(|name| {
            let name = Name::new(&name).ok()?;
            taken.insert(name.folded).then_some(name.shown)
        })
        .unwrap_or_else(|| user.uuid.to_string())
}

fn report(faults: &[String], repair: bool) -> Result<()> {
    let listed = faults.iter().take(if repair { usize::MAX } else { LISTED });
    let mut out = std::io::stderr().lock();
    for fault in listed {
        writeln!(out, "{fault}")?;
    }
    if !faults.is_empty() && !repair {
        bail!(
            "{} things there are not acceptable, as listed above; nothing was written. With --repair \
             users get the names shown, and what can't be read is left out",
            faults.len()
        );
    }
    Ok(())
}
