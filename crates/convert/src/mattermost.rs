//! Reads Mattermost's bulk export: a line for each team, channel, user and post.

use std::collections::HashMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::archive::{Archive, has_extension};
use crate::gather::{Channel, Gathered, Kept, Kind, NewMessage, from_milliseconds};
use crate::items::{lenient, of_lines, parsed};
use crate::people::Person;
use crate::text::Text;
use crate::{Error, Loss, emoji};

/// The channel of a team in which everybody is.
const TOWN_SQUARE: &str = "town-square";

/// Puts everything that the archive holds into `gathered`.
pub(crate) fn read(archive: &mut Archive, gathered: &mut Gathered) -> Result<(), Error> {
    let one = archive.is_one_file();
    let lines = |name: &&String| one || has_extension(name, "jsonl");
    let Some(name) = archive.names().iter().filter(lines).min_by_key(|name| name.len()).cloned()
    else {
        let reason = "it has no file of lines (.jsonl), so it is no export of Mattermost";
        return Err(Error::of(archive.name(), reason));
    };
    let folder = name.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
    let mut reader = Reader { gathered, folder, ids: HashMap::new(), teams: 0, begun: false };
    of_lines(&name, archive.read(&name)?, |number, line| {
        reader.line(line).map_err(|reason| Error::of(&name, format!("line {number}: {reason}")))
    })?;
    let Reader { teams, begun, .. } = reader;
    if !begun {
        return Err(Error::of(&name, "it is empty, so it is no export of Mattermost"));
    }
    if teams > 1 {
        // Nobody of one team was in the channels of another.
        for channel in gathered.channels.iter_mut().filter(|channel| channel.kind == Kind::General)
        {
            channel.kind = Kind::Named { private: true };
        }
    }
    Ok(())
}

struct Reader<'a> {
    gathered: &'a mut Gathered,
    /// In which folder of the archive the lines are, with its `/`.
    folder: String,
    /// How many messages there are of one channel, user and time.
    ids: HashMap<Uuid, u32>,
    teams: u64,
    begun: bool,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    team: Option<&'a RawValue>,
    #[serde(borrow)]
    channel: Option<&'a RawValue>,
    #[serde(borrow)]
    user: Option<&'a RawValue>,
    #[serde(borrow)]
    bot: Option<&'a RawValue>,
    #[serde(borrow)]
    post: Option<&'a RawValue>,
    #[serde(borrow)]
    direct_channel: Option<&'a RawValue>,
    #[serde(borrow)]
    direct_post: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct ChannelOf {
    team: String,
    name: String,
    display_name: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    header: Option<String>,
    purpose: Option<String>,
    deleted_at: Option<i64>,
}

#[derive(Deserialize)]
struct User {
    username: String,
    delete_at: Option<i64>,
    #[serde(default, deserialize_with = "lenient")]
    teams: Vec<UserTeam>,
}

#[derive(Deserialize)]
struct UserTeam {
    name: String,
    #[serde(default, deserialize_with = "lenient")]
    channels: Vec<UserChannel>,
}

#[derive(Deserialize)]
struct UserChannel {
    name: String,
    roles: Option<String>,
}

#[derive(Deserialize)]
struct Direct {
    #[serde(default, deserialize_with = "lenient")]
    members: Vec<String>,
    #[serde(default, deserialize_with = "lenient")]
    participants: Vec<Participant>,
}

#[derive(Deserialize)]
struct Participant {
    username: String,
}

#[derive(Deserialize)]
struct Post {
    team: Option<String>,
    channel: Option<String>,
    #[serde(default, deserialize_with = "lenient")]
    channel_members: Vec<String>,
    user: String,
    #[serde(rename = "type")]
    kind: Option<String>,
    message: Option<String>,
    create_at: i64,
    edit_at: Option<i64>,
    is_pinned: Option<bool>,
    props: Option<Props>,
    #[serde(default, deserialize_with = "lenient")]
    reactions: Vec<Reaction>,
    #[serde(default, deserialize_with = "lenient")]
    replies: Vec<Post>,
    #[serde(default, deserialize_with = "lenient")]
    attachments: Vec<Attachment>,
}

#[derive(Deserialize)]
struct Props {
    #[serde(default, deserialize_with = "lenient")]
    attachments: Vec<Card>,
    deleted: Option<bool>,
}

#[derive(Deserialize)]
struct Card {
    pretext: Option<String>,
    title: Option<String>,
    text: Option<String>,
    fallback: Option<String>,
}

#[derive(Deserialize)]
struct Reaction {
    user: String,
    emoji_name: String,
}

#[derive(Deserialize)]
struct Attachment {
    path: Option<String>,
}

impl Reader<'_> {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let read: Line = serde_json::from_str(line).map_err(|error| {
            let advice = if self.begun {
                "get the whole archive anew"
            } else {
                "it is no export of Mattermost"
            };
            format!("{error}: {advice}")
        })?;
        if !self.begun && read.kind != "version" {
            return Err(
                "the first line names no version, so it is no export of Mattermost".to_owned()
            );
        }
        self.begun = true;
        let done = match read.kind.as_str() {
            "version" | "info" | "scheme" | "role" => Some(()),
            "team" => read.team.map(|_| self.teams += 1),
            "channel" => object(read.channel).map(|channel| self.channel(channel)),
            "user" => object(read.user).map(|user| self.user(user, false)),
            "bot" => object(read.bot).map(|bot| self.user(bot, true)),
            "direct_channel" => object(read.direct_channel).map(|direct: Direct| {
                let participants = direct.participants.into_iter().map(|one| one.username);
                self.direct(direct.members.into_iter().chain(participants).collect());
            }),
            "post" => return self.post_line(object(read.post)),
            "direct_post" => return self.post_line(object(read.direct_post)),
            "emoji" => {
                self.gathered.report.lose(Loss::Emoji);
                Some(())
            }
            _ => {
                self.gathered.report.lose(Loss::Other);
                Some(())
            }
        };
        if done.is_none() {
            self.gathered.report.lose(Loss::Unreadable);
        }
        Ok(())
    }

    fn channel(&mut self, of: ChannelOf) {
        let kind = match of.kind.as_deref() {
            _ if of.name == TOWN_SQUARE => Kind::General,
            Some("P") => Kind::Named { private: true },
            _ => Kind::Named { private: false },
        };
        let shown = of.display_name.filter(|name| !name.trim().is_empty());
        let mut channel =
            Channel::new(&key(&of.team, &of.name), kind, shown.as_ref().unwrap_or(&of.name));
        let topic = [of.header, of.purpose].into_iter().flatten();
        channel.topic =
            topic.into_iter().find(|topic| !topic.trim().is_empty()).unwrap_or_default();
        channel.archived = of.deleted_at.is_some_and(|at| at > 0);
        self.gathered.add_channel(channel);
    }

    fn user(&mut self, user: User, bot: bool) {
        let deactivated = user.delete_at.is_some_and(|at| at > 0);
        let names = vec![user.username.clone()];
        let number =
            self.gathered.people.add(Person { key: user.username, names, bot, deactivated });
        for team in user.teams {
            for UserChannel { name, roles } in team.channels {
                let Some(channel) = self.gathered.channel(&key(&team.name, &name)) else {
                    continue;
                };
                let channel = &mut self.gathered.channels[channel as usize];
                channel.members.insert(number);
                if roles.is_some_and(|roles| roles.split(' ').any(|role| role == "channel_admin")) {
                    channel.owners.insert(number);
                }
            }
        }
    }

    fn direct(&mut self, mut members: Vec<String>) -> u32 {
        members.sort_unstable();
        members.dedup();
        let kind = if members.len() > 2 { Kind::Group } else { Kind::Direct };
        let mut channel = Channel::new(&members.join(" "), kind, &members.join(", "));
        for member in &members {
            channel.members.insert(self.gathered.person(member, &[member]));
        }
        self.gathered.add_channel(channel)
    }

    fn post_line(&mut self, post: Option<Post>) -> Result<(), String> {
        let Some(mut post) = post else {
            self.gathered.report.lose(Loss::Unreadable);
            return Ok(());
        };
        let channel = match (&post.team, &post.channel) {
            (Some(team), Some(channel)) => self.gathered.channel(&key(team, channel)),
            _ if post.channel_members.is_empty() => None,
            _ => Some(self.direct(std::mem::take(&mut post.channel_members))),
        };
        let Some(channel) = channel else {
            self.gathered.report.lose_some(Loss::NoChannel, 1 + post.replies.len() as u64);
            return Ok(());
        };
        let replies = std::mem::take(&mut post.replies);
        let root = self.post(channel, post, None).map_err(|error| error.to_string())?;
        for reply in replies {
            self.post(channel, reply, root).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    /// Returns the post's UUID, unless it has no time.
    fn post(
        &mut self,
        channel: u32,
        post: Post,
        answers: Option<Uuid>,
    ) -> std::io::Result<Option<Uuid>> {
        let Some(at) = from_milliseconds(post.create_at) else {
            self.gathered.report.lose(Loss::Unreadable);
            return Ok(None);
        };
        let key = self.gathered.channels[channel as usize].key.clone();
        let ids = [key.as_str(), &post.user, &post.create_at.to_string()];
        let first = self.gathered.message_uuid(&ids);
        let count = self.ids.entry(first).or_default();
        *count += 1;
        let uuid = match *count {
            1 => first,
            count => self.gathered.message_uuid(&[&first.to_string(), &count.to_string()]),
        };
        let props = post.props.unwrap_or(Props { attachments: Vec::new(), deleted: None });
        if post.kind.as_deref().is_some_and(|kind| kind.starts_with("system_")) {
            self.gathered.report.lose(Loss::SystemLine);
            return Ok(Some(uuid));
        }
        if props.deleted == Some(true) {
            self.gathered.report.lose(Loss::Deleted);
            return Ok(Some(uuid));
        }
        let sender = self.gathered.person(&post.user, &[&post.user]);
        let mut text = text(self.gathered, post.message.as_deref().unwrap_or_default());
        cards(self.gathered, &mut text, props.attachments);
        let files = post.attachments.into_iter().map(|file| self.file(file)).collect::<Vec<_>>();
        let files = self.gathered.attach(uuid, files);
        let edited_at = post.edit_at.filter(|at| *at > 0).and_then(from_milliseconds);
        let reactions = reactions(self.gathered, post.reactions);
        let kept = Kept { text, files, edited_at, reactions };
        let pinned = post.is_pinned == Some(true);
        self.gathered
            .add_message(channel, NewMessage { uuid, sender, at, answers, pinned, kept })?;
        Ok(Some(uuid))
    }

    /// The name of a file, and where the archive may hold it.
    fn file(&self, Attachment { path }: Attachment) -> (String, Vec<String>) {
        let path = path.unwrap_or_default();
        let name = path.rsplit('/').next().unwrap_or_default().to_owned();
        (name, vec![format!("{}data/{path}", self.folder), format!("{}{path}", self.folder)])
    }
}

fn object<T: DeserializeOwned>(value: Option<&RawValue>) -> Option<T> {
    value.and_then(|value| parsed(value.get()))
}

fn key(team: &str, channel: &str) -> String {
    format!("{team}/{channel}")
}

/// What cards say stands in their place where there is no other text.
fn cards(gathered: &mut Gathered, text: &mut Text, cards: Vec<Card>) {
    if !text.is_blank() {
        gathered.report.lose_some(Loss::Card, cards.len() as u64);
        return;
    }
    for Card { pretext, title, text: body, fallback } in cards {
        let mut lines: Vec<_> = [pretext, title, body].into_iter().flatten().collect();
        lines.retain(|line| !line.trim().is_empty());
        if lines.is_empty() {
            lines.extend(fallback);
        }
        for line in lines {
            text.line(&line);
        }
    }
}

fn reactions(gathered: &mut Gathered, reactions: Vec<Reaction>) -> Vec<(String, Vec<u32>)> {
    let mut kept = Vec::new();
    for Reaction { user, emoji_name } in reactions {
        match emoji::by_name(&emoji_name) {
            Some(emoji) => kept.push((emoji.to_owned(), vec![gathered.person(&user, &[&user])])),
            None => gathered.report.lose(Loss::Reaction),
        }
    }
    kept
}

/// Markdown as Chinwag has it, but for names behind `@` and `~` and emoji between colons.
fn text(gathered: &Gathered, source: &str) -> Text {
    let mut text = Text::default();
    for (number, part) in source.split('`').enumerate() {
        if number > 0 {
            text.push("`");
        }
        if number % 2 == 1 {
            text.push(part);
        } else {
            prose(gathered, part, &mut text);
        }
    }
    text
}

fn prose(gathered: &Gathered, source: &str, text: &mut Text) {
    text.push_read(source, |text, rest, before| match rest.as_bytes()[0] {
        _ if before.is_alphanumeric() => None,
        b'@' => mention(gathered, rest, text),
        b':' => emoji::at(rest).map(|(emoji, length)| {
            text.push(emoji);
            length
        }),
        _ => None,
    });
}

fn mention(gathered: &Gathered, rest: &str, text: &mut Text) -> Option<usize> {
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    let end = rest[1..].find(|c| !is_of_name(c)).map_or(rest.len(), |end| end + 1);
    let mut name = rest[1..end].to_ascii_lowercase();
    // A point behind a name may end the sentence.
    loop {
        if matches!(name.as_str(), "all" | "channel" | "here") {
            text.all = true;
            text.push("@all");
            return Some(name.len() + 1);
        }
        if let Some(user) = gathered.people.get(&name) {
            text.mention(user);
            return Some(name.len() + 1);
        }
        if !name.ends_with(['.', '-', '_']) {
            return None;
        }
        name.pop();
    }
}
