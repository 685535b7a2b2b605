//! News of groups and named channels, and who hears these from then on.

use std::rc::Rc;

use bytes::Bytes;
use chinwag_protocol::{ChannelUuid, SessionUuid, UserUuid};
use chinwag_store::Channel;

use super::Core;
use super::fan_out::tell_each;
use crate::batch::{Batch, MembersChanged};
use crate::connection::Connection;
use crate::{feed, wire};

impl Core {
    /// Tells the members of a channel that it was made or edited.
    pub(super) fn tell_of_channel(
        &self,
        channel: ChannelUuid,
        new_members: &[UserUuid],
        frame: &Bytes,
    ) {
        let mut hub = self.hub.borrow_mut();
        for user in new_members {
            hub.add_member(*user, channel);
        }
        let mut sessions = hub.sessions_of_members(channel);
        drop(hub);
        if channel.is_general() {
            sessions.extend(self.connections.borrow().iter().map(|(_, all)| Rc::clone(all)));
        }
        tell_each(sessions, SessionUuid::default(), frame, |session| session.channels);
    }

    /// Lets new members hear a channel, and those who have gone hear nothing more of it. Tells them, and the
    /// others.
    pub(super) fn tell_of_members(self: &Rc<Self>, batch: &Batch, change: &MembersChanged) {
        for user in &change.removed {
            self.remove_member(change, *user, &batch.frame(&change.gone));
        }
        if let Some(others) = &change.others {
            let is_new = |user: &UserUuid| change.added.contains(user);
            let others = batch.frame(others);
            let sessions = self.hub.borrow().sessions_of_members(change.channel);
            tell_each(sessions, SessionUuid::default(), &others, |session| {
                session.channels && !is_new(&session.user.uuid)
            });
        }
        for user in &change.added {
            self.hub.borrow_mut().add_member(*user, change.channel);
            let sessions = self.hub.borrow().of_user(*user).to_vec();
            for connection in &sessions {
                self.hub.borrow_mut().update(connection);
            }
            let news = batch.frame(&change.news);
            tell_each(sessions, SessionUuid::default(), &news, |session| session.channels);
        }
    }

    fn remove_member(self: &Rc<Self>, change: &MembersChanged, user: UserUuid, gone: &Bytes) {
        self.hub.borrow_mut().remove_member(user, change.channel);
        let sessions = self.hub.borrow().of_user(user).to_vec();
        for connection in &sessions {
            if change.private {
                put_out(connection, change.channel);
            }
            self.hub.borrow_mut().update(connection);
        }
        tell_each(sessions, SessionUuid::default(), gone, |session| session.channels);
    }
}

/// Ends the session's stay in a channel that its user can't read any more.
fn put_out(connection: &Rc<Connection>, channel: ChannelUuid) {
    let mut session = connection.session.borrow_mut();
    let Some(session) = session.as_mut() else { return };
    session.last_found.take_if(|found| found.uuid == channel);
    // A join that is under way finds nothing to end, and is refused.
    session.joining.take_if(|joining| joining.channel.uuid == channel);
    if session.joined.take_if(|joined| joined.channel.uuid == channel).is_some() {
        let channel = Channel::of_members(channel);
        let left = feed::left(&channel, session.user.uuid, connection.uuid);
        connection.send(wire::text(&left));
    }
}
