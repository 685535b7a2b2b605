//! The right to write in a channel.

use chinwag_protocol::UserUuid;
use rusqlite::Connection;

use super::members::{Denyable, permit};
use super::statements::channels::{self, Rights};
use super::statements::{accounts, blocks};
use crate::{Channel, Denied, Kind};

/// Whether the user may write in the channel. `append.rs` asks the same of each message, and remembers the answers.
pub(super) fn may_write(
    db: &Connection,
    user: UserUuid,
    channel: &Channel,
) -> rusqlite::Result<Denyable<()>> {
    let is_closed = match &channel.kind {
        Kind::Direct(other) => blocks::separate(db, user, other.uuid)?,
        Kind::General | Kind::Members => accounts::standing(db, user)?.deactivated,
    };
    permit!(if is_closed { Err(Denied::Closed) } else { Ok(()) });
    match channel.kind {
        Kind::General if channels::writes_in_general(db, user)? => Ok(Ok(())),
        Kind::General => Ok(Err(Denied::OnlyAdmins)),
        Kind::Direct(_) => Ok(Ok(())),
        Kind::Members => {
            let rights = channels::rights(db, user, channel.uuid)?;
            Ok(rights.map_or(Err(Denied::NotFound), Rights::may_write))
        }
    }
}
