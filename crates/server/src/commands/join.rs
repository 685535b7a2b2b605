//! `channelJoin`: into a channel, out of the one joined before.

use std::rc::Rc;

use chinwag_protocol::incoming::ChannelRef;
use chinwag_protocol::outgoing::ChannelView;
use chinwag_protocol::{Body, RequestId};
use chinwag_store::{Channel, Denied, Join, JoinedChannel, User};

use super::recipient;
use crate::connection::session::{Joined, Joining};
use crate::connection::{CloseReason, Connection, Session};
use crate::core::Core;
use crate::refused::Outcome;
use crate::{feed, reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    join: ChannelRef,
) -> Outcome {
    let user = recipient::user(connection)?;
    let channel = recipient::channel(core, connection, &join.recipient).await?;
    // From here on messages are kept back, so that none is missed while the history is read.
    let leaving = with_session(core, connection, |session| {
        session.joining = Some(Box::new(Joining::new(channel.clone())));
        session.joined.as_ref().map(|joined| joined.channel.clone())
    });
    let request = Join {
        user: user.clone(),
        session: connection.uuid,
        channel: channel.clone(),
        leaving: leaving.clone().flatten(),
    };
    let joined = core.app.store.join(request).await;
    let joining = with_session(core, connection, |session| session.joining.take());
    let joined = joined?;
    // A user who was removed from a private channel meanwhile is not in it.
    if joining.as_ref().is_some_and(Option::is_none) {
        return Err(Denied::NotFound.into());
    }
    let left = leaving.flatten().filter(|left| left.uuid != channel.uuid);
    answer(core, connection, id, (&user, &channel, left), &joined);
    let since = joined.history.total;
    with_session(core, connection, |session| {
        session.joined = Some(Joined { channel, since });
    });
    let Some(kept) = joining.flatten().map_or(Some(Vec::new()), |joining| joining.kept()) else {
        // It comes back and catches up, as a reader that is too slow.
        connection.close(CloseReason::TooSlow);
        return Ok(());
    };
    for (seq, frame) in kept {
        if seq > since {
            connection.send(frame);
        }
    }
    Ok(())
}

/// Changes the session, and with it what it hears. Nothing, if it has ended meanwhile.
fn with_session<T>(
    core: &Core,
    connection: &Rc<Connection>,
    change: impl FnOnce(&mut Session) -> T,
) -> Option<T> {
    let changed = connection.session.borrow_mut().as_mut().map(|session| change(session));
    core.hub.borrow_mut().update(connection);
    changed
}

fn answer(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    (user, channel, left): (&User, &Channel, Option<Channel>),
    joined: &JoinedChannel,
) {
    let is_told = |channel: &Channel| {
        !channel.uuid.is_general() || core.app.dispatcher.is_small(joined.sessions)
    };
    if let Some(left) = left.filter(is_told) {
        connection.send(wire::text(&feed::left(&left, user.uuid, connection.uuid)));
    }
    let channel_join = ChannelView {
        channel: wire::recipient(channel.address()),
        rev: joined.history.rev,
        messages: joined.history.messages.iter().map(wire::past_message).collect(),
        users: joined.members.iter().map(wire::status).collect(),
        users_total: joined.members_total,
    };
    connection.send(reply::to(id, Body::ChannelJoin(channel_join)));
    if is_told(channel) {
        connection.send(wire::text(&feed::joined(channel, user, connection.uuid)));
    }
}
