//! From the `recipientUUID` of a request to the channel that it means.

use std::rc::Rc;

use chinwag_protocol::{ChannelUuid, ErrorCode};
use chinwag_store::{Channel, Denied, FoundChannel, Kind, User};
use uuid::Uuid;

use crate::connection::{Connection, Session};
use crate::core::Core;
use crate::refused::Refused;

/// The channel that the signed-in user means, if it is known without asking the store.
pub fn known_channel(session: &Session, recipient: &str) -> Option<Channel> {
    if recipient.is_empty() {
        return Some(Channel::GENERAL);
    }
    session.known(recipient.parse().ok()?).cloned()
}

/// The channel that the signed-in user means. A direct one is made where there is none.
pub async fn channel(
    core: &Core,
    connection: &Connection,
    recipient: &str,
) -> Result<Channel, Refused> {
    find(core, connection, recipient, true).await?.ok_or_else(unknown)
}

/// The channel that the signed-in user means, where nothing is to be made for one that isn't there.
pub async fn existing_channel(
    core: &Core,
    connection: &Connection,
    recipient: &str,
) -> Result<Option<Channel>, Refused> {
    find(core, connection, recipient, false).await
}

async fn find(
    core: &Core,
    connection: &Connection,
    recipient: &str,
    make: bool,
) -> Result<Option<Channel>, Refused> {
    let user = {
        let session = connection.session.borrow();
        let session = session.as_ref().ok_or_else(sign_in_first)?;
        if let Some(channel) = known_channel(session, recipient) {
            return Ok(Some(channel));
        }
        session.user.uuid
    };
    let named = Uuid::try_parse(recipient).map_err(|_| unknown())?;
    let channel = match core.app.store.find_channel(user, named, make).await? {
        FoundChannel::Nothing => return Err(unknown()),
        FoundChannel::NoChannel => return Ok(None),
        FoundChannel::Channel(channel) => channel,
    };
    if let Some(session) = connection.session.borrow_mut().as_mut() {
        session.last_found = Some(Box::new(channel.clone()));
    }
    Ok(Some(channel))
}

/// The group or named channel that the signed-in user means. General and direct channels have nothing that
/// could be changed so.
pub async fn of_members(
    core: &Core,
    connection: &Connection,
    recipient: &str,
) -> Result<ChannelUuid, Refused> {
    match find(core, connection, recipient, false).await? {
        Some(Channel { uuid, kind: Kind::Members }) => Ok(uuid),
        _ => Err(Denied::Fixed.into()),
    }
}

/// The signed-in user.
pub fn user(connection: &Rc<Connection>) -> Result<User, Refused> {
    let session = connection.session.borrow();
    session.as_ref().map(|session| session.user.clone()).ok_or_else(sign_in_first)
}

fn unknown() -> Refused {
    Refused::new(ErrorCode::UnknownUser, "There is no user or channel with this recipientUUID.")
}

pub fn sign_in_first() -> Refused {
    Refused::new(ErrorCode::SignInFirst, "Sign in first.")
}
