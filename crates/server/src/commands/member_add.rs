//! `memberAdd`: into a named channel, or to be one of its owners.

use std::rc::Rc;

use chinwag_protocol::incoming::MemberAdd;
use chinwag_protocol::outgoing::MembersChanged;
use chinwag_protocol::{Body, ChannelUuid, RequestId};
use chinwag_store::{Address, MembersAdd, MembersChange};
use jiff::Timestamp;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    add: MemberAdd,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let channel = recipient::of_members(core, connection, &add.recipient).await?;
    let mut users = add.users.filter(|users| !users.is_empty()).unwrap_or_else(|| vec![asker]);
    users.sort_unstable();
    users.dedup();
    let request = MembersAdd { asker, channel, users, owner: add.owner, at: Timestamp::now() };
    let change = core.app.store.add_members(request).await?;
    connection.send(reply::to(id, Body::MemberAdd(changed(channel, &change))));
    Ok(())
}

/// What became of members.
pub fn changed(channel: ChannelUuid, change: &MembersChange) -> MembersChanged {
    MembersChanged {
        channel: wire::recipient(Address::Channel(channel)),
        users: change.users.iter().map(wire::member).collect(),
        users_total: change.users_total,
    }
}
