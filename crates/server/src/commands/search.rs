//! `search`: messages by their words, in all channels that the user can read.
//!
//! The index says where they may be. The store says what they are now, and whether the user can read them.

use std::rc::Rc;

use chinwag_protocol::incoming;
use chinwag_protocol::outgoing::Found;
use chinwag_protocol::{Body, ChannelUuid, RequestId, UserUuid};
use chinwag_search::{self as index, Audience, Hit, Named, Query, Reader, Wanted};
use chinwag_store::{ChannelsQuery, File, Message, Place, User, alike};
use serde_json::Number;

use super::{history, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::followers::search::{Answer, Find};
use crate::names::Name;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

/// How often more hits are read where some turned out to be none.
const ROUNDS: usize = 4;

/// The channels that are looked through for one with a name.
const CHANNELS: u64 = 100;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: incoming::Search,
) -> Outcome {
    let user = recipient::user(connection)?;
    let wanted = wanted(core, &user, &Query::parse(&asked.query)).await?;
    let channels = core.app.store.memberships(user.uuid).await?;
    let reader = Reader { user: user.uuid, channels };
    let limit = usize::try_from(asked.wanted()).unwrap_or(usize::MAX);
    let (mut before, mut more, mut ready) = (asked.before.parse().ok(), true, 1.0);
    let mut found: Vec<(i64, Message)> = Vec::new();
    for _ in 0..ROUNDS {
        let left = limit - found.len();
        if left == 0 || !more {
            break;
        }
        let find = Find { wanted: wanted.clone(), reader: reader.clone(), before, limit: left };
        let answer = core.app.search.find(find).await.ok_or_else(Refused::unavailable)?;
        let Answer { found: hits, ready: fraction } = answer;
        (more, ready) = (hits.more, fraction);
        before = hits.hits.last().map_or(before, |hit| Some(hit.id));
        found.extend(read(core, &user, &wanted, &hits.hits).await?);
    }
    let (ids, mut messages): (Vec<_>, Vec<_>) = found.into_iter().unzip();
    let fitting = history::fitting(&messages);
    if fitting < messages.len() {
        (before, more) = (Some(ids[fitting - 1]), true);
        messages.truncate(fitting);
    }
    let ready = if ready < 1.0 { Number::from_f64(ready) } else { None };
    let search = Found {
        messages: messages.iter().map(wire::past_message).collect(),
        before: before.filter(|_| more).map(|id| id.to_string()).unwrap_or_default(),
        more,
        ready: ready.unwrap_or_else(|| Number::from(1)),
    };
    connection.send(reply::to(id, Body::Search(search)));
    Ok(())
}

/// What is looked for, with the users and channels that its filters name.
async fn wanted(core: &Core, user: &User, query: &Query) -> Result<Wanted, Refused> {
    let mut named = Named::default();
    for name in query.senders() {
        if let Some(sender) = user_named(core, name).await? {
            named.senders.insert(name.to_owned(), sender);
        }
    }
    for name in query.channels() {
        let channels = channels_named(core, user, name).await?;
        if !channels.is_empty() {
            named.channels.insert(name.to_owned(), channels);
        }
    }
    Ok(query.wanted(&named))
}

async fn user_named(core: &Core, name: &str) -> Result<Option<UserUuid>, Refused> {
    let Ok(name) = Name::typed(name) else { return Ok(None) };
    let account = core.app.store.account(&name.folded).await?;
    Ok(account.map(|account| account.user.uuid))
}

/// General, the named channels of this name that the user may know of, and the direct channel with the user of this
/// name; or the channel of this UUID, since groups have no name.
async fn channels_named(core: &Core, user: &User, name: &str) -> Result<Vec<ChannelUuid>, Refused> {
    let Ok(folded) = Name::typed(name).map(|name| name.folded) else { return Ok(Vec::new()) };
    let query = ChannelsQuery {
        asker: user.uuid,
        folded_prefix: folded.clone(),
        offset: 0,
        limit: CHANNELS,
        archived: true,
    };
    let is_named = |shown: &str| Name::typed(shown).is_ok_and(|name| name.folded == folded);
    let channels = core.app.store.channels(query).await?.channels.into_iter();
    let mut found: Vec<_> = channels
        .filter(|(details, _)| is_named(&details.name))
        .map(|(details, _)| details.uuid)
        .collect();
    if let Ok(uuid) = name.parse() {
        let channel = core.app.store.find_channel(user.uuid, uuid, false).await?;
        found.extend(channel.channel().map(|channel| channel.uuid));
    }
    if alike(name, "General") {
        found.push(ChannelUuid::GENERAL);
    }
    if let Some(recipient) = user_named(core, name).await? {
        let direct = core.app.store.find_channel(user.uuid, recipient.0, false).await?;
        found.extend(direct.channel().map(|channel| channel.uuid));
    }
    Ok(found)
}

/// The messages of hits that are still what is looked for, with the `id`s of their hits.
async fn read(
    core: &Core,
    user: &User,
    wanted: &Wanted,
    hits: &[Hit],
) -> Result<Vec<(i64, Message)>, Refused> {
    let places = hits.iter().map(|hit| place(user.uuid, hit)).collect();
    let messages = core.app.store.messages_at(user, places).await?;
    let found = hits.iter().zip(messages).filter_map(|(hit, message)| Some((hit.id, message?)));
    Ok(found.filter(|(_, message)| is_wanted(wanted, message)).collect())
}

fn place(user: UserUuid, hit: &Hit) -> Place {
    let named = match hit.audience {
        Audience::Users([one, other]) => {
            if one == user {
                other.0
            } else {
                one.0
            }
        }
        Audience::Everybody | Audience::Members => hit.channel.0,
    };
    Place { channel: hit.channel, named, seq: hit.seq }
}

/// Whether a message, as it is now, is looked for.
fn is_wanted(wanted: &Wanted, message: &Message) -> bool {
    let is_there = !message.is_deleted() && !message.is_unreadable();
    let entry = index::Entry {
        seq: message.seq,
        sender: message.sender.uuid,
        created_at: message.created_at,
        text: is_there.then_some(&message.text),
        has_file: !message.files.is_empty(),
        has_image: message.files.iter().any(File::is_image),
    };
    wanted.matches(message.channel.uuid, &entry)
}
