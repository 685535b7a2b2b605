//! `memberRemove`: out of a named channel.

use std::rc::Rc;

use chinwag_protocol::incoming::MemberRemove;
use chinwag_protocol::{Body, RequestId};

use super::{member_add, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::reply;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    remove: MemberRemove,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let channel = recipient::of_members(core, connection, &remove.recipient).await?;
    let change = core.app.store.remove_member(asker, channel, remove.user).await?;
    let changed = member_add::changed(channel, &change);
    connection.send(reply::to(id, Body::MemberRemove(changed)));
    Ok(())
}
