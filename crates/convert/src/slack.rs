//! Reads Slack's export: `users.json`, lists of channels, and a folder a channel with a file a day.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use chinwag_hooks::cards;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::archive::Archive;
use crate::files::Attached;
use crate::gather::{Channel, Gathered, Kept, Kind, NewMessage, in_our_days};
use crate::items::{lenient, of_list, parsed};
use crate::people::Person;
use crate::text::Text;
use crate::{Error, Loss, emoji, mrkdwn};

/// The lists of channels, and what stands in them.
const LISTS: [(&str, Kind); 4] = [
    ("channels.json", Kind::Named { private: false }),
    ("groups.json", Kind::Named { private: true }),
    ("mpims.json", Kind::Group),
    ("dms.json", Kind::Direct),
];

/// Puts everything that the archive holds into `gathered`.
pub(crate) fn read(archive: &mut Archive, gathered: &mut Gathered) -> Result<(), Error> {
    let names: HashSet<String> = archive.names().iter().cloned().collect();
    let shallowest = names.iter().filter_map(|name| name.strip_suffix("users.json"));
    let prefix = shallowest
        .filter(|prefix| prefix.is_empty() || prefix.ends_with('/'))
        .min_by_key(|prefix| prefix.len())
        .map(str::to_owned);
    let Some(prefix) = prefix else {
        return Err(Error::of(archive.name(), "it has no users.json, so it is no export of Slack"));
    };
    users(archive, gathered, &format!("{prefix}users.json"))?;
    let mut folders = HashMap::new();
    for (list, kind) in LISTS {
        let name = format!("{prefix}{list}");
        if names.contains(&name) {
            channels(archive, gathered, &name, kind, &mut folders)?;
        }
    }
    // By name, so that the days of a channel follow one another.
    for name in archive.names().to_vec() {
        let Some(rest) = name.strip_prefix(&prefix) else { continue };
        let Some((folder, day)) = rest.split_once('/') else { continue };
        if day.contains('/') || !is_day(day) {
            continue;
        }
        let folder = folders.get(folder).map(Rc::as_ref);
        of_list(&name, archive.read(&name)?, |item| message(gathered, folder, item))?;
    }
    Ok(())
}

/// Beside the days there are files such as `canvas_in_the_conversation.json`.
fn is_day(name: &str) -> bool {
    let digits = name.strip_suffix(".json").unwrap_or_default();
    digits.len() == 10 && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
}

#[derive(Deserialize)]
struct User {
    id: String,
    name: Option<String>,
    real_name: Option<String>,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_bot: bool,
    profile: Option<Profile>,
}

#[derive(Deserialize)]
struct Profile {
    name: Option<String>,
    display_name: Option<String>,
    real_name: Option<String>,
    bot_id: Option<String>,
}

fn users(archive: &mut Archive, gathered: &mut Gathered, name: &str) -> Result<(), Error> {
    of_list(name, archive.read(name)?, |item| {
        let Some(user) = parsed::<User>(item) else {
            gathered.report.lose(Loss::Unreadable);
            return Ok(());
        };
        let profile = user.profile;
        let of_profile = |take: fn(&Profile) -> &Option<String>| {
            profile.as_ref().and_then(|profile| take(profile).clone())
        };
        let names = [
            of_profile(|profile| &profile.display_name),
            of_profile(|profile| &profile.real_name),
            user.real_name,
            user.name,
        ];
        let bot = user.is_bot || user.id == "USLACKBOT";
        let bot_id = of_profile(|profile| &profile.bot_id);
        let person = Person { key: user.id, names: given(names), bot, deactivated: user.deleted };
        let number = gathered.people.add(person);
        if let Some(bot_id) = bot_id {
            gathered.people.also(&bot_id, number);
        }
        Ok(())
    })
}

/// Those that are there.
fn given<const N: usize>(names: [Option<String>; N]) -> Vec<String> {
    names.into_iter().flatten().filter(|name| !name.trim().is_empty()).collect()
}

#[derive(Deserialize)]
struct ChannelOf {
    id: String,
    name: Option<String>,
    created: Option<i64>,
    creator: Option<String>,
    #[serde(default)]
    is_archived: bool,
    #[serde(default)]
    is_general: bool,
    #[serde(default, deserialize_with = "lenient")]
    members: Vec<String>,
    topic: Option<Value>,
    purpose: Option<Value>,
    #[serde(default, deserialize_with = "lenient")]
    pins: Vec<Pin>,
}

#[derive(Deserialize)]
struct Value {
    value: Option<String>,
}

#[derive(Deserialize)]
struct Pin {
    id: String,
}

/// A channel and the times of its pinned messages.
struct Folder {
    channel: u32,
    pins: HashSet<String>,
}

fn channels(
    archive: &mut Archive,
    gathered: &mut Gathered,
    file: &str,
    kind: Kind,
    folders: &mut HashMap<String, Rc<Folder>>,
) -> Result<(), Error> {
    of_list(file, archive.read(file)?, |item| {
        let Some(of) = parsed::<ChannelOf>(item) else {
            gathered.report.lose(Loss::Unreadable);
            return Ok(());
        };
        let kind = if of.is_general { Kind::General } else { kind };
        let name = of.name.unwrap_or_default();
        let mut channel = Channel::new(&of.id, kind, &name);
        channel.archived = of.is_archived;
        channel.created_at =
            of.created.and_then(|at| Timestamp::from_second(at).ok()).map(in_our_days);
        let topic = [of.topic, of.purpose].into_iter().flatten().filter_map(|topic| topic.value);
        let topic = topic.into_iter().find(|topic| !topic.trim().is_empty()).unwrap_or_default();
        channel.topic = mrkdwn::text(gathered, &topic).shown(|_| "").replace('\n', " ");
        for member in &of.members {
            channel.members.insert(gathered.person(member, &[]));
        }
        let creator = of.creator.and_then(|creator| gathered.people.get(&creator));
        channel.owners.extend(creator.filter(|creator| channel.members.contains(creator)));
        let number = gathered.add_channel(channel);
        let pins = of.pins.into_iter().map(|pin| pin.id).collect();
        let folder = Rc::new(Folder { channel: number, pins });
        // Direct channels have folders by their id, all others by their name.
        folders.insert(of.id, Rc::clone(&folder));
        if !name.is_empty() {
            folders.insert(name, folder);
        }
        Ok(())
    })
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    subtype: String,
    user: Option<String>,
    bot_id: Option<String>,
    username: Option<String>,
    user_profile: Option<Profile>,
    bot_profile: Option<Profile>,
    comment: Option<Comment>,
    #[serde(default)]
    text: Option<String>,
    ts: String,
    thread_ts: Option<String>,
    edited: Option<Edited>,
    #[serde(default, deserialize_with = "lenient")]
    reactions: Vec<Reaction>,
    #[serde(default, deserialize_with = "lenient")]
    files: Vec<File>,
    #[serde(default)]
    attachments: Json,
    #[serde(default)]
    blocks: Json,
    #[serde(default, deserialize_with = "lenient")]
    pinned_to: Vec<String>,
}

#[derive(Deserialize)]
struct Comment {
    user: Option<String>,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct Edited {
    ts: Option<String>,
}

#[derive(Deserialize)]
struct Reaction {
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    users: Vec<String>,
}

#[derive(Deserialize)]
struct File {
    name: Option<String>,
    title: Option<String>,
}

fn message(gathered: &mut Gathered, folder: Option<&Folder>, item: &str) -> Result<(), Error> {
    let Some(folder) = folder else {
        gathered.report.lose(Loss::NoChannel);
        return Ok(());
    };
    let read = parsed::<Message>(item).and_then(|message| Some((time(&message.ts)?, message)));
    let Some((at, mut message)) = read else {
        gathered.report.lose(Loss::Unreadable);
        return Ok(());
    };
    match message.subtype.as_str() {
        "" | "file_share" | "thread_broadcast" | "bot_message" | "me_message" | "file_comment" => {}
        "tombstone" => {
            gathered.report.lose(Loss::Deleted);
            return Ok(());
        }
        _ => {
            gathered.report.lose(Loss::SystemLine);
            return Ok(());
        }
    }
    let Some(sender) = sender(gathered, &message) else {
        gathered.report.lose(Loss::Unreadable);
        return Ok(());
    };
    let key = gathered.channels[folder.channel as usize].key.clone();
    let thread = message.thread_ts.take().filter(|thread| *thread != message.ts);
    let answers = thread.map(|thread| gathered.message_uuid(&[&key, &thread]));
    let edited = message.edited.take().and_then(|edited| edited.ts);
    let uuid = gathered.message_uuid(&[&key, &message.ts]);
    let kept = Kept {
        text: whole_text(gathered, &message),
        files: files(gathered, uuid, message.files),
        edited_at: edited.and_then(|edited| time(&edited)),
        reactions: reactions(gathered, message.reactions),
    };
    let pinned = !message.pinned_to.is_empty() || folder.pins.contains(&message.ts);
    let new = NewMessage { uuid, sender, at, answers, pinned, kept };
    Ok(gathered.add_message(folder.channel, new)?)
}

/// Seconds since 1970 with six digits behind the point, which also tell messages of one time apart.
fn time(ts: &str) -> Option<Timestamp> {
    let (seconds, fraction) = ts.split_once('.').unwrap_or((ts, "0"));
    let nanoseconds: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Timestamp::new(seconds.parse().ok()?, nanoseconds).ok().map(in_our_days)
}

fn sender(gathered: &mut Gathered, message: &Message) -> Option<u32> {
    let commented = message.comment.as_ref().and_then(|comment| comment.user.as_ref());
    if let Some(user) = message.user.as_ref().or(commented).filter(|user| !user.is_empty()) {
        let profile = message.user_profile.as_ref();
        let names = profile.map_or([None, None, None], |profile| {
            [&profile.display_name, &profile.real_name, &profile.name].map(Option::as_deref)
        });
        let names = names.map(Option::unwrap_or_default);
        return Some(gathered.person(user, &names));
    }
    let profile = message.bot_profile.as_ref().and_then(|profile| profile.name.as_ref());
    let name = message.username.as_ref().or(profile).filter(|name| !name.trim().is_empty());
    let key = message.bot_id.as_ref().or(name)?;
    if let Some(known) = gathered.people.get(key) {
        return Some(known);
    }
    let names = vec![name.unwrap_or(key).clone()];
    Some(gathered.people.add(Person { key: key.clone(), names, bot: true, deactivated: false }))
}

/// The text, or what cards say where there is none.
fn whole_text(gathered: &mut Gathered, message: &Message) -> Text {
    let comment = message.comment.as_ref().and_then(|comment| comment.comment.as_ref());
    let source = comment.or(message.text.as_ref()).map(String::as_str).unwrap_or_default();
    let mut text = mrkdwn::text(gathered, source);
    if message.subtype == "me_message" && !text.is_blank() {
        let mut said = Text::default();
        said.push("_");
        said.append(text);
        said.push("_");
        text = said;
    }
    if text.is_blank() {
        let shown = [("blocks", &message.blocks), ("attachments", &message.attachments)];
        let shown: Map<_, _> =
            shown.into_iter().map(|(name, value)| (name.to_owned(), value.clone())).collect();
        text.append(mrkdwn::text(gathered, &cards(&shown)));
    } else {
        let cards = message.attachments.as_array().map_or(0, Vec::len);
        gathered.report.lose_some(Loss::Card, cards as u64);
    }
    text
}

/// The archive has only their addresses, which need a key.
fn files(gathered: &mut Gathered, message: Uuid, files: Vec<File>) -> Vec<Attached> {
    let names = files.into_iter().map(|file| file.name.or(file.title).unwrap_or_default());
    gathered.attach(message, names.map(|name| (name, Vec::new())))
}

fn reactions(gathered: &mut Gathered, reactions: Vec<Reaction>) -> Vec<(String, Vec<u32>)> {
    let mut kept = Vec::new();
    for Reaction { name, users } in reactions {
        let Some(emoji) = emoji::by_name(&name) else {
            gathered.report.lose_some(Loss::Reaction, users.len() as u64);
            continue;
        };
        let users = users.iter().map(|user| gathered.person(user, &[])).collect();
        kept.push((emoji.to_owned(), users));
    }
    kept
}
