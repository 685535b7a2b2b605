//! Messages out of Redis's lists.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::Shared;
use super::feed::list_of;
use super::link::unreadable;
use super::records::{Answered, LiveElement, StoredMessage, StoredReaction, StoredReply};
use super::scripts::{CHANGES, HISTORY};
use crate::{
    Attempt, Channel, Failure, Filter, HistoryPage, Kind, Mentions, Message, MessageState,
    MessagesPage, Page, Reaction, ReplyTo, Result, User, channel_name, excerpt,
};

const ACTION: &str = "read the history";

/// How many unreadable elements are remembered as warned of; further ones are not logged.
const WARNINGS: usize = 1_000;

/// How many changed messages are read at once at the most.
const MOST: u64 = 10_000;

/// A message of a channel's list.
pub(super) struct Element<'a> {
    /// The channel, from the side of the user who reads it.
    channel: &'a Channel,
    /// Its place in the list, from 1.
    seq: u64,
    /// What stands there, with whom it was written to; `None` if it can't be read.
    stored: Option<(StoredMessage, Option<UserUuid>)>,
    /// Of a reply what it shows of the message that it answers.
    answered: Option<Answered>,
}

impl<'a> Element<'a> {
    /// Reads JSON, as [`LiveElement`] has it.
    pub(super) fn read(channel: &'a Channel, seq: u64, json: &str, answered: &str) -> Self {
        let answered = serde_json::from_str(answered).ok();
        Self { channel, seq, stored: parse(json), answered }
    }

    /// One that was published.
    pub(super) fn live(channel: &'a Channel, live: LiveElement) -> Self {
        let LiveElement { element, answered, seq, .. } = live;
        Self { channel, seq, stored: addressed(element), answered }
    }

    /// The users whose names its message has.
    fn users(&self) -> impl Iterator<Item = UserUuid> {
        let people = self.stored.iter().flat_map(|(stored, to)| [Some(stored.sender), *to]);
        let answered = self.answered.as_ref().map(|answered| answered.sender);
        // A group or a named channel is its own recipient, and no user. General's UUID is the nil one.
        let is_user =
            |user: &UserUuid| user.0 != self.channel.uuid.0 && *user != UserUuid::default();
        let mentioned = self.stored.iter().flat_map(|(stored, _)| stored.mentions.iter().copied());
        people.chain([answered]).flatten().chain(mentioned).filter(is_user)
    }
}

/// The unreadable elements that were warned of.
#[derive(Default)]
pub(super) struct Warned(Mutex<HashSet<(ChannelUuid, u64)>>);

impl Warned {
    fn warn(&self, channel: ChannelUuid, seq: u64) {
        let mut warned = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.len() < WARNINGS && warned.insert((channel, seq)) {
            let list = list_of(channel);
            tracing::warn!(list, seq, "an element is unreadable or by an unknown user");
        }
    }
}

/// A page of a channel, for any reader. An element that can't be read is [`Message::unreadable`].
pub(super) async fn messages(
    shared: &Shared,
    channel: &Channel,
    page: HistoryPage,
) -> Result<MessagesPage> {
    permitted(messages_for(shared, channel, None, page).await)
}

/// The same, of a group or a named channel that the user has to be able to read.
pub(super) async fn messages_for(
    shared: &Shared,
    channel: &Channel,
    user: Option<UserUuid>,
    page: HistoryPage,
) -> Attempt<MessagesPage> {
    let (direction, seq) = match page.page {
        Page::Last => ("last", 0),
        Page::Before(seq) => ("before", seq),
        Page::After(seq) => ("after", seq),
    };
    let filter = match page.filter {
        Filter::All => String::new(),
        Filter::Thread(root) => exact(root).to_string(),
        Filter::Files => "files".to_owned(),
        Filter::Pinned => "pinned".to_owned(),
    };
    let mut script = HISTORY.arg(channel_name(channel.uuid));
    script.arg(direction).arg(exact(seq)).arg(page.limit);
    script.arg(user.map(|user| user.to_string()).unwrap_or_default()).arg(filter);
    let answer = shared.link.attempt(ACTION, &script).await?;
    let mut read = read_page(shared, channel, answer).await?;
    if !matches!(page.page, Page::After(_)) {
        read.messages.reverse();
    }
    Ok(read)
}

/// The messages of a channel that have a `Rev` greater than `after`, in its order, for any reader. The
/// page's `rev` is the one up to which these are all.
pub(super) async fn changes(
    shared: &Shared,
    channel: &Channel,
    after: u64,
    limit: u64,
) -> Result<MessagesPage> {
    permitted(changes_for(shared, channel, None, after, limit).await)
}

/// The same, of a group or a named channel that the user has to be able to read.
pub(super) async fn changes_for(
    shared: &Shared,
    channel: &Channel,
    user: Option<UserUuid>,
    after: u64,
    limit: u64,
) -> Attempt<MessagesPage> {
    let mut script = CHANGES.arg(channel_name(channel.uuid));
    script.arg(exact(after)).arg(limit.min(MOST));
    script.arg(user.map(|user| user.to_string()).unwrap_or_default());
    let answer = shared.link.attempt(ACTION, &script).await?;
    Ok(read_page(shared, channel, answer).await?)
}

/// What was read for no user, and so can't be denied.
fn permitted<T>(attempt: Attempt<T>) -> Result<T> {
    attempt.map_err(|failure| match failure {
        Failure::Unavailable(error) => error,
        Failure::Denied(_) => unreadable(ACTION, "a channel"),
    })
}

/// Beyond this, Lua's numbers are not exact; no list is as long.
pub(super) fn exact(number: u64) -> u64 {
    number.min(1 << 53)
}

/// Reads a script's answer: two numbers, then three values for each message.
async fn read_page(
    shared: &Shared,
    channel: &Channel,
    answer: Vec<Vec<u8>>,
) -> Result<MessagesPage> {
    let answer: Vec<_> = answer.into_iter().map(text).collect();
    let number = |text: &String| text.parse::<u64>().map_err(|_| unreadable(ACTION, "a number"));
    let Some(([total, rev], rows)) = answer.split_first_chunk() else {
        return Err(unreadable(ACTION, "a list's length"));
    };
    let (rows, _) = rows.as_chunks();
    let elements = rows
        .iter()
        .map(|[seq, json, answered]| Ok(Element::read(channel, number(seq)?, json, answered)));
    let messages = decode(shared, elements.collect::<Result<_>>()?).await?;
    Ok(MessagesPage { total: number(total)?, rev: number(rev)?, messages })
}

/// An element's bytes as text. Those that are none are not JSON either.
pub(super) fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

/// Reads elements, one message for each, without anybody's own reactions.
pub(super) async fn decode(shared: &Shared, elements: Vec<Element<'_>>) -> Result<Vec<Message>> {
    let users: Vec<_> = elements.iter().flat_map(Element::users).collect();
    let users = shared.names.users(&shared.link, &users).await?;
    let messages = elements.into_iter().map(|element| {
        let Element { channel, seq, .. } = element;
        named(element, &users).unwrap_or_else(|| {
            shared.warned.warn(channel.uuid, seq);
            Message::unreadable(channel, seq)
        })
    });
    Ok(messages.collect())
}

/// A stored message, and whom it was written to.
pub(super) fn parse(json: &str) -> Option<(StoredMessage, Option<UserUuid>)> {
    addressed(serde_json::from_str(json).ok()?)
}

fn addressed(stored: StoredMessage) -> Option<(StoredMessage, Option<UserUuid>)> {
    let recipient =
        if stored.recipient.is_empty() { None } else { Some(stored.recipient.parse().ok()?) };
    Some((stored, recipient))
}

fn named(element: Element<'_>, users: &HashMap<UserUuid, User>) -> Option<Message> {
    let Element { channel: &Channel { uuid: channel, .. }, seq, stored, answered } = element;
    let (stored, recipient) = stored?;
    let kind = match recipient {
        // A message without a recipient is General's, and no other.
        None => Some(Kind::General).filter(|_| channel.is_general())?,
        Some(_) if channel.is_general() => return None,
        Some(recipient) if recipient.0 == channel.0 => Kind::Members,
        Some(recipient) => Kind::Direct(users.get(&recipient)?.clone()),
    };
    let state = state_of(&stored);
    let mentioned = stored.mentions.iter().filter_map(|user| users.get(user).cloned());
    let mentions = Mentions { users: mentioned.collect(), all: stored.mention_all }.some();
    let answered = answered.unwrap_or_default();
    let reply_to = stored.reply_to.map(|reply| Box::new(reply_to(&reply, answered, users)));
    Some(Message {
        uuid: stored.uuid,
        channel: Channel { uuid: channel, kind },
        seq,
        sender: users.get(&stored.sender)?.clone(),
        written_as: stored.written_as,
        text: stored.text,
        created_at: stored.created_at,
        reply_to,
        mentions,
        files: stored.files,
        state,
    })
}

fn reply_to(reply: &StoredReply, answered: Answered, users: &HashMap<UserUuid, User>) -> ReplyTo {
    let sender = users.get(&answered.sender).cloned();
    let excerpt = answered.beginning.filter(|_| sender.is_some()).map(|text| excerpt(&text));
    let nobody = || User { uuid: UserUuid::default(), name: "".into() };
    let sender = sender.unwrap_or_else(nobody);
    let written_as = answered.written_as;
    ReplyTo { seq: reply.seq, root: reply.root, sender, written_as, excerpt }
}

fn state_of(stored: &StoredMessage) -> Option<Box<MessageState>> {
    let reaction = |StoredReaction { emoji, count, users }: &StoredReaction| Reaction {
        emoji: Arc::clone(emoji),
        count: *count,
        users: users.clone(),
        mine: false,
    };
    let state = MessageState {
        rev: stored.rev,
        edited_at: stored.edited_at,
        deleted_at: stored.deleted_at,
        pinned_at: stored.pinned_at,
        reactions: stored.reactions.iter().map(reaction).collect(),
        replies: stored.replies.unwrap_or_default(),
    };
    (state.rev > 0).then(|| Box::new(state))
}
