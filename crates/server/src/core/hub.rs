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
/// connections that hear it on their own account, and the users who are members of it and have asked for all
/// their channels. Of General every user is a member, so that only connections are listed.
pub struct Hub {
    mailbox: Arc<Mailbox>,
    users: HashMap<UserUuid, u32>,
    people: Slab<Sessions>,
    channels: HashMap<ChannelUuid, u32>,
    listeners: Slab<Listeners>,
    /// The keys by which connections are about to sign in, by their slots. One that is revoked
    /// before its session has begun is taken out.
    pub(super) entering: HashMap<usize, (UserUuid, KeyDigest)>,
}

/// The sessions of a user on the core.
struct Sessions {
    user: UserUuid,
    slots: Vec<u32>,
    /// Where the user stands among the members of channels.
    places: Vec<Place>,
}

/// A place among the members of a channel.
#[derive(Clone, Copy)]
struct Place {
    channel: u32,
    at: u32,
}

/// Who hears a channel on the core.
pub(super) struct Listeners {
    channel: ChannelUuid,
    /// Connections that hear it on their own account. Each knows its place in it.
    pub(super) connections: Vec<Listener>,
    /// Users who hear it as members, by their places among the people.
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
    pub fn add(&mut self, user: UserUuid, connection: &Connection) {
        let Self { mailbox, users, people, .. } = self;
        let at = *users.entry(user).or_insert_with(|| {
            mailbox.interest.add(user.0);
            let sessions = Sessions { user, slots: Vec::with_capacity(1), places: Vec::new() };
            index(people.insert(sessions))
        });
        people[at as usize].slots.push(index(connection.slot));
    }

    /// Notes that the connection is about to sign in, before the store is asked about the key.
    pub fn begin_entering(&mut self, connection: &Connection, user: UserUuid, key: KeyDigest) {
        self.entering.insert(connection.slot, (user, key));
    }

    /// Whether the key has not been revoked since.
    pub fn end_entering(&mut self, connection: &Connection) -> bool {
        self.entering.remove(&connection.slot).is_some()
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
        sessions.slots.retain(|&slot| slot != index(connection.slot));
        if sessions.slots.is_empty() {
            self.remove_user(at);
        }
    }

    fn remove_user(&mut self, at: u32) {
        let Sessions { user, places, .. } = self.people.remove(at as usize);
        self.users.remove(&user);
        self.mailbox.interest.remove(user.0);
        for place in places {
            self.remove_member(place);
        }
    }

    /// Lets the connection hear on its own account what its session now wants.
    pub fn update(&mut self, connection: &Rc<Connection>) {
        let session = connection.session.borrow();
        let wanted = session.as_ref().map(|session| session.heard()).unwrap_or_default();
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

    /// Takes a user out of a channel's members.
    fn remove_member(&mut self, Place { channel, at }: Place) {
        let members = &mut self.listeners[channel as usize].members;
        members.swap_remove(at as usize);
        if let Some(&moved) = members.get(at as usize) {
            let places = &mut self.people[moved as usize].places;
            for place in places.iter_mut().filter(|place| place.channel == channel) {
                place.at = at;
            }
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

    /// The slots of the user's sessions.
    pub fn of_user(&self, user: UserUuid) -> Vec<usize> {
        let at = self.users.get(&user);
        let slots = at.map_or(&[][..], |&at| self.people[at as usize].slots.as_slice());
        slots.iter().map(|&slot| slot as usize).collect()
    }
}

/// A core has far fewer of anything.
fn index(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}
