//! `inbox`: the user's channels, and from then on the messages of all of them.

use std::rc::Rc;

use chinwag_protocol::incoming::InboxWants;
use chinwag_protocol::outgoing::{Chosen, Inbox, InboxChannel};
use chinwag_protocol::{Body, RequestId, UserUuid};
use chinwag_store::{InboxEntry, Wanted};

use super::{history, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{reply, wire};

/// The most characters of a channel's last message. The rest is read with the history.
const PREVIEW: usize = 200;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: InboxWants,
) -> Outcome {
    let user = recipient::user(connection)?;
    let wants = |word: &str| asked.wants.iter().any(|wanted| wanted == word);
    let (channels, changes) = (wants("channels"), wants("changes"));
    // Before the list is read, so that nothing falls between the list and the messages.
    if let Some(session) = connection.session.borrow_mut().as_mut() {
        session.inbox = true;
        session.channels = channels;
        session.changes = changes;
    }
    connection.wants_channels.set(channels);
    core.hub.borrow_mut().update(connection);
    if channels {
        read_memberships(core, user.uuid).await?;
    }
    let wanted = if channels { Wanted::All } else { Wanted::Direct };
    let entries = core.app.store.inbox(&user, wanted).await?;
    let mut room = history::MAX_TEXT;
    let view = |entry: &InboxEntry| InboxChannel {
        details: entry
            .details
            .as_ref()
            .map(|details| wire::channel_for(details, Some(&entry.membership))),
        prefs: if channels {
            wire::chosen(&entry.membership.preferences)
        } else {
            Chosen::default()
        },
        mentions: (channels || changes).then_some(entry.mentions),
        first_mention: entry.first_mention.filter(|_| channels || changes),
        rev: (channels || changes).then_some(entry.rev),
        ..channel(core, entry, &mut room)
    };
    let channels = entries.iter().map(view).collect();
    connection.send(reply::to(id, Body::Inbox(Inbox { channels })));
    Ok(())
}

/// Lets the user hear the groups and named channels of which they are a member. Should one change while
/// they are read, they are read again.
async fn read_memberships(core: &Core, user: UserUuid) -> Outcome {
    loop {
        let Some(since) = core.hub.borrow().unread_memberships(user) else { return Ok(()) };
        let channels = core.app.store.memberships(user).await?;
        core.hub.borrow_mut().set_memberships(user, since, channels);
    }
}

fn channel(core: &Core, entry: &InboxEntry, room: &mut usize) -> InboxChannel {
    let recipient = entry.channel.recipient();
    InboxChannel {
        channel: wire::recipient(entry.channel.address()),
        recipient: recipient
            .map(|user| wire::user(user, Some(core.app.store.is_online(user.uuid)))),
        total: entry.total,
        unread: entry.unread,
        last_message: entry
            .last_message
            .as_ref()
            .map(|message| wire::preview(message, PREVIEW, room)),
        mentions: None,
        first_mention: None,
        rev: None,
        details: None,
        prefs: Chosen::default(),
    }
}
