//! How groups and named channels are made and edited.

use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Result, params};

use super::members::{Denyable, permit};
use super::recent::Recent;
use super::statements::accounts::is_admin;
use super::statements::channels::{self, GROUP, NAMED, Rights};
use super::statements::rows::{nanoseconds, uuid_at};
use super::statements::{accounts, blocks, members};
use crate::look::looks;
use crate::transfer::DetailsRecord;
use crate::{
    CHANNELS_LIMIT, ChannelDetails, ChannelEdit, ChannelName, Denied, Event, GROUP_SIZE, NewChannel,
};

/// How long the `clientUUID` of a new channel is kept, in nanoseconds: a day.
const KEPT: i64 = 24 * 60 * 60 * 1_000_000_000;

/// Makes a channel, unless it is there already.
pub(super) fn create(
    db: &Connection,
    recent: &Recent,
    new: &NewChannel,
) -> Result<Denyable<(ChannelDetails, Vec<Event>)>> {
    if let Some(made) = made_before(db, new)? {
        return Ok(Ok((made, Vec::new())));
    }
    if new.by_admins && new.name.is_some() && !is_admin(db, new.made_by.uuid)? {
        return Ok(Err(Denied::NotAdmin));
    }
    let mut people = new.users.clone();
    people.push(new.made_by.uuid);
    people.sort_unstable();
    people.dedup();
    // A group that is there can be found, also by those who could not make it now.
    if new.name.is_none()
        && let Some(group) = group_of(db, &people)?
    {
        return Ok(Ok((group, Vec::new())));
    }
    for user in &people {
        if accounts::user(db, *user)?.is_none() {
            return Ok(Err(Denied::NoUser));
        }
        if blocks::separate(db, new.made_by.uuid, *user)? {
            return Ok(Err(Denied::Deactivated));
        }
    }
    if new.name.is_none() && !GROUP_SIZE.contains(&people.len()) {
        return Ok(Err(Denied::GroupSize));
    }
    if let Some(name) = new.name.as_ref().filter(|_| !new.private) {
        permit!(check_name(db, name, None)?);
    }
    for user in &people {
        permit!(has_room(db, *user)?);
    }
    let channel = ChannelUuid::random();
    insert(db, channel, new, &people)?;
    for user in &people {
        let owner = new.name.is_some() && *user == new.made_by.uuid;
        members::add(db, recent, *user, channel, owner, new.created_at)?;
    }
    let details = permit!(channels::details(db, channel)?.ok_or(Denied::NotFound));
    let event = Event::Channel { details: Arc::new(details.clone()), new_members: people };
    Ok(Ok((details, vec![event])))
}

/// Changes what is asked for.
pub(super) fn edit(
    db: &Connection,
    edit: &ChannelEdit,
) -> Result<Denyable<(ChannelDetails, Vec<Event>)>> {
    let rights = channels::rights(db, edit.asker, edit.channel)?;
    let is_private = rights.is_some_and(|rights| rights.private);
    permit!(may_edit(edit, rights, is_admin(db, edit.asker)?));
    let before = permit!(channels::details(db, edit.channel)?.ok_or(Denied::NotFound));
    if let Some(name) = edit.name.as_ref().filter(|_| !is_private) {
        permit!(check_name(db, name, Some(edit.channel))?);
        forget_name(db, edit.channel)?;
        note_name(db, edit.channel, name)?;
    }
    let shown = edit.name.as_ref().map(|name| &name.shown);
    db.prepare_cached(
        "UPDATE channels SET name = ifnull(?2, name), folded_name = ifnull(?3, folded_name),
             topic = ifnull(?4, topic), owners_post = ifnull(?5, owners_post),
             archived = ifnull(?6, archived)
         WHERE uuid = ?1",
    )?
    .execute(params![
        edit.channel.0.as_bytes(),
        shown,
        edit.name.as_ref().map(|name| &name.folded),
        edit.topic,
        edit.owners_post,
        edit.archived
    ])?;
    let details = permit!(channels::details(db, edit.channel)?.ok_or(Denied::NotFound));
    let is_news = details != before;
    let event = Event::Channel { details: Arc::new(details.clone()), new_members: Vec::new() };
    Ok(Ok((details, is_news.then_some(event).into_iter().collect())))
}

/// Whether the asker may do so: its owners and admins, and of General admins, who change topic and posting.
fn may_edit(edit: &ChannelEdit, rights: Option<Rights>, is_admin: bool) -> Denyable<()> {
    let Some(rights) = rights else {
        return match edit {
            _ if !edit.channel.is_general() => Err(Denied::NotFound),
            ChannelEdit { name: None, archived: None, .. } if is_admin => Ok(()),
            _ if is_admin => Err(Denied::Fixed),
            _ => Err(Denied::NotAdmin),
        };
    };
    if rights.may_govern() { Ok(()) } else { rights.may_own() }
}

/// Whether the user can become a member of one more.
pub(super) fn has_room(db: &Connection, user: UserUuid) -> Result<Denyable<()>> {
    let is_full = members::channels_of(db, user)? >= CHANNELS_LIMIT;
    Ok(if is_full { Err(Denied::TooManyChannels) } else { Ok(()) })
}

/// What the user has made with the same `clientUUID` within a day.
fn made_before(db: &Connection, new: &NewChannel) -> Result<Option<ChannelDetails>> {
    let Some(client_uuid) = &new.client_uuid else { return Ok(None) };
    let made = db
        .prepare_cached("SELECT channel FROM created WHERE user = ? AND client_uuid = ?")?
        .query_row(params![new.made_by.uuid.0.as_bytes(), client_uuid], |row| uuid_at(row, 0))
        .optional()?;
    made.map_or(Ok(None), |made| channels::details(db, ChannelUuid(made)))
}

/// Adds a group or a named channel from an export. Its members are to follow.
pub(super) fn insert_record(
    db: &Connection,
    channel: ChannelUuid,
    details: &DetailsRecord,
    folded_name: Option<String>,
) -> Result<()> {
    let kind = if folded_name.is_some() { NAMED } else { GROUP };
    db.prepare_cached(
        "INSERT INTO channels
             (uuid, kind, private, name, folded_name, topic, owners_post, archived, made_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        channel.0.as_bytes(),
        kind,
        details.private,
        details.name,
        folded_name,
        details.topic,
        details.owners_post,
        details.archived,
        nanoseconds(details.created_at),
    ])?;
    match folded_name {
        Some(folded) if !details.private => {
            note_name(db, channel, &ChannelName { shown: Arc::clone(&details.name), folded })
        }
        _ => Ok(()),
    }
}

/// Gives General its topic and who may write, from an export.
pub(super) fn set_general(db: &Connection, details: &DetailsRecord) -> Result<()> {
    db.prepare_cached("UPDATE channels SET topic = ?, owners_post = ? WHERE uuid = ?")?
        .execute(params![details.topic, details.owners_post, ChannelUuid::GENERAL.0.as_bytes()])?;
    Ok(())
}

/// Notes the people of each group, once an import has all of them.
pub(super) fn note_groups(db: &Connection) -> Result<()> {
    let mut groups = db.prepare("SELECT uuid FROM channels WHERE kind = 2")?;
    let groups = groups.query_map([], |row| Ok(ChannelUuid(uuid_at(row, 0)?)))?;
    for group in groups.collect::<Result<Vec<_>>>()? {
        let mut people: Vec<_> =
            members::of_group(db, group)?.into_iter().map(|user| user.uuid).collect();
        people.sort_unstable();
        db.prepare_cached("INSERT OR IGNORE INTO groups VALUES (?, ?)")?
            .execute(params![key_of(&people), group.0.as_bytes()])?;
    }
    Ok(())
}

fn insert(
    db: &Connection,
    channel: ChannelUuid,
    new: &NewChannel,
    people: &[UserUuid],
) -> Result<()> {
    let kind = if new.name.is_some() { NAMED } else { GROUP };
    let private = new.private || new.name.is_none();
    db.prepare_cached(
        "INSERT INTO channels (uuid, kind, private, name, folded_name, topic, made_at)
         VALUES (?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        channel.0.as_bytes(),
        kind,
        private,
        new.name.as_ref().map_or("", |name| &*name.shown),
        new.name.as_ref().map(|name| &name.folded),
        new.topic,
        nanoseconds(new.created_at),
    ])?;
    match &new.name {
        Some(name) if !private => note_name(db, channel, name)?,
        Some(_) => {}
        None => {
            db.prepare_cached("INSERT INTO groups VALUES (?, ?)")?
                .execute(params![key_of(people), channel.0.as_bytes()])?;
        }
    }
    if let Some(client_uuid) = &new.client_uuid {
        note_creation(db, new.made_by.uuid, client_uuid, channel, new.created_at)?;
    }
    Ok(())
}

fn note_creation(
    db: &Connection,
    user: UserUuid,
    client_uuid: &str,
    channel: ChannelUuid,
    at: Timestamp,
) -> Result<()> {
    let at = nanoseconds(at);
    db.prepare_cached("DELETE FROM created WHERE user = ? AND at < ?")?
        .execute(params![user.0.as_bytes(), at - KEPT])?;
    db.prepare_cached("INSERT OR REPLACE INTO created VALUES (?, ?, ?, ?)")?.execute(params![
        user.0.as_bytes(),
        client_uuid,
        channel.0.as_bytes(),
        at
    ])?;
    Ok(())
}

/// The group of these people, who are sorted.
fn group_of(db: &Connection, people: &[UserUuid]) -> Result<Option<ChannelDetails>> {
    let group = db
        .prepare_cached("SELECT channel FROM groups WHERE people = ?")?
        .query_row([key_of(people)], |row| uuid_at(row, 0))
        .optional()?;
    group.map_or(Ok(None), |group| channels::details(db, ChannelUuid(group)))
}

fn key_of(people: &[UserUuid]) -> Vec<u8> {
    people.iter().flat_map(|user| *user.0.as_bytes()).collect()
}

/// Whether a public channel can have the name: nobody else's is the same, or looks so.
fn check_name(
    db: &Connection,
    name: &ChannelName,
    of: Option<ChannelUuid>,
) -> Result<Denyable<()>> {
    let mut taken = db.prepare_cached("SELECT channel FROM channel_names WHERE name = ?")?;
    for name in forms(name) {
        let by = taken.query_row([name], |row| uuid_at(row, 0)).optional()?;
        if by.is_some_and(|by| of != Some(ChannelUuid(by))) {
            return Ok(Err(Denied::NameTaken));
        }
    }
    Ok(Ok(()))
}

fn note_name(db: &Connection, channel: ChannelUuid, name: &ChannelName) -> Result<()> {
    let mut note = db.prepare_cached("INSERT OR REPLACE INTO channel_names VALUES (?, ?)")?;
    for name in forms(name) {
        note.execute(params![name, channel.0.as_bytes()])?;
    }
    Ok(())
}

fn forget_name(db: &Connection, channel: ChannelUuid) -> Result<()> {
    db.prepare_cached("DELETE FROM channel_names WHERE channel = ?")?
        .execute([channel.0.as_bytes()])?;
    Ok(())
}

/// The name as it is compared: folded, and by its looks. A look begins with a character that no folded
/// name has.
fn forms(name: &ChannelName) -> Vec<String> {
    let looks = looks(&name.shown).into_iter().map(|look| format!("\u{0}{look}"));
    std::iter::once(name.folded.clone()).chain(looks).collect()
}
