//! Groups and named channels: their names, their news, and those that have gone.

use chinwag_client::Channel;
use chinwag_client::protocol::ChannelUuid;
use chinwag_client::protocol::outgoing::{
    Channel as Details, Inbox, Member, MembersNews, Prefs, Sys,
};

use super::asks::Ask;
use super::room::Room;
use super::state::Chat;
use crate::channels;

impl Chat {
    /// A channel's name, with its sign.
    pub fn label(&self, channel: Channel) -> String {
        let name = self.name(channel);
        if self.details(channel).is_some_and(|it| !it.name.is_empty())
            && channel != Channel::General
        {
            format!("#{name}")
        } else {
            name
        }
    }

    /// What is known of General, a group or a named channel.
    pub fn details(&self, channel: Channel) -> Option<&Details> {
        let Channel::Shared(uuid) = channel else {
            return self.rooms.get(&channel)?.details.as_ref();
        };
        let room = self.rooms.get(&channel);
        room.and_then(|room| room.details.as_ref()).or_else(|| self.found.get(&uuid))
    }

    /// The name of a channel, or of a group's other people.
    pub(super) fn shared_name(&self, channel: Channel) -> String {
        self.details(channel).map_or_else(|| "…".into(), |it| channels::name(it, self.me))
    }

    /// Whether the channel that is shown is only looked at.
    pub fn only_looks(&self) -> bool {
        !self.room().member
    }

    /// A named channel of the user, or General.
    pub(super) fn is_named(&self, channel: Channel) -> bool {
        matches!(channel, Channel::Shared(_))
            && self.details(channel).is_some_and(|details| !details.name.is_empty())
    }

    /// Applies news of channels.
    pub(super) fn take_channel_news(&mut self, news: Sys) -> Vec<Ask> {
        match news {
            Sys::Channel { channel } => self.take_channel(channel),
            Sys::ChannelGone { channel_gone } => match self.named_by(&channel_gone) {
                Some(channel) => self.take_gone(channel),
                None => Vec::new(),
            },
            Sys::Members { members } => {
                self.take_members(&members);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    /// A channel of the user: made, edited, or new to them. Of a new one the inbox tells what is unread.
    pub(super) fn take_channel(&mut self, details: Details) -> Vec<Ask> {
        let channel = Channel::Shared(details.uuid);
        if details.uuid == ChannelUuid::GENERAL {
            self.room_of(Channel::General).details = Some(details);
            return Vec::new();
        }
        details.users.iter().for_each(|user| self.learn_member(user));
        let now = self.now.timestamp();
        let is_new = self.rooms.get(&channel).is_none_or(|room| !room.member);
        let room = self.room_of(channel);
        room.newest.get_or_insert(now);
        // News are the same for all members, and don't tell who owns it.
        let owner = details.owner || room.details.as_ref().is_some_and(|before| before.owner);
        room.details = Some(Details { owner, ..details });
        (room.member, room.told) = (true, true);
        if is_new { vec![Ask::Inbox] } else { Vec::new() }
    }

    /// The user has left a channel, or was removed.
    fn take_gone(&mut self, channel: Channel) -> Vec<Ask> {
        let label = self.label(channel);
        let was_open = channel == self.open;
        let asks = if was_open { self.show(Channel::General) } else { Vec::new() };
        self.rooms.remove(&channel);
        self.unsent.retain(|unsent| unsent.channel != channel);
        if was_open {
            self.notice = Some(format!("You are no longer in {label}."));
        }
        asks
    }

    /// Forgets the channels that the user left, or was removed from, while the connection was lost. The end of one that
    /// this connection has told of is told by it, too.
    pub(super) fn forget_gone(&mut self, inbox: &Inbox) -> Vec<Ask> {
        if !inbox.channels.iter().any(|listed| listed.details.is_some()) {
            return Vec::new();
        }
        let listed: Vec<_> = inbox.channels.iter().map(Channel::from).collect();
        let is_gone = |room: &&Room| {
            matches!(room.channel, Channel::Shared(_))
                && room.member
                && !room.told
                && !listed.contains(&room.channel)
        };
        let gone: Vec<_> = self.rooms.values().filter(is_gone).map(|room| room.channel).collect();
        gone.into_iter().flat_map(|channel| self.take_gone(channel)).collect()
    }

    fn take_members(&mut self, news: &MembersNews) {
        news.added.iter().for_each(|user| self.learn_member(user));
        let me = self.me;
        let room = self.named_by(&news.channel).and_then(|channel| self.rooms.get_mut(&channel));
        if let Some(details) = room.and_then(|room| room.details.as_mut()) {
            details.users_total = news.users_total;
            if let Some(me) = news.added.iter().find(|user| user.uuid == me) {
                details.owner = me.owner;
            }
        }
    }

    pub(super) fn take_prefs(&mut self, prefs: Prefs) {
        let channel = self.named_by(&prefs.channel);
        if let Some(room) = channel.and_then(|channel| self.rooms.get_mut(&channel)) {
            room.prefs = prefs.chosen;
        }
    }

    pub(super) fn learn_member(&mut self, user: &Member) {
        let known = self.people.get(&user.uuid).is_some_and(|person| person.online);
        self.note(user.uuid, &user.username, user.online.unwrap_or(known));
    }
}
