//! `channelTyping`: told to the other sessions in a channel where the user may write, at most once in 2 s, and kept nowhere.

use std::rc::Rc;
use std::time::{Duration, Instant};

use chinwag_protocol::incoming::ChannelRef;
use chinwag_store::{Denied, Failure};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;

/// How long a sender's next notice is held back.
const PAUSE: Duration = Duration::from_secs(2);

pub async fn handle(core: &Rc<Core>, connection: &Rc<Connection>, typing: ChannelRef) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    // Where there is no channel nobody has joined it.
    let channel = recipient::existing_channel(core, connection, &typing.recipient).await?;
    let Some(channel) = channel else { return Ok(()) };
    let now = Instant::now();
    let is_early = connection.session.borrow().as_ref().is_none_or(|session| {
        session.typed_at.is_some_and(|last| now.duration_since(last) < PAUSE)
    });
    // In General a notice goes to everybody.
    if is_early || (channel.uuid.is_general() && !core.app.limits.typing_in_general()) {
        return Ok(());
    }
    match core.app.store.may_write(user, &channel).await {
        // Nothing can come of it, and a client of 0.1 expects no error.
        Err(Failure::Denied(denied)) if !matches!(denied, Denied::NotFound | Denied::NotMember) => {
            return Ok(());
        }
        checked => checked?,
    }
    if let Some(session) = connection.session.borrow_mut().as_mut() {
        session.typed_at = Some(now);
    }
    core.app.store.typing(user, connection.uuid, &channel);
    Ok(())
}
