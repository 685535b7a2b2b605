//! From the store's events to batches for the cores: every frame is encoded here, once.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use chinwag_protocol::outgoing::{
    self, By, MembersNews, Named, Prefs, Presence, Read, Sys, Typing,
};
use chinwag_protocol::{Body, Outgoing, SessionUuid, UserUuid};
use chinwag_store::{Address, Channel, ChannelDetails, Event, Kind, Member, Message, Store, User};
use metrics::Counter;
use tokio::time::Instant;
use uuid::Uuid;

use crate::batch::{Audience, Delivery, Draft, MembersChanged, MessagesChanged};
use crate::changes::{Changes, Group};
use crate::mailbox::{Mailbox, Work};
use crate::push::Bell;
use crate::wire;

/// Takes the store's events to the cores.
pub struct Dispatcher {
    cores: Vec<Arc<Mailbox>>,
    presence_limit: u64,
    store: OnceLock<Weak<dyn Store>>,
    /// Sessions on the whole system, as the last event told.
    sessions: AtomicU64,
    /// What was last told of the number of users online.
    told_online: AtomicU64,
    changes: Changes,
    interruptions: Counter,
    bell: Option<Bell>,
}

impl Dispatcher {
    /// Serves these cores. The bell hears of each message that this node took.
    pub fn new(
        cores: Vec<Arc<Mailbox>>,
        presence_limit: u64,
        interruptions: Counter,
        bell: Option<Bell>,
    ) -> Self {
        Self {
            cores,
            presence_limit,
            store: OnceLock::new(),
            sessions: AtomicU64::new(0),
            told_online: AtomicU64::new(u64::MAX),
            changes: Changes::default(),
            interruptions,
            bell,
        }
    }

    /// Lets frames say who is online. Called once, when the store is open.
    pub fn connect(&self, store: &Arc<dyn Store>) {
        // A second call would name the same store.
        let _ = self.store.set(Arc::downgrade(store));
    }

    /// Hands events to every core.
    pub fn dispatch(&self, events: Vec<Event>) {
        // A removed member gets nothing that comes later: each change of members begins a batch.
        let is_change = |event: &Event| matches!(event, Event::Members { .. });
        let mut events = events;
        while let Some(at) = events.iter().skip(1).position(is_change) {
            let rest = events.split_off(at + 1);
            self.deliver(std::mem::replace(&mut events, rest));
        }
        self.deliver(events);
    }

    /// Sends the changes to messages that were gathered, as they become due, for ever.
    pub async fn send_changes(&self) {
        loop {
            self.changes.wait().await;
            self.send_due(Instant::now());
        }
    }

    fn send_due(&self, now: Instant) {
        let mut held = self.changes.hold();
        self.send_groups(&held.due(now));
    }

    fn deliver(&self, events: Vec<Event>) {
        let (mut draft, mut changed) = (Draft::default(), Vec::new());
        for event in events {
            if matches!(event, Event::Reset) {
                // All sessions read again. The store may have lost the changes that wait.
                changed.clear();
                self.changes.hold().forget();
            }
            self.add(&mut draft, &mut changed, event);
        }
        let mut held = self.changes.hold();
        self.hand_out(draft);
        self.send_groups(&held.take(changed));
    }

    fn send_groups(&self, groups: &[Group]) {
        if groups.is_empty() {
            return;
        }
        let mut draft = Draft::default();
        for group in groups {
            add_changes(&mut draft, group);
        }
        self.hand_out(draft);
    }

    fn hand_out(&self, draft: Draft) {
        let batch = Arc::new(draft.finish());
        for (index, core) in (0..).zip(&self.cores) {
            if batch.concerns(index, &core.interest) {
                batch.announce(&core.interest);
                core.put(Work::Batch(Arc::clone(&batch)));
            }
        }
    }

    /// Lets members be notified of a message that a hook has written on this node.
    pub fn ring(&self, message: &Arc<Message>) {
        if let Some(bell) = &self.bell {
            bell.note(message);
        }
    }

    /// On a large system: tells everybody how many are online, if that has changed.
    pub fn tell_presence(&self) {
        let Some(store) = self.store.get().and_then(Weak::upgrade) else { return };
        let online = store.online_users();
        if self.is_small(self.sessions.load(Ordering::Relaxed))
            || self.told_online.swap(online, Ordering::Relaxed) == online
        {
            return;
        }
        let frame = wire::text(&wire::sys(Sys::Presence { presence: Presence { online } }));
        for core in &self.cores {
            core.put(Work::Everybody(frame.clone()));
        }
    }

    /// Whether everybody is told of everybody's coming and going.
    pub fn is_small(&self, sessions: u64) -> bool {
        sessions <= self.presence_limit
    }

    fn add(&self, draft: &mut Draft, changed: &mut Vec<(u64, Arc<Message>)>, event: Event) {
        match event {
            Event::Message { message, ticket } => {
                if let (Some(bell), Some(_)) = (&self.bell, ticket) {
                    bell.note(&message);
                }
                let recipient = message.channel.recipient();
                let online = recipient.is_some_and(|user| self.is_online(user.uuid));
                draft.message(message, online, ticket);
            }
            Event::Changed { after, message } => changed.push((after, message)),
            Event::Reacted { user, session, address, changed } => {
                let frame = Body::MessageReact(wire::changed(address, &changed)).into();
                draft.news(Audience::Changes(user), session, &frame);
            }
            Event::Repeated { message, ticket } => {
                draft.push(Delivery::Repeated { message, ticket });
            }
            Event::Refused { ticket, error } => {
                draft.push(Delivery::Refused { error, ticket });
            }
            Event::SessionStarted { user, session, sessions } => {
                if self.note(sessions) {
                    let sign_in = wire::person(&user);
                    let frame = wire::sys(Sys::SignIn { sign_in });
                    draft.news(Audience::Everybody, session, &frame);
                }
            }
            Event::WentOffline { user, sessions } => {
                if self.note(sessions) {
                    let sign_out = wire::person(&user);
                    let frame = wire::sys(Sys::SignOut { sign_out });
                    draft.news(Audience::Everybody, SessionUuid::default(), &frame);
                }
            }
            // Who looks at a group or a named channel is told to nobody.
            Event::Joined { channel, sessions, .. } | Event::Left { channel, sessions, .. }
                if channel.kind == Kind::Members =>
            {
                self.note(sessions);
            }
            Event::Joined { channel, user, session, sessions } => {
                if self.note(sessions) || !channel.uuid.is_general() {
                    let frame = joined(&channel, &user, session);
                    draft.news(members(&channel, user.uuid), session, &frame);
                }
            }
            Event::Left { channel, user, session, sessions } => {
                if self.note(sessions) || !channel.uuid.is_general() {
                    let frame = left(&channel, user.uuid, session);
                    draft.news(members(&channel, user.uuid), session, &frame);
                }
            }
            Event::Read { user, session, address, seq } => {
                let channel_read = Read { channel: wire::recipient(address), seq };
                let frame = Body::ChannelRead(channel_read).into();
                let audience = match address {
                    Address::General | Address::Direct(_) => Audience::Users([user, user]),
                    Address::Channel(_) => Audience::Channels(user),
                };
                draft.news(audience, session, &frame);
            }
            Event::Typing { user, session, channel, address } => {
                let channel_typing = Typing { channel: wire::recipient(address), user };
                let by = By { user_uuid: Some(user), ..By::default() };
                let frame = Outgoing::news(by, Body::ChannelTyping(channel_typing));
                let users = match address {
                    Address::Direct(recipient) => Some([user, recipient]),
                    Address::General | Address::Channel(_) => None,
                };
                draft.news(Audience::Joined(channel, users), session, &frame);
            }
            Event::Channel { details, new_members } => {
                let news = wire::sys(Sys::Channel { channel: wire::channel(&details) });
                let frame = draft.frame(&news);
                draft.push(Delivery::Channel { channel: details.uuid, new_members, frame });
            }
            Event::Members { details, added, changed, removed } => {
                let change = self.members_changed(draft, &details, &added, &changed, &removed);
                draft.push(Delivery::Members(change));
            }
            Event::Reported { report, admins } => tell_admins(draft, report, admins),
            Event::Preferences { user, session, address, preferences } => {
                let channel = wire::recipient(address);
                let prefs = Prefs { channel, chosen: wire::chosen(&preferences) };
                draft.news(Audience::Channels(user), session, &Body::ChannelPrefs(prefs).into());
            }
            Event::Interrupted => {
                self.interruptions.increment(1);
                draft.push(Delivery::KeysInDoubt);
            }
            Event::Reset => draft.push(Delivery::Reset),
            Event::KeysRevoked { user, keys, session } => {
                let revoked = Delivery::KeysRevoked { user, keys, except: session };
                draft.push(revoked);
            }
        }
    }

    /// Encodes the three frames that tell of a change of members.
    fn members_changed(
        &self,
        draft: &mut Draft,
        details: &ChannelDetails,
        added: &[Member],
        changed: &[Member],
        removed: &[User],
    ) -> MembersChanged {
        let channel = wire::recipient(Address::Channel(details.uuid));
        let gone = |user: &User| wire::member(&Member { user: user.clone(), owner: false });
        let members = MembersNews {
            channel: channel.clone(),
            added: added.iter().chain(changed).map(wire::member).collect(),
            removed: removed.iter().map(gone).collect(),
            users_total: details.users_total,
        };
        let is_small = details.users_total <= self.presence_limit;
        MembersChanged {
            channel: details.uuid,
            private: details.private,
            added: added.iter().map(|member| member.user.uuid).collect(),
            removed: removed.iter().map(|user| user.uuid).collect(),
            news: draft.frame(&wire::sys(Sys::Channel { channel: wire::channel(details) })),
            gone: draft.frame(&wire::sys(Sys::ChannelGone { channel_gone: channel })),
            others: is_small.then(|| draft.frame(&wire::sys(Sys::Members { members }))),
        }
    }

    /// Notes the number of sessions; whether it is still a small one.
    fn note(&self, sessions: u64) -> bool {
        self.sessions.store(sessions, Ordering::Relaxed);
        self.is_small(sessions)
    }

    fn is_online(&self, user: UserUuid) -> bool {
        let store = self.store.get().and_then(Weak::upgrade);
        store.is_some_and(|store| store.is_online(user))
    }
}

/// Encodes the news of a report.
fn tell_admins(draft: &mut Draft, report: Uuid, admins: Vec<UserUuid>) {
    let frame = wire::sys(Sys::Report { report: Named { uuid: report } });
    for admin in admins {
        draft.news(Audience::Channels(admin), SessionUuid::default(), &frame);
    }
}

/// Encodes changes to messages: once, and in a direct channel for each of its users.
fn add_changes(draft: &mut Draft, group: &Group) {
    let Some(last) = group.messages.last() else { return };
    let channel = &last.channel;
    let users = channel.recipient().map(|recipient| [last.sender.uuid, recipient.uuid]);
    let mut frame = |address| {
        let changes = outgoing::Changes {
            channel: wire::recipient(address),
            after: group.after,
            rev: last.rev(),
            messages: group.messages.iter().map(|message| wire::past_message(message)).collect(),
        };
        draft.frame(&Body::ChannelChanges(changes).into())
    };
    let frames = match users {
        Some([one, other]) => [frame(Address::Direct(other)), frame(Address::Direct(one))],
        None => [frame(channel.address()), 0..0],
    };
    draft.push(Delivery::Changed(MessagesChanged { channel: channel.uuid, users, frames }));
}

/// The `sys` frame's message for a join.
pub fn joined(channel: &Channel, user: &User, session: SessionUuid) -> Outgoing {
    let by = By {
        session: Some(session),
        user_uuid: Some(user.uuid),
        user: Some(wire::user(user, Some(true))),
    };
    let channel_join = wire::recipient(channel.address());
    Outgoing::news(by, Body::Sys(Sys::ChannelJoin { channel_join }))
}

/// The message for a leave.
pub fn left(channel: &Channel, user: UserUuid, session: SessionUuid) -> Outgoing {
    let by = By { session: Some(session), user_uuid: Some(user), user: None };
    let channel_leave = wire::recipient(channel.address());
    Outgoing::news(by, Body::ChannelLeave(channel_leave))
}

/// Who hears of joins and leaves.
fn members(channel: &Channel, user: UserUuid) -> Audience {
    match channel.address() {
        Address::General => Audience::Everybody,
        Address::Direct(recipient) => Audience::Users([user, recipient]),
        Address::Channel(channel) => Audience::Joined(channel, None),
    }
}

#[cfg(test)]
mod tests;
