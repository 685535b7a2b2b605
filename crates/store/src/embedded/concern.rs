//! Whom messages concern: what is counted for them, and what is listed for them later.

use std::sync::Arc;

use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::recent::Recent;
use super::statements::mentions::{self, Item};
use super::statements::rows::{
    nanoseconds, number_at, saturated, seq_in, text_at, timestamp_at, uuid_at,
};
use super::statements::{accounts, messages};
use crate::{
    ACTIVITY_LIMIT, ActivityItem, ActivityKind, ActivityPage, ActivityQuery, Change, HistoryPage,
    Mentions, Message, MessageChange, Page, User, concerned,
};

/// A user whom a message concerns, and how.
type Concerned = (UserUuid, ActivityKind);

/// Counts a message that was stored, and notes it for those whom it concerns.
pub(super) fn begin(db: &Connection, id: i64, message: &Message) -> rusqlite::Result<()> {
    let at = nanoseconds(message.created_at);
    let concerned = members_concerned(db, message, message.mentions.as_deref())?;
    count(db, id, message.mentions.as_deref(), &concerned)?;
    concerned.into_iter().try_for_each(|new| note(db, id, message.sender.uuid, new, at))
}

/// Follows a change of a message, which was `before`.
pub(super) fn follow(
    db: &Connection,
    change: &MessageChange,
    before: &Message,
    id: i64,
) -> rusqlite::Result<()> {
    let at = nanoseconds(change.at);
    match &change.change {
        Change::Edit { mentions: users, mention_all, .. } => {
            let was_all = before.mentions.as_ref().is_some_and(|mentions| mentions.all);
            let wanted = Mentions { users: users.clone(), all: mention_all.unwrap_or(was_all) };
            let kept = was_all && wanted.all;
            let sides = (&change.channel, &change.user);
            let mut now = mentions::permitted(db, sides, wanted)?;
            // What was allowed once stays.
            now.all |= kept;
            edit(db, id, before, now.some().as_deref(), at)
        }
        Change::Delete | Change::Purge => {
            let users: Vec<_> = concerned_by(before).into_iter().map(|(user, _)| user).collect();
            mentions::count_no_more(db, id, &users)?;
            mentions::take_back_all(db, id)
        }
        Change::React { emoji, on } => {
            let (author, by) = (before.sender.uuid, change.user.uuid);
            if !on {
                return mentions::take_back_reaction(db, id, emoji, by);
            }
            if author == by || !mentions::is_member(db, (&change.channel, &change.user), author)? {
                return Ok(());
            }
            let kind = ActivityKind::Reaction;
            mentions::note(db, Item { user: author, kind, message: id, emoji, by, at })
        }
        Change::Pin(_) => Ok(()),
    }
}

fn edit(
    db: &Connection,
    id: i64,
    before: &Message,
    now: Option<&Mentions>,
    at: i64,
) -> rusqlite::Result<()> {
    let users = now.into_iter().flat_map(|mentions| &mentions.users);
    let column = mentions::column(users.map(|user| user.uuid));
    let all = now.filter(|mentions| mentions.all).map(|_| true);
    db.prepare_cached("UPDATE messages SET mentions = ?, mention_all = ? WHERE id = ?")?
        .execute(params![column, all, id])?;
    let old = concerned_by(before);
    let users: Vec<_> = old.iter().map(|(user, _)| *user).collect();
    mentions::count_no_more(db, id, &users)?;
    let new = members_concerned(db, before, now)?;
    count(db, id, now, &new)?;
    for gone in old.iter().filter(|gone| !new.contains(gone)) {
        mentions::take_back(db, id, *gone)?;
    }
    for new in new.into_iter().filter(|new| !old.contains(new)) {
        note(db, id, before.sender.uuid, new, at)?;
    }
    Ok(())
}

/// Those who are counted, or were as long as they were members.
fn concerned_by(message: &Message) -> Vec<Concerned> {
    let answered = message.reply_to.as_ref().map(|reply| reply.sender.uuid);
    concerned(message.sender.uuid, message.mentions.as_deref(), answered)
}

/// Members whom a message concerns that mentions these.
fn members_concerned(
    db: &Connection,
    message: &Message,
    mentions: Option<&Mentions>,
) -> rusqlite::Result<Vec<Concerned>> {
    let answered = message.reply_to.as_ref().map(|reply| reply.sender.uuid);
    let sides = (&message.channel, &message.sender);
    let answered = match answered {
        Some(author) if mentions::is_member(db, sides, author)? => Some(author),
        _ => None,
    };
    Ok(concerned(message.sender.uuid, mentions, answered))
}

fn count(
    db: &Connection,
    id: i64,
    mentions: Option<&Mentions>,
    concerned: &[Concerned],
) -> rusqlite::Result<()> {
    if mentions.is_some_and(|mentions| mentions.all) {
        return mentions::count_for_all(db, id);
    }
    let users: Vec<_> = concerned.iter().map(|(user, _)| *user).collect();
    mentions::count(db, id, &users)
}

fn note(
    db: &Connection,
    message: i64,
    by: UserUuid,
    (user, kind): Concerned,
    at: i64,
) -> rusqlite::Result<()> {
    mentions::note(db, Item { user, kind, message, emoji: "", by, at })
}

/// A row of the table `activity`, without its user.
struct Row {
    place: u64,
    kind: ActivityKind,
    message: i64,
    emoji: Arc<str>,
    by: User,
    at: Timestamp,
}

/// A page of what concerns a user and can be read by the user now.
pub(super) fn activity(
    db: &Connection,
    recent: &Recent,
    query: &ActivityQuery,
) -> rusqlite::Result<ActivityPage> {
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut page = ActivityPage::default();
    for row in rows(db, query)? {
        let Some(item) = item(db, recent, &query.user, row)? else { continue };
        if page.items.len() >= limit {
            page.more = true;
            break;
        }
        page.items.push(item);
    }
    Ok(page)
}

fn rows(db: &Connection, query: &ActivityQuery) -> rusqlite::Result<Vec<Row>> {
    let mut rows = db.prepare_cached(
        "SELECT place, kind, message, emoji, who, at FROM activity
         WHERE user = ? AND place < ? ORDER BY place DESC LIMIT ?",
    )?;
    let below = saturated(query.before.unwrap_or(u64::MAX));
    let key = params![query.user.uuid.0.as_bytes(), below, saturated(ACTIVITY_LIMIT)];
    let rows = rows.query_map(key, |row| {
        let Some(by) = accounts::user(db, UserUuid(uuid_at(row, 4)?))? else { return Ok(None) };
        Ok(Some(Row {
            place: number_at(row, 0)?,
            kind: kind_of(row.get(1)?),
            message: row.get(2)?,
            emoji: text_at(row, 3)?,
            by,
            at: timestamp_at(row, 5)?,
        }))
    })?;
    rows.filter_map(rusqlite::Result::transpose).collect()
}

/// From the number in the column `kind`.
fn kind_of(number: i64) -> ActivityKind {
    [ActivityKind::Mention, ActivityKind::Reply]
        .into_iter()
        .find(|kind| *kind as i64 == number)
        .unwrap_or(ActivityKind::Reaction)
}

/// `None` for what the user can't read, or what is deleted.
fn item(
    db: &Connection,
    recent: &Recent,
    user: &User,
    row: Row,
) -> rusqlite::Result<Option<ActivityItem>> {
    let Row { place, kind, message, emoji, by, at } = row;
    let channel = mentions::readable_channel(db, message, user.uuid, &by)?;
    let Some(channel) = channel else { return Ok(None) };
    let seq = seq_in(message);
    let page = HistoryPage::of_all(Page::After(seq.saturating_sub(1)), 1);
    let found = messages::page(db, recent, &channel, user, page)?.messages.pop();
    let found = found.filter(|message| message.seq == seq && !message.is_deleted());
    let emoji = (kind == ActivityKind::Reaction).then_some(emoji);
    Ok(found.map(|message| ActivityItem { kind, channel, message, by, emoji, at, place }))
}
