//! A Redis that is being filled from an export.

use std::sync::Arc;

use async_trait::async_trait;
use chinwag_protocol::UserUuid;
use jiff::Timestamp;
use redis::Pipeline;

use super::client;
use super::link::{Link, unavailable};
use super::records::{StoredMessage, StoredReaction, StoredReply, StoredUser};
use super::{import_channels, looks, schema};
use crate::look::looks;
use crate::transfer::{
    ChannelKind, ChannelRecord, Item, MessageRecord, Progress, Target, UserRecord,
};
use crate::{REACTION_USERS, Result, Role, Unavailable, User};

const ACTION: &str = "import into Redis";

/// Where an import notes how far it has come, as long as it is not finished.
const IMPORT: &str = "import";

/// Where a finished one is noted.
const IMPORTED: &str = "imported";

/// How many messages a page of a channel has; `scripts/pages.lua` has the same number.
const PAGE: u64 = 128;

/// A Redis that is being filled. No node starts on it meanwhile.
pub struct RedisTarget {
    link: Link,
    progress: Option<Progress>,
    finished: Option<Progress>,
    page: PageInMaking,
}

/// The messages of a channel's page that is not full yet.
#[derive(Default)]
struct PageInMaking {
    channel: String,
    messages: Vec<String>,
}

impl RedisTarget {
    /// Connects to a Redis that is empty or holds an import, finished or not.
    ///
    /// # Errors
    /// When it can't be reached, is in use, or holds something else.
    pub async fn open(url: &str, roots: Option<Vec<u8>>) -> Result<Self> {
        let client = client::of(url, roots).map_err(|error| unavailable(ACTION, &error))?;
        let link = Link::open(client).await?;
        let progress = unfinished(&link, ACTION).await?;
        let finished = noted(&link, ACTION, IMPORTED).await?;
        let mut commands = redis::pipe();
        commands
            .cmd("EXISTS")
            .arg("users")
            .arg("channelMessages:public")
            .cmd("SMEMBERS")
            .arg("nodes");
        let (held, nodes): (u64, Vec<String>) = link.send(ACTION, &commands).await?;
        if progress.is_none() && finished.is_none() && held > 0 {
            return Err(refused(HOLDS_A_CHAT));
        }
        let mut commands = redis::pipe();
        let alive = commands.cmd("EXISTS").arg("node:");
        for node in nodes {
            alive.arg(format!("node:{node}"));
        }
        let (alive,): (u64,) = link.send(ACTION, &commands).await?;
        if alive > 0 {
            return Err(refused("a server runs on this Redis: stop it first"));
        }
        Ok(Self { link, progress, finished, page: PageInMaking::default() })
    }

    fn add_message(
        &mut self,
        commands: &mut Pipeline,
        channel: &ChannelRecord,
        message: MessageRecord,
    ) {
        let ChannelRecord { uuid, users, messages, .. } = channel;
        let MessageRecord { seq, sender, client_uuid, .. } = &message;
        if let Some(client_uuid) = client_uuid {
            let field = format!("{sender}:{client_uuid}");
            commands.cmd("HSET").arg(format!("messageClient:{uuid}")).arg(field).arg(*seq).ignore();
        }
        if let Some([low, high]) = users.filter(|_| seq == messages) {
            let at = message.created_at.as_microsecond();
            for user in [low, high] {
                commands.cmd("ZADD").arg(format!("userChannels:{user}")).arg(at).arg(uuid).ignore();
            }
        }
        let recipient = match (users, &channel.details) {
            (Some(users), _) => other(*users, *sender).to_string(),
            (None, Some(_)) if channel.kind() != ChannelKind::General => uuid.clone(),
            (None, _) => String::new(),
        };
        let seq = *seq;
        import_channels::note_state(commands, uuid, &message);
        import_channels::note_mentions(commands, uuid, &message);
        import_channels::note_files(commands, uuid, &message);
        let MessageRecord { reply_to, root, state, .. } = message;
        let replies = root
            .filter(|_| reply_to.is_none())
            .map(|_| state.as_ref().map_or(0, |state| state.replies));
        let state = state.map(|state| *state).unwrap_or_default();
        let stored = StoredMessage {
            uuid: message.uuid,
            sender: message.sender,
            written_as: message.written_as,
            recipient,
            text: message.message,
            created_at: message.created_at,
            reply_to: reply_to.map(|seq| StoredReply { seq, root: root.unwrap_or(seq) }),
            mentions: message.mentions,
            mention_all: message.mention_all,
            files: message.files,
            rev: state.rev,
            edited_at: state.edited_at,
            deleted_at: state.deleted_at,
            pinned_at: state.pinned_at,
            replies,
            reactions: state.reactions.into_iter().map(reaction).collect(),
        };
        // Strings only: there is nothing that could fail.
        let json = serde_json::to_string(&stored).unwrap_or_default();
        commands.cmd("RPUSH").arg(format!("channelMessages:{uuid}")).arg(&json).ignore();
        self.page.add(commands, uuid, seq, json);
    }
}

impl PageInMaking {
    /// A page whose beginning was stored before an interruption is left to be made when it is read.
    fn add(&mut self, commands: &mut Pipeline, channel: &str, seq: u64, json: String) {
        if (seq - 1).is_multiple_of(PAGE) {
            channel.clone_into(&mut self.channel);
            self.messages.clear();
        }
        self.messages.push(json);
        if seq.is_multiple_of(PAGE) && self.messages.len() as u64 == PAGE {
            let key = format!("channelMessagesPage:{channel}:{}", seq / PAGE - 1);
            commands.cmd("RPUSH").arg(key).arg(&self.messages).ignore();
        }
    }
}

#[async_trait]
impl Target for RedisTarget {
    fn progress(&self) -> Option<&Progress> {
        self.progress.as_ref()
    }

    fn finished(&self) -> Option<&Progress> {
        self.finished.as_ref()
    }

    async fn write(&mut self, items: Vec<Item>, progress: &Progress) -> Result<()> {
        let mut commands = redis::pipe();
        commands.atomic();
        for item in items {
            match item {
                Item::User { user, folded_name, index } => {
                    add_user(&mut commands, user, &folded_name, index);
                }
                Item::Channel { channel, folded_name } => match &channel.details {
                    Some(details) if channel.kind() == ChannelKind::General => {
                        import_channels::set_general(&mut commands, details);
                    }
                    Some(details) => {
                        let folded = folded_name.as_deref();
                        import_channels::add_channel(&mut commands, &channel.uuid, details, folded);
                    }
                    None => add_channel(&mut commands, &channel),
                },
                Item::Member(channel, member) => {
                    import_channels::add_member(&mut commands, &channel, &member);
                }
                Item::Message(channel, message) => {
                    self.add_message(&mut commands, &channel, message);
                }
            }
        }
        let Progress { lines, digest } = progress;
        commands.cmd("HSET").arg(IMPORT).arg("lines").arg(lines).arg("digest").arg(digest).ignore();
        self.link.send(ACTION, &commands).await
    }

    async fn finish(&mut self) -> Result<()> {
        if self.progress.is_some() {
            // Version 0.1 may have begun it.
            schema::update(&self.link).await?;
        }
        let mut commands = redis::pipe();
        commands.atomic();
        looks::note_all(&mut commands);
        schema::note(&mut commands);
        commands.cmd("RENAME").arg(IMPORT).arg(IMPORTED).ignore();
        self.link.send(ACTION, &commands).await
    }

    fn refusal(&self) -> Unavailable {
        refused(HOLDS_A_CHAT)
    }
}

const HOLDS_A_CHAT: &str = "this Redis holds a chat already: import into an empty one, or into another database (redis://HOST:PORT/1)";

fn refused(reason: &str) -> Unavailable {
    Unavailable { action: ACTION, reason: reason.to_owned() }
}

/// How far an import has come that was not finished.
pub(super) async fn unfinished(link: &Link, action: &'static str) -> Result<Option<Progress>> {
    noted(link, action, IMPORT).await
}

async fn noted(link: &Link, action: &'static str, key: &str) -> Result<Option<Progress>> {
    let mut commands = redis::pipe();
    commands.cmd("HMGET").arg(key).arg("lines").arg("digest");
    let ((lines, digest),): ((Option<u64>, Option<String>),) = link.send(action, &commands).await?;
    Ok(lines.zip(digest).map(|(lines, digest)| Progress { lines, digest }))
}

/// What `scripts/create_account.lua` writes.
fn add_user(commands: &mut Pipeline, record: UserRecord, folded_name: &str, index: u64) {
    let UserRecord { uuid, username, password, access_keys, devices, read, notify, .. } = record;
    let (id, user) = (uuid.to_string(), User { uuid, name: username });
    let mut add = |name: &str, key: &str, arguments: &[&str]| {
        commands.cmd(name).arg(key).arg(arguments).ignore();
    };
    let (index, read) = (index.to_string(), read.to_string());
    for look in looks(&user.name) {
        add("HSETNX", "namesByLook", &[&look, &id]);
    }
    add("RPUSH", "users", &[&StoredUser::new(&user, password.clone()).json()]);
    add("SET", &format!("usersUsernameListIndex:{folded_name}"), &[&index]);
    add("SET", &format!("usersUUIDListIndex:{id}"), &[&index]);
    add("SET", &format!("usersUsernameUUID:{folded_name}"), &[&id]);
    let fields = ["name", &user.name, "folded", folded_name, "password", &password];
    add("HSET", &format!("user:{id}"), &fields);
    if !notify.is_default() {
        add("HSET", &format!("user:{id}"), &["notify", &notify.json()]);
    }
    add("ZADD", "usersOffline", &["0", &format!("{folded_name}\0{id}")]);
    add("SET", &format!("channelSenderRecipient:{id}:public"), &["public"]);
    add("HSET", "channelRead:public", &[&id, &read]);
    if record.role == Role::Admin {
        add("HSET", &format!("user:{id}"), &["role", "admin"]);
    }
    if record.deactivated {
        let now = Timestamp::now().as_second().to_string();
        add("HSET", &format!("user:{id}"), &["deactivatedAt", &now]);
        add("SADD", "restricted", &[&id]);
    } else if record.role == Role::Admin {
        add("SADD", "admins", &[&id]);
    }
    for blocked in record.blocked {
        add("SADD", &format!("userBlocks:{id}"), &[&blocked.to_string()]);
        add("SADD", "restricted", &[&format!("{id}:{blocked}")]);
    }
    for (digest, used_at) in access_keys {
        add("HSET", &format!("access_key:{id}"), &[&digest, &used_at.to_string()]);
    }
    for (digest, device) in devices {
        add("HSET", &format!("accessKeyDevices:{id}"), &[&digest, &device]);
    }
}

fn reaction((emoji, mut users): (Arc<str>, Vec<UserUuid>)) -> StoredReaction {
    let count = users.len() as u64;
    users.truncate(usize::try_from(REACTION_USERS).unwrap_or(usize::MAX));
    StoredReaction { emoji, count, users }
}

fn add_channel(commands: &mut Pipeline, channel: &ChannelRecord) {
    let (Some(users), uuid) = (channel.users, &channel.uuid) else { return };
    let [low, high] = users.map(|user| user.to_string());
    let fields = ["kind", "direct", "low", &low, "high", &high];
    commands.cmd("HSET").arg(format!("channel:{uuid}")).arg(&fields).ignore();
    for (user, read) in users.into_iter().zip(channel.read.unwrap_or_default()) {
        let pair = format!("channelSenderRecipient:{user}:{}", other(users, user));
        commands.cmd("SET").arg(pair).arg(uuid).ignore();
        let marks = format!("channelRead:{uuid}");
        commands.cmd("HSET").arg(marks).arg(user.to_string()).arg(read).ignore();
    }
}

fn other([low, high]: [UserUuid; 2], user: UserUuid) -> UserUuid {
    if user == low { high } else { low }
}
