//! `channelMessage`: to be stored, and then sent to all who read the channel.
//!
//! This is the hot path. A message to a known channel goes to the store at once, several of one
//! connection under way together; the answer comes with the batch that brings it to everybody.

use std::collections::HashSet;
use std::rc::Rc;

use chinwag_protocol::incoming::NewMessage;
use chinwag_protocol::{ErrorCode, FileUuid, Incoming, Request, RequestId};
use chinwag_store::{Append, Channel, Mentions, Ticket, User};
use jiff::Timestamp;

use super::{file_create, mention, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{NO_TEXT, Outcome, Refused};
use crate::visible;

/// Hands an admitted message to the store if it may go without waiting. Gives every other request back.
pub fn send_now(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    incoming: Incoming,
) -> Option<Incoming> {
    let Request::ChannelMessage(new) = &incoming.request else {
        return Some(incoming);
    };
    let ready = known_channel(connection, &new.recipient)
        .filter(|_| check_text(core, &new.message).is_ok() && !mention::needs_look_up(new))
        .filter(|_| new.files.as_ref().is_none_or(Vec::is_empty))
        .filter(|_| !connection.in_flight.borrow().is_full());
    let Some((sender, channel)) = ready else { return Some(incoming) };
    let Incoming { id, request, .. } = incoming;
    if let Request::ChannelMessage(new) = request {
        append(core, connection, id, (sender, channel), new, Vec::new());
    }
    None
}

/// Sends a message that had to wait for its turn, or for its channel to be looked up.
pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewMessage,
) -> Outcome {
    let mut new = new;
    let has_files = check_files(core, new.files.as_deref().unwrap_or_default())?;
    if !(has_files && new.message.is_empty()) {
        check_text(core, &new.message)?;
    }
    let channel = recipient::channel(core, connection, &new.recipient).await?;
    let mentioned = mention::users(core, new.mentions.take(), &new.message).await?;
    let sender = recipient::user(connection)?;
    append(core, connection, id, (sender, channel), new, mentioned);
    Ok(())
}

fn known_channel(connection: &Connection, recipient: &str) -> Option<(User, Channel)> {
    let session = connection.session.borrow();
    let session = session.as_ref()?;
    let channel = recipient::known_channel(session, recipient)?;
    Some((session.user.clone(), channel))
}

/// Whether there are files, each named once.
fn check_files(core: &Core, files: &[FileUuid]) -> Result<bool, Refused> {
    if !files.is_empty() && core.app.files.is_none() {
        return Err(file_create::no_files());
    }
    let distinct: HashSet<_> = files.iter().collect();
    if distinct.len() < files.len() {
        return Err(Refused::new(ErrorCode::FileRefused, "A message holds each file once."));
    }
    Ok(!files.is_empty())
}

/// Checks that a text shows something and isn't too long.
pub fn check_text(core: &Core, text: &str) -> Outcome {
    let most = core.app.config.max_message_length;
    let sentence = if !visible::shows(text) {
        NO_TEXT.to_owned()
    } else if text.len() > most && text.chars().count() > most {
        format!("A message has {most} characters at the most.")
    } else {
        return Ok(());
    };
    Err(Refused::new(ErrorCode::MessageRefused, sentence))
}

fn append(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    (sender, channel): (User, Channel),
    new: NewMessage,
    mentioned: Vec<User>,
) {
    let created_at = Timestamp::now();
    core.note_key_use(connection, created_at);
    let all = new.mention_all == Some(true);
    let is_plain = mentioned.is_empty() && !all;
    let mentions = (!is_plain).then(|| Box::new(Mentions { users: mentioned.clone(), all }));
    let client_uuid = new.client_uuid.clone();
    let serial = connection.in_flight.borrow_mut().begin(id, client_uuid, mentioned);
    core.append(Append {
        ticket: Ticket { connection: connection.id, serial },
        sender,
        channel,
        text: new.message.into(),
        client_uuid: new.client_uuid,
        created_at,
        reply_to: new.reply_to,
        mentions,
        files: new.files.unwrap_or_default(),
        by_hook: None,
    });
}
