//! `channelTyping`: told to the other sessions in the channel, at most once in 2 s, and kept nowhere.

use std::rc::Rc;
use std::time::{Duration, Instant};

use chinwag_protocol::incoming::ChannelRef;
use chinwag_store::{Denied, Kind};

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
    if channel.kind == Kind::Members {
        let (_, membership) = core.app.store.channel(user, channel.uuid).await?;
        membership.ok_or(Denied::NotMember)?;
    }
    let now = Instant::now();
    let told = connection.session.borrow_mut().as_mut().is_some_and(|session| {
        let due = session.typed_at.is_none_or(|last| now.duration_since(last) >= PAUSE);
        if due {
            session.typed_at = Some(now);
        }
        due
    });
    // In General a notice goes to everybody.
    if told && (!channel.uuid.is_general() || core.app.limits.typing_in_general()) {
        core.app.store.typing(user, connection.uuid, &channel);
    }
    Ok(())
}
