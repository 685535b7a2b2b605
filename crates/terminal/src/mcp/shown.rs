//! Messages and channels as an agent reads them: short, with names in place of UUIDs.

use chinwag_client::Channel;
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::{Channel as Details, InboxChannel, Message, User};
use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::channels::Names;

/// A message.
#[expect(clippy::struct_excessive_bools, reason = "each is a property that an agent reads")]
#[derive(Serialize)]
pub struct Shown<'a> {
    channel: String,
    seq: u64,
    from: &'a str,
    at: Timestamp,
    text: &'a str,
    #[serde(skip_serializing_if = "is_no")]
    bot: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_to: Option<Answered<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    thread: Option<u64>,
    #[serde(skip_serializing_if = "is_none")]
    replies: u64,
    #[serde(skip_serializing_if = "is_no")]
    edited: bool,
    #[serde(skip_serializing_if = "is_no")]
    deleted: bool,
    #[serde(skip_serializing_if = "is_no")]
    pinned: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reactions: Vec<Reacted<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<Attached<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    not_members: Vec<&'a str>,
}

#[derive(Serialize)]
struct Answered<'a> {
    seq: u64,
    from: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<&'a str>,
}

#[derive(Serialize)]
struct Reacted<'a> {
    emoji: &'a str,
    count: u64,
}

#[derive(Serialize)]
struct Attached<'a> {
    name: &'a str,
    r#type: &'a str,
    size: u64,
}

/// A channel.
#[derive(Serialize)]
pub struct Listed {
    channel: String,
    kind: &'static str,
    member: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    topic: String,
    #[serde(skip_serializing_if = "is_no")]
    private: bool,
    #[serde(skip_serializing_if = "is_no")]
    archived: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    people: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unread: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unread_mentions: Option<u64>,
}

impl<'a> Shown<'a> {
    /// A message, as this user sees it.
    pub fn of(message: &'a Message, names: &Names, me: UserUuid) -> Self {
        let reply = message.reply_to.as_deref();
        let reactions = message.reactions.iter();
        Self {
            channel: address_of(message, names, me),
            seq: message.seq,
            from: message.written_as.as_ref().unwrap_or(&message.sender.username),
            at: message.created_at,
            text: &message.text,
            bot: message.sender.bot,
            reply_to: reply.map(|reply| Answered {
                seq: reply.seq,
                from: reply.written_as.as_ref().unwrap_or(&reply.sender.username),
                excerpt: reply.excerpt.as_deref(),
            }),
            thread: reply.map(|reply| reply.root),
            replies: message.replies,
            edited: message.edited_at.is_some(),
            deleted: message.deleted_at.is_some(),
            pinned: message.pinned_at.is_some(),
            reactions: reactions
                .map(|reaction| Reacted { emoji: &reaction.emoji, count: reaction.count })
                .collect(),
            files: message
                .files
                .iter()
                .map(|file| Attached { name: &file.name, r#type: &file.kind, size: file.size })
                .collect(),
            not_members: message.not_members.iter().map(|user| &*user.username).collect(),
        }
    }
}

impl Listed {
    /// One of the user's.
    pub fn of(listed: &InboxChannel) -> Self {
        let counts = Self {
            messages: Some(listed.total),
            unread: Some(listed.unread),
            unread_mentions: listed.mentions,
            ..Self::named("private", String::new())
        };
        match (Channel::from(listed), &listed.details) {
            (Channel::General, _) => {
                Self { channel: GENERAL.to_owned(), kind: "general", ..counts }
            }
            (Channel::Shared(_), Some(details)) => {
                let Self { messages, unread, unread_mentions, .. } = counts;
                Self { member: true, messages, unread, unread_mentions, ..Self::shared(details) }
            }
            (_, _) => {
                let unnamed = User::default();
                let user = listed.recipient.as_ref().unwrap_or(&unnamed);
                Self { channel: name_of(user), ..counts }
            }
        }
    }

    /// A group or a named channel.
    pub fn shared(details: &Details) -> Self {
        let is_group = details.name.is_empty();
        let kind = if is_group { "group" } else { "named" };
        let channel =
            if is_group { details.uuid.to_string() } else { format!("#{}", details.name) };
        Self {
            member: details.member,
            topic: details.topic.to_string(),
            private: details.private,
            archived: details.archived,
            people: details.users.iter().map(|user| user.username.to_string()).collect(),
            members: Some(details.users_total),
            ..Self::named(kind, channel)
        }
    }

    /// How it is addressed.
    pub fn channel(&self) -> &str {
        &self.channel
    }

    fn named(kind: &'static str, channel: String) -> Self {
        Self {
            channel,
            kind,
            member: true,
            topic: String::new(),
            private: false,
            archived: false,
            people: Vec::new(),
            members: None,
            messages: None,
            unread: None,
            unread_mentions: None,
        }
    }
}

/// The address of General.
const GENERAL: &str = "#General";

/// By what the tools take the channel of this message.
fn address_of(message: &Message, names: &Names, me: UserUuid) -> String {
    match Channel::of(message, me) {
        Channel::General => GENERAL.to_owned(),
        Channel::Direct(user) => match &message.recipient {
            Some(recipient) if recipient.uuid == user => name_of(recipient),
            _ => name_of(&message.sender),
        },
        Channel::Shared(channel) => match names.of(message) {
            Some(name) if name.starts_with('#') => name.to_owned(),
            _ => channel.to_string(),
        },
    }
}

/// A name that can't be taken for something else, or the UUID.
fn name_of(user: &User) -> String {
    let name = &user.username;
    let is_other = name.starts_with('#') || name.parse::<Uuid>().is_ok();
    if is_other || is_general(name) { user.uuid.to_string() } else { name.to_string() }
}

/// Whether this is the name of General.
pub fn is_general(name: &str) -> bool {
    name.trim().trim_start_matches('#').eq_ignore_ascii_case("general")
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_no(flag: &bool) -> bool {
    !flag
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes fields by reference")]
fn is_none(number: &u64) -> bool {
    *number == 0
}
