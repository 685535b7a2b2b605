//! Who is signed in on a core, and who hears which channel.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use chinwag_protocol::{ChannelUuid, UserUuid};
use chinwag_store::KeyDigest;
use slab::Slab;

use crate::connection::{Connection, Heard};
use crate::mailbox::Mailbox;

/// Who is signed in on a core, and who hears which channel.
///
/// A direct channel is heard by the sessions of its two users. Another channel has its listeners here: the
/// connections that hear it on their own account, and its members who have asked for all their channels on
/// one of their sessions. Of General every user is a member, so that only connections are listed.
pub struct Hub {
    mailbox: Arc<Mailbox>,
    users: HashMap<UserUuid, u32>,
    people: Slab<Sessions>,
    channels: HashMap<ChannelUuid, u32>,
    listeners: Slab<Listeners>,
    /// The keys by which connections are about to sign in, by their ids. One that is revoked before
    /// its session has begun is taken out.
    pub(super) entering: HashMap<u64, (UserUuid, KeyDigest)>,
}

/// The sessions of a user on the core.
struct Sessions {
    user: UserUuid,
    connections: Vec<Rc<Connection>>,
    /// The channels among whose members the user stands.
    channels: Vec<u32>,
    /// Whether these are known: since a session has asked for all channels.
    is_member: bool,
    /// Counts what has changed of the memberships since the first session began.
    changes: u32,
}

// Of each user; their channels cost 4 bytes each here, and 4 in the channel's members.
const _: () = assert!(size_of::<Sessions>() <= 72);

/// Who hears a channel on the core.
pub(super) struct Listeners {
    channel: ChannelUuid,
    /// Connections that hear it on their own account. Each knows its place in it.
    pub(super) connections: Vec<Listener>,
    /// Users who hear it as members, by their places among the people, in order: so each is found without a
    /// note of where it stands.
    members: Vec<u32>,
}

/// A connection that hears a channel on its own account.
pub(super) struct Listener {
    pub(super) connection: Rc<Connection>,
    /// From this `Seq` on it gets all messages as they come.
    pub(super) from: u64,
}

impl Hub {
    /// Of the core with this mailbox.
    pub fn new(mailbox: Arc<Mailbox>) -> Self {
        Self {
            mailbox,
            users: HashMap::new(),
            people: Slab::new(),
            channels: HashMap::new(),
            listeners: Slab::new(),
            entering: HashMap::new(),
        }
    }

    /// Adds the session of a user.
    pub fn add(&mut self, user: UserUuid, connection: &Rc<Connection>) {
        let Self { mailbox, users, people, .. } = self;
        let at = *users.entry(user).or_insert_with(|| {
            mailbox.interest.add(user.0);
            index(people.insert(Sessions {
                user,
                connections: Vec::with_capacity(1),
                channels: Vec::new(),
                is_member: false,
                changes: 0,
            }))
        });
        people[at as usize].connections.push(Rc::clone(connection));
    }

    /// What has changed of the user's memberships so far, if they still have to be read.
    pub fn unread_memberships(&self, user: UserUuid) -> Option<u32> {
        let sessions = &self.people[*self.users.get(&user)? as usize];
        (!sessions.is_member).then_some(sessions.changes)
    }

    /// Takes the user's memberships, unless one has changed since they began to be read.
    pub fn set_memberships(&mut self, user: UserUuid, since: u32, channels: Vec<ChannelUuid>) {
        let Some(&at) = self.users.get(&user) else { return };
        let sessions = &mut self.people[at as usize];
        if sessions.is_member || sessions.changes != since {
            return;
        }
        sessions.is_member = true;
        sessions.channels.reserve_exact(channels.len());
        for channel in channels {
            self.enlist(at, channel);
        }
    }

    /// Notes that the user has become a member.
    pub fn add_member(&mut self, user: UserUuid, channel: ChannelUuid) {
        let Some(&at) = self.users.get(&user) else { return };
        let sessions = &mut self.people[at as usize];
        sessions.changes += 1;
        if sessions.is_member {
            self.enlist(at, channel);
        }
    }

    /// Notes that the user isn't a member any more.
    pub fn remove_member(&mut self, user: UserUuid, channel: ChannelUuid) {
        let Some(&at) = self.users.get(&user) else { return };
        let sessions = &mut self.people[at as usize];
        sessions.changes += 1;
        let Some(&channel) = self.channels.get(&channel) else { return };
        if let Some(place) = sessions.channels.iter().position(|known| *known == channel) {
            sessions.channels.swap_remove(place);
            self.strike(at, channel);
        }
    }

    /// Adds a user to a channel's members.
    fn enlist(&mut self, at: u32, channel: ChannelUuid) {
        let channel = self.listeners_of(channel);
        let members = &mut self.listeners[channel as usize].members;
        if let Err(place) = members.binary_search(&at) {
            members.insert(place, at);
            self.people[at as usize].channels.push(channel);
        }
    }

    /// Takes a user out of a channel's members.
    fn strike(&mut self, at: u32, channel: u32) {
        let members = &mut self.listeners[channel as usize].members;
        if let Ok(place) = members.binary_search(&at) {
            members.remove(place);
        }
        self.remove_if_empty(channel);
    }

    /// Notes that the connection is about to sign in, before the store is asked about the key.
    pub fn begin_entering(&mut self, connection: &Connection, user: UserUuid, key: KeyDigest) {
        self.entering.insert(connection.id, (user, key));
    }

    /// Whether the key has not been revoked since.
    pub fn end_entering(&mut self, connection: &Connection) -> bool {
        self.entering.remove(&connection.id).is_some()
    }

    /// Removes the connection's session wherever it is.
    pub fn remove(&mut self, connection: &Connection) {
        for heard in connection.heard.take().into_iter().flatten() {
            self.unhear(heard);
        }
        let session = connection.session.borrow();
        let Some(user) = session.as_ref().map(|session| session.user.uuid) else { return };
        let Some(&at) = self.users.get(&user) else { return };
        let sessions = &mut self.people[at as usize];
        sessions.connections.retain(|other| other.id != connection.id);
        if sessions.connections.is_empty() {
            self.remove_user(at);
        }
    }

    fn remove_user(&mut self, at: u32) {
        let Sessions { user, channels, .. } = self.people.remove(at as usize);
        self.users.remove(&user);
        self.mailbox.interest.remove(user.0);
        for channel in channels {
            self.strike(at, channel);
        }
    }

    /// Lets the connection hear on its own account what its session now wants.
    pub fn update(&mut self, connection: &Rc<Connection>) {
        let session = connection.session.borrow();
        let wanted = session.as_ref().map(|session| session.heard()).unwrap_or_default();
        let user = session.as_ref().map(|session| session.user.uuid);
        drop(session);
        let mut heard = connection.heard.take();
        for slot in &mut heard {
            let stays = |heard: &Heard| {
                let channel = self.listeners[heard.channel as usize].channel;
                wanted.iter().flatten().any(|(wanted, _)| *wanted == channel)
            };
            if let Some(gone) = slot.take_if(|heard| !stays(heard)) {
                self.unhear(gone);
            }
        }
        for (channel, from) in wanted.into_iter().flatten() {
            let at = self.listeners_of(channel);
            let is_member = user.is_some_and(|user| self.is_member(connection, user, at));
            let from = if is_member { 0 } else { from };
            let listeners = &mut self.listeners[at as usize];
            if let Some(heard) = heard.iter().flatten().find(|heard| heard.channel == at) {
                listeners.connections[heard.place as usize].from = from;
            } else if let Some(free) = heard.iter_mut().find(|slot| slot.is_none()) {
                let place = index(listeners.connections.len());
                listeners.connections.push(Listener { connection: Rc::clone(connection), from });
                *free = Some(Heard { channel: at, place });
            }
        }
        connection.heard.set(heard);
    }

    /// Takes a connection out of a channel's listeners.
    fn unhear(&mut self, Heard { channel, place }: Heard) {
        let connections = &mut self.listeners[channel as usize].connections;
        connections.swap_remove(place as usize);
        // The last one has moved into the gap.
        if let Some(moved) = connections.get(place as usize) {
            let mut heard = moved.connection.heard.get();
            for heard in heard.iter_mut().flatten().filter(|heard| heard.channel == channel) {
                heard.place = place;
            }
            moved.connection.heard.set(heard);
        }
        self.remove_if_empty(channel);
    }

    fn remove_if_empty(&mut self, channel: u32) {
        let listeners = &self.listeners[channel as usize];
        if listeners.connections.is_empty() && listeners.members.is_empty() {
            let uuid = self.listeners.remove(channel as usize).channel;
            self.channels.remove(&uuid);
            self.mailbox.interest.remove(uuid.0);
        }
    }

    /// Where the channel's listeners are, of whom there may be none yet.
    fn listeners_of(&mut self, channel: ChannelUuid) -> u32 {
        let Self { mailbox, channels, listeners, .. } = self;
        *channels.entry(channel).or_insert_with(|| {
            mailbox.interest.add(channel.0);
            let (connections, members) = (Vec::new(), Vec::new());
            index(listeners.insert(Listeners { channel, connections, members }))
        })
    }

    /// The connections that hear the channel on their own account.
    pub(super) fn connections_of(&self, channel: ChannelUuid) -> &[Listener] {
        let at = self.channels.get(&channel);
        at.map_or(&[], |&at| self.listeners[at as usize].connections.as_slice())
    }

    /// Where the channel's listeners are, and the sessions of its members. Which of these hear it is for
    /// [`hears_as_member`] to say.
    pub(super) fn members_of(
        &self,
        channel: ChannelUuid,
    ) -> Option<(u32, impl Iterator<Item = &Rc<Connection>>)> {
        let at = *self.channels.get(&channel)?;
        let members = self.listeners[at as usize].members.iter();
        let sessions = members.flat_map(|&member| &self.people[member as usize].connections);
        Some((at, sessions))
    }

    /// Whether a session of the user hears the channel because the user is a member.
    fn is_member(&self, connection: &Connection, user: UserUuid, channel: u32) -> bool {
        let members = &self.listeners[channel as usize].members;
        let is_member = |at| members.binary_search(at).is_ok();
        connection.wants_channels.get() && self.users.get(&user).is_some_and(is_member)
    }

    /// From which `Seq` on the connection gets all messages of a channel as they come.
    pub(super) fn hears_from(&self, connection: &Connection, channel: ChannelUuid) -> u64 {
        let Some(&at) = self.channels.get(&channel) else { return u64::MAX };
        let heard = connection.heard.get();
        if let Some(heard) = heard.iter().flatten().find(|heard| heard.channel == at) {
            return self.listeners[at as usize].connections[heard.place as usize].from;
        }
        let user = connection.session.borrow().as_ref().map(|session| session.user.uuid);
        if user.is_some_and(|user| self.is_member(connection, user, at)) { 0 } else { u64::MAX }
    }

    /// All sessions of the channel's members that want news of channels.
    pub(super) fn sessions_of_members(&self, channel: ChannelUuid) -> Vec<Rc<Connection>> {
        let at = self.channels.get(&channel).copied();
        let members = at.map_or(&[][..], |at| self.listeners[at as usize].members.as_slice());
        let sessions = members.iter().flat_map(|&member| &self.people[member as usize].connections);
        sessions.filter(|connection| connection.wants_channels.get()).cloned().collect()
    }

    /// The user's sessions.
    pub fn of_user(&self, user: UserUuid) -> &[Rc<Connection>] {
        let at = self.users.get(&user);
        at.map_or(&[], |&at| self.people[at as usize].connections.as_slice())
    }
}

/// Whether a member's session hears the channel because of that. One that has joined the channel hears it on
/// its own account.
pub(super) fn hears_as_member(connection: &Connection, channel: u32) -> bool {
    let joined = |heard: &Heard| heard.channel == channel;
    connection.wants_channels.get() & !connection.heard.get().iter().flatten().any(joined)
}

/// A core has far fewer of anything.
fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
