//! The statements about channels, each a function.

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};
use uuid::Uuid;

use super::rows::{MAX_NUMBER, key, number_at, saturated, text_at, timestamp_at, uuid_at};
use super::{accounts, hooks, members};
use crate::{Channel, ChannelDetails, Denied, FoundChannel};

/// A channel to be inserted.
#[derive(Clone, Copy)]
pub(in crate::embedded) enum Stored {
    General,
    /// The direct channel of these two.
    Direct([UserUuid; 2]),
}

/// What stands in the column `kind`.
pub(in crate::embedded) const GENERAL: i64 = 0;
pub(in crate::embedded) const DIRECT: i64 = 1;
pub(in crate::embedded) const GROUP: i64 = 2;
pub(in crate::embedded) const NAMED: i64 = 3;

/// The channel that the user means by this UUID.
pub(in crate::embedded) fn find(
    db: &Connection,
    user: UserUuid,
    named: Uuid,
) -> Result<FoundChannel> {
    if let Some(recipient) = accounts::user(db, UserUuid(named))? {
        return Ok(match direct(db, user, recipient.uuid)? {
            Some(channel) => FoundChannel::Channel(Channel::direct(channel, recipient)),
            None => FoundChannel::NoChannel,
        });
    }
    let channel = ChannelUuid(named);
    let is_readable = rights(db, user, channel)?.is_some_and(Rights::may_read);
    let found = is_readable.then(|| FoundChannel::Channel(Channel::of_members(channel)));
    Ok(found.unwrap_or(FoundChannel::Nothing))
}

/// What a user is in a group or a named channel, and what may be done there.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(in crate::embedded) struct Rights {
    pub kind: i64,
    pub private: bool,
    pub owners_post: bool,
    pub archived: bool,
    /// Whether the user is a member, and an owner.
    pub member: Option<bool>,
    /// Whether the user is an active admin.
    pub admin: bool,
}

impl Rights {
    /// Whether the user is an admin, who may do there what owners may.
    pub(in crate::embedded) fn may_govern(self) -> bool {
        self.admin && self.kind == NAMED && self.may_read()
    }

    pub(in crate::embedded) fn may_read(self) -> bool {
        self.member.is_some() || !self.private
    }

    /// Whether a message may be written.
    pub(in crate::embedded) fn may_write(self) -> std::result::Result<(), Denied> {
        match self.member {
            _ if !self.may_read() => Err(Denied::NotFound),
            None => Err(Denied::NotMember),
            Some(_) if self.archived => Err(Denied::Archived),
            Some(owner) if self.owners_post && !owner && !self.admin => Err(Denied::NotOwner),
            Some(_) => Ok(()),
        }
    }

    /// Whether the user may react to messages.
    pub(in crate::embedded) fn may_react(self) -> std::result::Result<(), Denied> {
        Self { owners_post: false, ..self }.may_write()
    }

    /// Whether the channel may be changed by its owners.
    pub(in crate::embedded) fn may_own(self) -> std::result::Result<(), Denied> {
        match self.member {
            _ if !self.may_read() => Err(Denied::NotFound),
            _ if self.kind != NAMED => Err(Denied::Fixed),
            None => Err(Denied::NotMember),
            Some(false) => Err(Denied::NotOwner),
            Some(true) => Ok(()),
        }
    }
}

/// The user's rights in a group or a named channel; `None` for any other UUID.
pub(in crate::embedded) fn rights(
    db: &Connection,
    user: UserUuid,
    channel: ChannelUuid,
) -> Result<Option<Rights>> {
    db.prepare_cached(
        "SELECT c.kind, c.private, c.owners_post, c.archived, m.owner,
             EXISTS (SELECT 1 FROM users
                     WHERE uuid = ?1 AND role = 1 AND deactivated_at IS NULL)
         FROM channels c LEFT JOIN members m ON m.user = ?1 AND m.channel = c.uuid
         WHERE c.uuid = ?2 AND c.kind >= 2",
    )?
    .query_row(params![user.0.as_bytes(), channel.0.as_bytes()], |row| {
        Ok(Rights {
            kind: row.get(0)?,
            private: row.get(1)?,
            owners_post: row.get(2)?,
            archived: row.get(3)?,
            member: row.get(4)?,
            admin: row.get(5)?,
        })
    })
    .optional()
}

/// Whether the user, who isn't deactivated, may write in General.
pub(in crate::embedded) fn writes_in_general(db: &Connection, user: UserUuid) -> Result<bool> {
    let owners_post: Option<bool> = db
        .prepare_cached("SELECT owners_post FROM channels WHERE uuid = ?")?
        .query_row([ChannelUuid::GENERAL.0.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(owners_post != Some(true) || accounts::is_admin(db, user)?)
}

/// General, a group or a named channel.
pub(in crate::embedded) fn details(
    db: &Connection,
    channel: ChannelUuid,
) -> Result<Option<ChannelDetails>> {
    let found = db
        .prepare_cached(
            "SELECT kind, private, name, topic, owners_post, archived, made_at, users_total
             FROM channels WHERE uuid = ? AND kind <> 1",
        )?
        .query_row([channel.0.as_bytes()], |row| {
            let details = ChannelDetails {
                uuid: channel,
                private: row.get(1)?,
                name: text_at(row, 2)?,
                topic: text_at(row, 3)?,
                owners_post: row.get(4)?,
                archived: row.get(5)?,
                created_at: timestamp_at(row, 6)?,
                users_total: number_at(row, 7)?,
                users: Vec::new(),
            };
            Ok((row.get::<_, i64>(0)?, details))
        })
        .optional()?;
    let Some((kind, mut details)) = found else { return Ok(None) };
    if kind == GROUP {
        details.users = members::of_group(db, channel)?;
    }
    Ok(Some(details))
}

pub(in crate::embedded) fn direct(
    db: &Connection,
    one: UserUuid,
    other: UserUuid,
) -> Result<Option<ChannelUuid>> {
    let (low, high) = (one.min(other), one.max(other));
    db.prepare_cached("SELECT channel FROM directs WHERE low = ? AND high = ?")?
        .query_row(params![low.0.as_bytes(), high.0.as_bytes()], |row| uuid_at(row, 0))
        .optional()
        .map(|found| found.map(ChannelUuid))
}

/// The channel of the two, made unless somebody was quicker.
pub(in crate::embedded) fn create_direct(
    db: &Connection,
    one: UserUuid,
    other: UserUuid,
) -> Result<ChannelUuid> {
    if let Some(channel) = direct(db, one, other)? {
        return Ok(channel);
    }
    let channel = ChannelUuid::random();
    insert(db, channel, Stored::Direct([one, other]))?;
    Ok(channel)
}

/// Adds a channel without messages. The users of a direct channel are its members.
pub(in crate::embedded) fn insert(
    db: &Connection,
    channel: ChannelUuid,
    stored: Stored,
) -> Result<()> {
    let (kind, name) = match stored {
        Stored::General => (GENERAL, "General"),
        Stored::Direct(_) => (DIRECT, ""),
    };
    db.prepare_cached("INSERT INTO channels (uuid, kind, name) VALUES (?, ?, ?)")?
        .execute(params![channel.0.as_bytes(), kind, name])?;
    let Stored::Direct([one, other]) = stored else { return Ok(()) };
    let (low, high) = (one.min(other), one.max(other));
    db.prepare_cached("INSERT INTO directs (low, high, channel) VALUES (?, ?, ?)")?
        .execute(params![low.0.as_bytes(), high.0.as_bytes(), channel.0.as_bytes()])?;
    members::insert(db, low, channel)?;
    if high == low { Ok(()) } else { members::insert(db, high, channel) }
}

/// The channel's number, if it has messages, and its `rev`.
pub(in crate::embedded) fn number_and_rev(
    db: &Connection,
    channel: ChannelUuid,
) -> Result<Option<(i64, u64)>> {
    let found = db
        .prepare_cached("SELECT number, rev FROM channels WHERE uuid = ?")?
        .query_row([channel.0.as_bytes()], |row| {
            Ok((row.get::<_, Option<i64>>(0)?, number_at(row, 1)?))
        })
        .optional()?;
    Ok(found.and_then(|(number, rev)| Some((number?, rev))))
}

/// The channel's `rev`.
pub(in crate::embedded) fn rev(db: &Connection, channel: ChannelUuid) -> Result<u64> {
    db.prepare_cached("SELECT rev FROM channels WHERE uuid = ?")?
        .query_row([channel.0.as_bytes()], |row| number_at(row, 0))
        .optional()
        .map(Option::unwrap_or_default)
}

/// Raises the channel's `rev` to this one.
pub(in crate::embedded) fn raise_rev(
    db: &Connection,
    channel: ChannelUuid,
    rev: u64,
) -> Result<()> {
    db.prepare_cached("UPDATE channels SET rev = max(rev, ?2) WHERE uuid = ?1")?
        .execute(params![channel.0.as_bytes(), saturated(rev)])?;
    Ok(())
}

/// The `Rev` of a change that is being made.
pub(in crate::embedded) fn next_rev(db: &Connection, channel: ChannelUuid) -> Result<u64> {
    db.prepare_cached("UPDATE channels SET rev = rev + 1 WHERE uuid = ? RETURNING rev")?
        .query_row([channel.0.as_bytes()], |row| number_at(row, 0))
}

/// The channel's number, if it has messages.
pub(in crate::embedded) fn number(db: &Connection, channel: ChannelUuid) -> Result<Option<i64>> {
    let found = db
        .prepare_cached("SELECT number FROM channels WHERE uuid = ?")?
        .query_row([channel.0.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(found.flatten())
}

/// The channel's number, given to it now if this is its first message.
pub(in crate::embedded) fn numbered(db: &Connection, channel: ChannelUuid) -> Result<i64> {
    if let Some(number) = number(db, channel)? {
        return Ok(number);
    }
    let next = "SELECT ifnull(max(number), 0) + 1 FROM channels";
    let number = db.prepare_cached(next)?.query_row([], |row| row.get(0))?;
    if number > MAX_NUMBER {
        return Err(rusqlite::Error::IntegralValueOutOfRange(0, number));
    }
    db.prepare_cached("UPDATE channels SET number = ?2 WHERE uuid = ?1")?
        .execute(params![channel.0.as_bytes(), number])?;
    Ok(number)
}

/// The hour of a direct channel's last message. It finds the newest talks, and seldom changes.
pub(in crate::embedded) fn hour(time: Timestamp) -> i64 {
    time.as_second() / HOUR
}

/// In seconds.
pub(in crate::embedded) const HOUR: i64 = 3_600;

/// Notes that the two had a talk.
pub(in crate::embedded) fn note_talk(
    db: &Connection,
    [one, other]: [UserUuid; 2],
    at: Timestamp,
) -> Result<()> {
    let (low, high) = (one.min(other), one.max(other));
    db.prepare_cached(
        "UPDATE directs SET talked = ?3 WHERE low = ?1 AND high = ?2 AND talked < ?3",
    )?
    .execute(params![low.0.as_bytes(), high.0.as_bytes(), hour(at)])?;
    Ok(())
}

/// The latest hour in which there was a talk, by the clock of that time.
pub(in crate::embedded) fn latest_talk(db: &Connection) -> Result<i64> {
    db.query_row("SELECT ifnull(max(talked), 0) FROM directs", [], |row| row.get(0))
}

/// Notes this hour for talks that were noted in a later one, by a clock that was wrong.
pub(in crate::embedded) fn bring_talks_back(db: &Connection, hour: i64) -> Result<()> {
    db.execute("UPDATE directs SET talked = ?1 WHERE talked > ?1", [hour.max(1)])?;
    Ok(())
}

/// Deletes a channel that nobody is left in, with its messages, which are in their places.
pub(in crate::embedded) fn delete(db: &Connection, channel: ChannelUuid) -> Result<()> {
    if let Some(number) = number(db, channel)? {
        let range = [key(number, 0), key(number + 1, 0)];
        super::files::end_of(db, range[0], range[1])?;
        for statement in [
            "DELETE FROM messages WHERE id > ? AND id < ?",
            "DELETE FROM reactions WHERE message > ? AND message < ?",
            "DELETE FROM reaction_counts WHERE message > ? AND message < ?",
            "DELETE FROM mentions_of_all WHERE id > ? AND id < ?",
            "DELETE FROM activity WHERE message > ? AND message < ?",
        ] {
            db.prepare_cached(statement)?.execute(range)?;
        }
        // The number may be another channel's then.
        for statement in
            ["DELETE FROM sent_0 WHERE number = ?", "DELETE FROM sent_1 WHERE number = ?"]
        {
            db.prepare_cached(statement)?.execute([number])?;
        }
    }
    for bot in hooks::bots(db, channel)? {
        hooks::end(db, bot)?;
    }
    db.prepare_cached("DELETE FROM channels WHERE uuid = ?")?.execute([channel.0.as_bytes()])?;
    Ok(())
}
