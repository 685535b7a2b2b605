//! Reads what `DiscordChatExporter` writes as JSON: a file for each channel, thread or part of one.

use chinwag_hooks::embed;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::archive::{Archive, has_extension};
use crate::gather::{Channel, Gathered, Kept, Kind, NewMessage, in_our_days};
use crate::items::{lenient, of_object, parsed};
use crate::people::Person;
use crate::text::Text;
use crate::{Error, Loss, emoji};

/// Puts everything that the archive holds into `gathered`.
pub(crate) fn read(archive: &mut Archive, gathered: &mut Gathered) -> Result<(), Error> {
    let one = archive.is_one_file();
    let json =
        |name: &&String| one || (has_extension(name, "json") && !name.starts_with("__MACOSX/"));
    let names: Vec<String> = archive.names().iter().filter(json).cloned().collect();
    // All channels first, since a thread may stand before the channel that it belongs to.
    let mut files = Vec::new();
    for name in names {
        match head(archive, &name)? {
            Some(head) => files.push((name, head)),
            None => gathered.report.lose(Loss::Other),
        }
    }
    if files.is_empty() {
        let reason = "no file of it is JSON by DiscordChatExporter: export with --format Json";
        return Err(Error::of(archive.name(), reason));
    }
    for (_, head) in files.iter().filter(|(_, head)| !head.is_thread()) {
        add_channel(gathered, head);
    }
    for (name, head) in files {
        messages(archive, gathered, &name, &head)?;
    }
    others_of_direct_channels(gathered);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    category_id: Option<String>,
    name: Option<String>,
    topic: Option<String>,
}

impl Head {
    fn is_thread(&self) -> bool {
        self.kind.contains("Thread")
    }

    fn is_private(&self) -> bool {
        self.kind.contains("Private")
    }
}

/// The channel of a file; nothing where it is of something else. Reads no further than needed.
fn head(archive: &mut Archive, name: &str) -> Result<Option<Head>, Error> {
    let (mut found, mut is_export) = (None, false);
    let mut property = |key: &str, value: &str| {
        is_export |= key == "guild";
        if key == "channel" {
            found = parsed::<Head>(value);
        }
        Ok(())
    };
    // Ends at the first message; the whole is read, and checked, afterwards.
    let mut stop = |_: &str| Err(Error::of(name, "its messages stand before its channel"));
    let read = of_object(name, archive.read(name)?, "messages", &mut property, &mut stop);
    match read {
        _ if found.is_some() && is_export => Ok(found),
        Ok(()) => Ok(None),
        Err(error) if error.to_string().contains("invalid type") => Ok(None),
        Err(error) => Err(error),
    }
}

fn add_channel(gathered: &mut Gathered, head: &Head) -> u32 {
    let public = gathered.options.public && !head.is_private();
    let name = head.name.clone().unwrap_or_default();
    let kind = match head.kind.as_str() {
        "DirectTextChat" => Kind::Direct,
        "DirectGroupTextChat" => Kind::Group,
        _ if public && name == "general" && !gathered.has_general() => Kind::General,
        _ => Kind::Named { private: !public },
    };
    let mut channel = Channel::new(&head.id, kind, &name);
    channel.topic = head.topic.clone().unwrap_or_default();
    gathered.add_channel(channel)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Message {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    timestamp: Timestamp,
    timestamp_edited: Option<Timestamp>,
    #[serde(default)]
    is_pinned: bool,
    #[serde(default)]
    content: String,
    author: User,
    #[serde(default, deserialize_with = "lenient")]
    attachments: Vec<Attachment>,
    #[serde(default, deserialize_with = "lenient")]
    embeds: Vec<Map<String, Value>>,
    #[serde(default, deserialize_with = "lenient")]
    stickers: Vec<Named>,
    #[serde(default, deserialize_with = "lenient")]
    reactions: Vec<Reaction>,
    #[serde(default, deserialize_with = "lenient")]
    mentions: Vec<User>,
    reference: Option<Reference>,
    #[serde(rename = "forwardedMessage")]
    forwarded: Option<Forwarded>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    id: String,
    name: String,
    nickname: Option<String>,
    #[serde(default)]
    is_bot: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attachment {
    file_name: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct Reaction {
    emoji: Named,
    #[serde(default)]
    count: u64,
    #[serde(default, deserialize_with = "lenient")]
    users: Vec<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Reference {
    #[serde(rename = "type")]
    kind: Option<String>,
    message_id: Option<String>,
}

#[derive(Deserialize)]
struct Forwarded {
    #[serde(default)]
    content: String,
    #[serde(default, deserialize_with = "lenient")]
    attachments: Vec<Attachment>,
}

/// A thread's messages are replies in its channel to the message that began it, which has the thread's id.
fn messages(
    archive: &mut Archive,
    gathered: &mut Gathered,
    name: &str,
    head: &Head,
) -> Result<(), Error> {
    let parent = head.category_id.as_deref().filter(|_| head.is_thread());
    let parent = parent.and_then(|parent| gathered.channel(parent));
    let thread = parent.map(|_| gathered.message_uuid(&[&head.id]));
    let channel = parent.unwrap_or_else(|| add_channel(gathered, head));
    let source = archive.read(name)?;
    let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    of_object(name, source, "messages", &mut |_, _| Ok(()), &mut |item| {
        message(gathered, &folder, (channel, thread), item)
    })
}

/// Reads a message of a channel or thread, from a file in this folder of the archive.
fn message(
    gathered: &mut Gathered,
    folder: &str,
    (channel, thread): (u32, Option<Uuid>),
    item: &str,
) -> Result<(), Error> {
    let Some(message) = parsed::<Message>(item) else {
        gathered.report.lose(Loss::Unreadable);
        return Ok(());
    };
    // 20 and 23 are answers of bots, which the exporter has no word for; 21 repeats what began a thread.
    if !matches!(message.kind.as_str(), "Default" | "Reply" | "20" | "23") {
        if message.kind != "21" {
            gathered.report.lose(Loss::SystemLine);
        }
        return Ok(());
    }
    let sender = person(gathered, &message.author);
    let private = matches!(gathered.channels[channel as usize].kind, Kind::Named { .. });
    if private {
        gathered.channels[channel as usize].members.insert(sender);
    }
    let reference =
        message.reference.as_ref().filter(|reference| reference.kind.as_deref() != Some("Forward"));
    let answered = reference.and_then(|reference| reference.message_id.as_ref());
    let answers = answered.map(|answered| gathered.message_uuid(&[answered])).or(thread);
    let text = whole_text(gathered, &message);
    let (uuid, at) = (gathered.message_uuid(&[&message.id]), in_our_days(message.timestamp));
    let forwarded = message.forwarded.into_iter().flat_map(|forwarded| forwarded.attachments);
    let files = message.attachments.into_iter().chain(forwarded).map(|file| file_of(file, folder));
    let kept = Kept {
        text,
        files: gathered.attach(uuid, files),
        edited_at: message.timestamp_edited.map(in_our_days),
        reactions: reactions(gathered, message.reactions),
    };
    let new = NewMessage { uuid, sender, at, answers, pinned: message.is_pinned, kept };
    Ok(gathered.add_message(channel, new)?)
}

fn person(gathered: &mut Gathered, user: &User) -> u32 {
    if let Some(known) = gathered.people.get(&user.id) {
        return known;
    }
    let names = user.nickname.iter().chain([&user.name]).filter(|name| !name.trim().is_empty());
    let (names, bot) = (names.cloned().collect(), user.is_bot);
    gathered.people.add(Person { key: user.id.clone(), names, bot, deactivated: false })
}

fn whole_text(gathered: &mut Gathered, message: &Message) -> Text {
    let mut text = text(gathered, &message.content, &message.mentions);
    let forwarded = message.forwarded.as_ref();
    for line in forwarded.iter().flat_map(|forwarded| forwarded.content.lines()) {
        text.line(&format!("> {line}"));
    }
    if text.is_blank() {
        for card in message.embeds.iter().map(embed).filter(|card| !card.is_empty()) {
            text.line(&card);
        }
    } else {
        gathered.report.lose_some(Loss::Card, message.embeds.len() as u64);
    }
    for sticker in &message.stickers {
        text.line(&format!("Sticker: {}", sticker.name));
    }
    text
}

/// The name of a file, and where the archive may hold it: exported with `--media`, its address is a path from there.
fn file_of(Attachment { file_name, url }: Attachment, folder: &str) -> (String, Vec<String>) {
    let path = url.map(|url| format!("{folder}{}", url.replace('\\', "/")));
    (file_name.unwrap_or_default(), path.into_iter().collect())
}

/// Names behind `@`, or ids in angle brackets where the exporter left the mark-up as it was.
fn text(gathered: &mut Gathered, source: &str, mentions: &[User]) -> Text {
    let mut names = Vec::new();
    for user in mentions {
        let number = person(gathered, user);
        names.extend(
            user.nickname.iter().chain([&user.name]).map(|name| (format!("@{name}"), number)),
        );
        names.push((format!("<@{}>", user.id), number));
        names.push((format!("<@!{}>", user.id), number));
    }
    // The longest first: of "Ada" and "Ada Lovelace" the second is meant where it stands.
    names.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let mut text = Text::default();
    let mut rest = source;
    while let Some(at) = rest.find(['@', '<']) {
        text.push(&rest[..at]);
        rest = &rest[at..];
        let named =
            names.iter().find(|(name, _)| name.len() > 1 && rest.starts_with(name.as_str()));
        let taken = if let Some((name, number)) = named {
            text.mention(*number);
            name.len()
        } else if let Some(word) =
            ["@everyone", "@here"].iter().find(|word| rest.starts_with(**word))
        {
            text.all = true;
            text.push("@all");
            word.len()
        } else if let Some((name, length)) = own_emoji(rest) {
            text.push(name);
            length
        } else if let Some((id, length)) = channel_id(rest) {
            let number = gathered.channel(id);
            let name = number.map(|number| gathered.channels[number as usize].name.as_str());
            text.push(&format!("#{}", name.unwrap_or(id)));
            length
        } else {
            text.push(&rest[..1]);
            1
        };
        rest = &rest[taken..];
    }
    text.push(rest);
    text
}

/// `<:name:id>` or `<a:name:id>`: the name with its colons, and the length of the whole.
fn own_emoji(rest: &str) -> Option<(&str, usize)> {
    let (token, _) = rest.strip_prefix('<')?.split_once('>')?;
    let inner = token.strip_prefix('a').unwrap_or(token);
    let colon = inner.strip_prefix(':')?.find(':')? + 1;
    let id = &inner[colon + 1..];
    (!id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| (&inner[..=colon], token.len() + 2))
}

/// `<#id>`: the id of a channel, and the length of the whole.
fn channel_id(rest: &str) -> Option<(&str, usize)> {
    let (id, _) = rest.strip_prefix("<#")?.split_once('>')?;
    let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
    is_id.then_some((id, id.len() + 3))
}

fn reactions(gathered: &mut Gathered, reactions: Vec<Reaction>) -> Vec<(String, Vec<u32>)> {
    let mut kept = Vec::new();
    for Reaction { emoji, count, users } in reactions {
        let Some(emoji) = emoji::by_character(&emoji.name) else {
            gathered.report.lose_some(Loss::Reaction, count.max(users.len() as u64));
            continue;
        };
        let nameless = count.saturating_sub(users.len() as u64);
        gathered.report.lose_some(Loss::NamelessReaction, nameless);
        let users = users.iter().map(|user| person(gathered, user)).collect();
        kept.push((emoji.to_owned(), users));
    }
    kept
}

/// A direct channel is named by its other user, who may have written nothing in it.
fn others_of_direct_channels(gathered: &mut Gathered) {
    for number in 0..gathered.channels.len() {
        let channel = &gathered.channels[number];
        if channel.kind != Kind::Direct || channel.authors.len() != 1 {
            continue;
        }
        let (key, name) = (format!("other of {}", channel.key), channel.name.clone());
        let mut members = channel.authors.clone();
        let other = gathered.people.named(&name);
        members.insert(other.unwrap_or_else(|| gathered.person(&key, &[&name])));
        gathered.channels[number].members = members;
    }
}
