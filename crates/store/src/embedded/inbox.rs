//! The channels of a user, newest message first.

use std::cmp::Reverse;
use std::iter;

use chinwag_protocol::{ChannelUuid, UserUuid};
use rusqlite::{Connection, Result};

use super::recent::Recent;
use super::statements::channels::{self, HOUR};
use super::statements::rows::{nanoseconds, uuid_at};
use super::statements::{accounts, members, mentions, messages};
use crate::{Channel, HistoryPage, INBOX_LIMIT, InboxEntry, MessagesPage, Page, User, Wanted};

/// An entry, with the moments by which it is sorted.
type Sorted = ((i64, i64), InboxEntry);

pub(super) fn inbox(
    db: &Connection,
    recent: &Recent,
    user: &User,
    wanted: Wanted,
) -> Result<Vec<InboxEntry>> {
    let mut general = entry(db, recent, user, Channel::GENERAL)?;
    let mut talks = newest_talks(db, user)?
        .into_iter()
        .map(|(channel, hour)| {
            let entry = entry(db, recent, user, channel)?;
            let last = entry.last_message.as_ref().map_or(0, |last| nanoseconds(last.created_at));
            Ok(((moment_in(hour, last), last), entry))
        })
        .collect::<Result<Vec<Sorted>>>()?;
    talks.sort_by_key(|(moments, _)| Reverse(*moments));
    talks.truncate(INBOX_LIMIT - 1);
    if wanted == Wanted::All {
        general.details = channels::details(db, ChannelUuid::GENERAL)?;
        talks.extend(of_members(db, recent, user)?);
        talks.sort_by_key(|(moments, _)| Reverse(*moments));
    }
    Ok(iter::once(general).chain(talks.into_iter().map(|(_, entry)| entry)).collect())
}

/// The groups and named channels of which the user is a member.
fn of_members(db: &Connection, recent: &Recent, user: &User) -> Result<Vec<Sorted>> {
    let mut memberships = db.prepare_cached(
        "SELECT channel, since FROM members WHERE user = ? AND folded_name IS NOT NULL",
    )?;
    let memberships = memberships.query_map([user.uuid.0.as_bytes()], |row| {
        Ok((ChannelUuid(uuid_at(row, 0)?), row.get::<_, i64>(1)?))
    })?;
    let sorted = memberships.map(|membership| {
        let (channel, since) = membership?;
        let mut entry = entry(db, recent, user, Channel::of_members(channel))?;
        entry.details = channels::details(db, channel)?;
        let last = entry.last_message.as_ref().map(|last| nanoseconds(last.created_at));
        let moment = last.unwrap_or(since);
        Ok(((moment, moment), entry))
    });
    sorted.collect()
}

/// A message's time, or the nearest one within the hour that is noted, in nanoseconds: a clock may have
/// been wrong when the message was taken, and the hour was put right since.
fn moment_in(hour: i64, created_at: i64) -> i64 {
    const LENGTH: i64 = HOUR * 1_000_000_000;
    let start = hour.saturating_mul(LENGTH);
    created_at.clamp(start, start.saturating_add(LENGTH - 1))
}

/// The user's direct channels of the newest hours with these, as many as an inbox takes or a few more: none
/// of the last hour is left out, since only its messages tell which of its talks is newer.
fn newest_talks(db: &Connection, of: &User) -> Result<Vec<(Channel, i64)>> {
    // Both halves come sorted by their index, so that no more is read than is taken.
    let mut statement = db.prepare_cached(
        "SELECT high AS other, channel, talked FROM directs WHERE low = ?1 AND talked > 0
         UNION ALL
         SELECT low, channel, talked FROM directs WHERE high = ?1 AND talked > 0 AND low <> ?1
         ORDER BY talked DESC",
    )?;
    let mut rows = statement.query([of.uuid.0.as_bytes()])?;
    let (mut talks, mut last_hour) = (Vec::new(), i64::MIN);
    while let Some(row) = rows.next()? {
        let hour = row.get(2)?;
        if talks.len() >= INBOX_LIMIT && hour < last_hour {
            break;
        }
        last_hour = hour;
        let Some(recipient) = accounts::user(db, UserUuid(uuid_at(row, 0)?))? else { continue };
        talks.push((Channel::direct(ChannelUuid(uuid_at(row, 1)?), recipient), hour));
    }
    Ok(talks)
}

fn entry(db: &Connection, recent: &Recent, user: &User, channel: Channel) -> Result<InboxEntry> {
    let newest = HistoryPage::of_all(Page::Last, 1);
    let MessagesPage { total, rev, mut messages } =
        messages::page(db, recent, &channel, user, newest)?;
    let read = members::read_mark(db, recent, user.uuid, channel.uuid)?;
    let unread = total.saturating_sub(read);
    let (mentions, first_mention) = match channels::number(db, channel.uuid)? {
        Some(number) if unread > 0 => mentions::unread(db, user.uuid, number, (read, total))?,
        _ => (0, None),
    };
    let membership = members::membership(db, user.uuid, channel.uuid)?.unwrap_or_default();
    let last_message = messages.pop();
    Ok(InboxEntry {
        channel,
        total,
        unread,
        mentions,
        first_mention,
        rev,
        last_message,
        membership,
        details: None,
    })
}
