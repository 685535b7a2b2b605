//! Pages of members, and of named channels.

use chinwag_protocol::ChannelUuid;
use rusqlite::{Connection, Result, params};

use super::members::{Denyable, permit};
use super::presence::Presence;
use super::statements::rows::uuid_at;
use super::statements::{channels, members};
use crate::{ChannelsPage, ChannelsQuery, Denied, Member, MembersPage, MembersQuery};

/// One page of members, online first, then by name.
pub(super) fn members(
    db: &Connection,
    presence: &Presence,
    query: &MembersQuery,
) -> Result<Denyable<MembersPage>> {
    let rights = channels::rights(db, query.asker, query.channel)?;
    let is_readable = rights.is_some_and(channels::Rights::may_read);
    permit!(is_readable.then_some(()).ok_or(Denied::NotFound));
    let all = members::starting_with(db, query.channel, &query.folded_prefix)?;
    let total = all.len() as u64;
    let (users, owners): (Vec<_>, Vec<_>) =
        all.into_iter().map(|Member { user, owner }| (user, owner)).unzip();
    let mut all: Vec<_> = presence.status(users).into_iter().zip(owners).collect();
    all.sort_by_key(|(member, _)| !member.online);
    let page = all.into_iter().skip(size(query.offset)).take(size(query.limit));
    Ok(Ok(MembersPage { total, members: page.collect() }))
}

/// One page of named channels, by name: public ones, and private ones of which the asker is a member.
pub(super) fn channels(db: &Connection, query: &ChannelsQuery) -> Result<ChannelsPage> {
    let mut found = db.prepare_cached(
        "SELECT uuid, folded_name FROM channels
         WHERE kind = 3 AND NOT private AND archived <= ?3
             AND folded_name >= ?2 AND substr(folded_name, 1, length(?2)) = ?2
         UNION ALL
         SELECT c.uuid, c.folded_name FROM members m JOIN channels c ON c.uuid = m.channel
         WHERE m.user = ?1 AND m.folded_name IS NOT NULL AND c.kind = 3 AND c.private
             AND c.archived <= ?3 AND substr(c.folded_name, 1, length(?2)) = ?2
         ORDER BY 2, 1",
    )?;
    let key = params![query.asker.0.as_bytes(), query.folded_prefix, query.archived];
    let found = found.query_map(key, |row| Ok(ChannelUuid(uuid_at(row, 0)?)))?;
    let found = found.collect::<Result<Vec<_>>>()?;
    let total = found.len() as u64;
    let mut page = Vec::new();
    for channel in found.into_iter().skip(size(query.offset)).take(size(query.limit)) {
        let membership = members::membership(db, query.asker, channel)?;
        page.extend(channels::details(db, channel)?.map(|details| (details, membership)));
    }
    Ok(ChannelsPage { total, channels: page })
}

fn size(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
