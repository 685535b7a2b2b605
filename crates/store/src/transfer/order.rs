//! Whether the lines of an import follow one another as those of an export do.

use std::collections::HashSet;

use chinwag_protocol::{ChannelUuid, UserUuid};

use super::{
    ChannelKind, ChannelRecord, Counts, Item, MemberRecord, MessageRecord, OLDEST, Record, VERSION,
};
use crate::channel_name;

/// Follows the lines of an import.
#[derive(Default)]
pub struct Order {
    begun: bool,
    ended: bool,
    counts: Counts,
    users: HashSet<UserUuid>,
    /// Those whom users have blocked, until all users are there.
    blocked: HashSet<UserUuid>,
    names: HashSet<String>,
    channels: HashSet<String>,
    channel: Option<ChannelRecord>,
    /// The members of the channel so far.
    members: HashSet<UserUuid>,
    /// The `Seq` of the channel's last message.
    last: u64,
}

impl Order {
    /// Takes the next line. What it brings is to be stored; the first and the last bring nothing.
    /// `fold` makes a name comparable.
    ///
    /// # Errors
    /// What is wrong with the line, as a sentence.
    pub fn take(
        &mut self,
        record: Record,
        fold: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<Option<Item>, String> {
        if self.ended {
            return Err("something follows the end".to_owned());
        }
        if !self.begun && !matches!(record, Record::Chinwag { .. }) {
            return Err("the file does not begin like an export of Chinwag".to_owned());
        }
        match record {
            Record::Chinwag { version } => self.begin(version).map(|()| None),
            Record::User { user } => {
                let folded_name = fold(&user.username)?;
                let index = self.counts.users;
                if self.channel.is_some() {
                    return Err("a user stands behind the channels".to_owned());
                }
                if !self.users.insert(user.uuid) || !self.names.insert(folded_name.clone()) {
                    return Err("a user of this UUID or name was there before".to_owned());
                }
                self.blocked.extend(&user.blocked);
                self.counts.users += 1;
                Ok(Some(Item::User { user, folded_name, index }))
            }
            Record::Channel { channel } => self.channel(channel, fold).map(Some),
            Record::Member { member } => self.member(member).map(Some),
            Record::Message { message } => self.message(message).map(Some),
            Record::End { end } => self.end(end).map(|()| None),
        }
    }

    /// What came so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// Whether the end was reached.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    fn begin(&mut self, version: u32) -> Result<(), String> {
        if self.begun || !(OLDEST..=VERSION).contains(&version) {
            return Err(format!(
                "the export is of version {version}; this takes {OLDEST} to {VERSION}"
            ));
        }
        self.begun = true;
        Ok(())
    }

    fn channel(
        &mut self,
        channel: ChannelRecord,
        fold: impl FnOnce(&str) -> Result<String, String>,
    ) -> Result<Item, String> {
        self.complete()?;
        let is_general = channel.uuid == channel_name(ChannelUuid::GENERAL);
        let is_uuid = channel.uuid.parse::<ChannelUuid>().is_ok();
        let mut folded_name = None;
        match (channel.kind(), channel.users, &channel.details) {
            (ChannelKind::General, None, _) if is_general => {}
            (ChannelKind::Direct, Some([low, high]), None) if low <= high && is_uuid => {
                if ![low, high].iter().all(|user| self.users.contains(user)) {
                    return Err("a channel is of a user who is not there".to_owned());
                }
            }
            (ChannelKind::Group, None, Some(_)) if is_uuid => {}
            (ChannelKind::Named, None, Some(details)) if is_uuid => {
                folded_name = Some(fold(&details.name)?);
            }
            _ => return Err("a channel is neither General nor of users".to_owned()),
        }
        if !self.channels.insert(channel.uuid.clone()) {
            return Err("a channel of this UUID was there before".to_owned());
        }
        self.counts.channels += 1;
        self.last = 0;
        self.members.clear();
        self.channel = Some(channel.clone());
        Ok(Item::Channel { channel, folded_name })
    }

    fn member(&mut self, member: MemberRecord) -> Result<Item, String> {
        let Some(channel) = self.channel.as_ref().filter(|_| self.last == 0) else {
            return Err("a member does not follow the channel".to_owned());
        };
        if !self.users.contains(&member.user) || !self.members.insert(member.user) {
            return Err("a member is a user who is not there, or is there twice".to_owned());
        }
        Ok(Item::Member(channel.clone(), member))
    }

    fn message(&mut self, message: MessageRecord) -> Result<Item, String> {
        let Some(channel) = &self.channel else {
            return Err("a message stands before its channel".to_owned());
        };
        if message.seq != self.last + 1 {
            return Err(format!("the message {} is not there", self.last + 1));
        }
        let known = match channel.users {
            Some(users) => users.contains(&message.sender),
            None => self.users.contains(&message.sender),
        };
        if !known {
            return Err("a message is of a user who is not there".to_owned());
        }
        let answers = message.reply_to.is_none_or(|seq| (1..message.seq).contains(&seq));
        let begins = message.root.is_none_or(|root| match message.reply_to {
            Some(seq) => (1..=seq).contains(&root),
            None => root == message.seq,
        });
        if !answers || !begins {
            return Err("a message answers one that is not there".to_owned());
        }
        let reactions = message.state.iter().flat_map(|state| &state.reactions);
        if !reactions.flat_map(|(_, users)| users).all(|user| self.users.contains(user)) {
            return Err("a reaction is of a user who is not there".to_owned());
        }
        if !message.mentions.iter().all(|user| self.users.contains(user)) {
            return Err("a message mentions a user who is not there".to_owned());
        }
        self.last += 1;
        self.counts.messages += 1;
        Ok(Item::Message(channel.clone(), message))
    }

    /// All users, or all messages of the channel that ends here, have come.
    fn complete(&self) -> Result<(), String> {
        if self.channel.is_none() && !self.blocked.is_subset(&self.users) {
            return Err("a user is blocked who is not there".to_owned());
        }
        let expected = self.channel.as_ref().map_or(0, |channel| channel.messages);
        if self.last == expected {
            return Ok(());
        }
        Err(format!("a channel has {} messages in place of {expected}", self.last))
    }

    fn end(&mut self, end: Counts) -> Result<(), String> {
        self.complete()?;
        if end != self.counts {
            return Err("there are more or fewer lines than the end counts".to_owned());
        }
        self.ended = true;
        Ok(())
    }
}
