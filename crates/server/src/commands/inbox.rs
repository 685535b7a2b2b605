//! `inbox`: the user's channels, and from then on the messages of all of them.

use std::rc::Rc;

use chinwag_protocol::outgoing::{Inbox, InboxChannel};
use chinwag_protocol::{Body, RequestId};
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
) -> Outcome {
    let user = recipient::user(connection)?;
    // Before the list is read, so that nothing falls between the list and the messages.
    if let Some(session) = connection.session.borrow_mut().as_mut() {
        session.inbox = true;
    }
    core.hub.borrow_mut().update(connection);
    let entries = core.app.store.inbox(&user, Wanted::Direct).await?;
    let mut room = history::MAX_TEXT;
    let channels = entries.iter().map(|entry| channel(core, entry, &mut room)).collect();
    connection.send(reply::to(id, Body::Inbox(Inbox { channels })));
    Ok(())
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
    }
}
