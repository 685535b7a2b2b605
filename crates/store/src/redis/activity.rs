//! What concerns a user: mentions, replies and reactions.

use chinwag_protocol::UserUuid;
use jiff::Timestamp;

use super::Shared;
use super::changes::mark_own;
use super::history::{self, Element, exact};
use super::scripts::ACTIVITY;
use crate::{ActivityItem, ActivityKind, ActivityPage, ActivityQuery, Channel, Kind, Result, User};

const ACTION: &str = "read the activity";

/// An item as the script tells of it.
struct Row<'a> {
    place: u64,
    channel: Channel,
    seq: u64,
    kind: ActivityKind,
    by: User,
    emoji: &'a str,
    element: &'a str,
    answered: &'a str,
}

/// A page of what concerns a user and can be read by the user now.
pub(super) async fn read(shared: &Shared, query: ActivityQuery) -> Result<ActivityPage> {
    let below = query.before.map_or_else(|| "+inf".to_owned(), |place| exact(place).to_string());
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let mut script = ACTIVITY.arg(query.user.uuid.to_string());
    // One more tells whether there are more.
    script.arg(below).arg(query.limit.saturating_add(1));
    let answer: Vec<Vec<u8>> = shared.link.run(ACTION, &script).await?;
    let answer: Vec<_> = answer.into_iter().map(history::text).collect();
    let (items, _) = answer.as_chunks::<4>();
    let more = items.len() > limit;
    let items = &items[..items.len().min(limit)];
    let people: Vec<_> = items.iter().filter_map(|[_, item, ..]| by_of(item)).collect();
    let people = shared.names.users(&shared.link, &people).await?;
    let row = |item| row(item, |user| people.get(&user).cloned());
    let rows: Vec<_> = items.iter().filter_map(row).collect();
    let elements =
        rows.iter().map(|row| Element::read(&row.channel, row.seq, row.element, row.answered));
    let mut messages = history::decode(shared, elements.collect()).await?;
    mark_own(shared, query.user.uuid, messages.iter_mut()).await?;
    let items = rows.iter().zip(messages).map(|(row, message)| ActivityItem {
        kind: row.kind,
        channel: match message.channel.kind {
            Kind::Direct(_) => Channel::direct(row.channel.uuid, row.by.clone()),
            _ => row.channel.clone(),
        },
        message,
        by: row.by.clone(),
        emoji: (row.kind == ActivityKind::Reaction).then(|| row.emoji.into()),
        at: i64::try_from(row.place)
            .ok()
            .and_then(|at| Timestamp::from_microsecond(at).ok())
            .unwrap_or_default(),
        place: row.place,
    });
    Ok(ActivityPage { items: items.collect(), more })
}

/// Whose message or reaction an item is.
fn by_of(item: &str) -> Option<UserUuid> {
    item.split(':').nth(3)?.parse().ok()
}

/// `None` for what this program does not write.
fn row(
    [place, item, element, answered]: &[String; 4],
    user: impl Fn(UserUuid) -> Option<User>,
) -> Option<Row<'_>> {
    let mut parts = item.splitn(5, ':');
    let (channel, seq, kind) = (parts.next()?, parts.next()?, parts.next()?);
    let by = user(parts.next()?.parse().ok()?)?;
    let kind = match kind {
        "mention" => ActivityKind::Mention,
        "reply" => ActivityKind::Reply,
        _ => ActivityKind::Reaction,
    };
    let emoji = parts.next()?;
    let channel = match channel {
        "public" => Channel::GENERAL,
        // Its messages tell whose it is.
        channel => Channel::of_members(channel.parse().ok()?),
    };
    Some(Row {
        place: place.parse().ok()?,
        channel,
        seq: seq.parse().ok()?,
        kind,
        by,
        emoji,
        element,
        answered,
    })
}
