//! Groups and named channels from an export, with their members, and what has changed of messages.

use chinwag_protocol::UserUuid;
use redis::Pipeline;

use super::scripts::{IMPORT_MEMBER, IMPORT_MENTIONS, IMPORT_STATE};
use crate::look::looks;
use crate::transfer::{ChannelRecord, DetailsRecord, MemberRecord, MessageRecord};

/// What `scripts/create_channel.lua` writes, without members.
pub(super) fn add_channel(
    commands: &mut Pipeline,
    uuid: &str,
    details: &DetailsRecord,
    folded_name: Option<&str>,
) {
    let flag = |is: bool| if is { "1" } else { "0" };
    let kind = if folded_name.is_some() { "named" } else { "group" };
    let posting = if details.owners_post { "owners" } else { "all" };
    let made_at = details.created_at.to_string();
    let fields = [
        ("kind", kind),
        ("name", &details.name),
        ("folded", folded_name.unwrap_or_default()),
        ("topic", &details.topic),
        ("private", flag(details.private)),
        ("posting", posting),
        ("archived", flag(details.archived)),
        ("madeAt", &made_at),
    ];
    commands.cmd("HSET").arg(format!("channel:{uuid}")).arg(&fields).ignore();
    let Some(folded) = folded_name.filter(|_| !details.private) else { return };
    let looks = looks(&details.name).into_iter().map(|look| format!("\0{look}"));
    for form in std::iter::once(folded.to_owned()).chain(looks) {
        commands.cmd("HSET").arg("channelNames").arg(&form).arg(uuid).ignore();
        commands.cmd("RPUSH").arg(format!("channelForms:{uuid}")).arg(form).ignore();
    }
    let listed = if details.archived { "channelsArchived" } else { "channelsPublic" };
    commands.cmd("ZADD").arg(listed).arg(0).arg(format!("{folded}\0{uuid}")).ignore();
}

/// Gives General its topic and who may write.
pub(super) fn set_general(commands: &mut Pipeline, details: &DetailsRecord) {
    let posting = if details.owners_post { "owners" } else { "all" };
    commands.cmd("HSET").arg("channel:public").arg("topic").arg(&*details.topic);
    commands.arg("posting").arg(posting).ignore();
}

pub(super) fn add_member(commands: &mut Pipeline, channel: &ChannelRecord, member: &MemberRecord) {
    let MemberRecord { user, read, owner, since, preferences } = member;
    // Words, numbers and strings only: there is nothing that could fail.
    let preferences = serde_json::to_string(preferences).unwrap_or_default();
    commands.cmd("EVAL").arg(IMPORT_MEMBER.text()).arg(0).arg(&channel.uuid).arg(user.to_string());
    commands.arg(since.map(|since| since.to_string()).unwrap_or_default());
    commands.arg(since.map(jiff::Timestamp::as_microsecond).unwrap_or_default());
    commands.arg(u8::from(*owner)).arg(read).arg(preferences).ignore();
}

/// Counts a message that mentions or answers somebody, and notes it for whom it concerns.
pub(super) fn note_mentions(commands: &mut Pipeline, channel: &str, message: &MessageRecord) {
    let MessageRecord { seq, sender, mentions, mention_all, reply_to, .. } = message;
    let is_deleted = message.state.as_ref().is_some_and(|state| state.deleted_at.is_some());
    if is_deleted || mentions.is_empty() && !mention_all && reply_to.is_none() {
        return;
    }
    commands.cmd("EVAL").arg(IMPORT_MENTIONS.text()).arg(0).arg(channel).arg(seq);
    commands.arg(message.created_at.as_microsecond()).arg(sender.to_string());
    commands.arg(u8::from(*mention_all));
    commands.arg(reply_to.map(|seq| seq.to_string()).unwrap_or_default());
    commands.arg(mentions.iter().map(UserUuid::to_string).collect::<Vec<_>>()).ignore();
}

/// Notes the files of a message as `scripts/append.lua` binds them.
pub(super) fn note_files(commands: &mut Pipeline, channel: &str, message: &MessageRecord) {
    let MessageRecord { seq, sender, files, .. } = message;
    if !files.is_empty() {
        commands.cmd("ZADD").arg(format!("channelFiles:{channel}")).arg(seq).arg(seq).ignore();
    }
    for file in files {
        let key = format!("file:{}", file.uuid);
        commands.cmd("HSET").arg(&key).arg(&["state", "bound", "channel", channel]);
        commands.arg("user").arg(sender.to_string()).arg("name").arg(&*file.name);
        commands.arg("kind").arg(&*file.kind).arg("size").arg(file.size).ignore();
        if let Some((width, height)) = file.width.zip(file.height) {
            commands.cmd("HSET").arg(&key).arg("width").arg(width).arg("height").arg(height);
            commands.ignore();
        }
        if file.preview {
            commands.cmd("HSET").arg(&key).arg("preview").arg(1).ignore();
        }
        for of in [sender.to_string(), String::new()] {
            commands.cmd("HINCRBY").arg("fileBytes").arg(of).arg(file.size).ignore();
        }
    }
}

/// Notes a message that has changed or stands in a thread where such messages are looked for.
pub(super) fn note_state(commands: &mut Pipeline, channel: &str, message: &MessageRecord) {
    let MessageRecord { seq, root, state, .. } = message;
    if root.is_none() && state.is_none() {
        return;
    }
    let root = root.map(|root| root.to_string()).unwrap_or_default();
    let state = state.as_deref().cloned().unwrap_or_default();
    commands.cmd("EVAL").arg(IMPORT_STATE.text()).arg(0).arg(channel).arg(seq);
    commands.arg(state.rev).arg(root).arg(u8::from(state.pinned_at.is_some()));
    for (emoji, users) in &state.reactions {
        commands.arg(&**emoji).arg(users.len());
        commands.arg(users.iter().map(UserUuid::to_string).collect::<Vec<_>>());
    }
    commands.ignore();
}
