//! `channelMembers`: a page of a channel's members, online first.

use std::rc::Rc;

use chinwag_protocol::incoming::MembersPage;
use chinwag_protocol::outgoing::Members;
use chinwag_protocol::{Body, RequestId};
use chinwag_store::{self as store, Channel, Kind, MembersQuery, User, UsersQuery};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{names, reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    page: MembersPage,
) -> Outcome {
    let user = recipient::user(connection)?;
    let channel = recipient::channel(core, connection, &page.recipient).await?;
    let found = find(core, &user, &channel, &page).await?;
    let members = Members {
        channel: wire::recipient(channel.address()),
        total: found.total,
        received: found.members.len() as u64,
        users: wire::members(&found.members),
    };
    connection.send(reply::to(id, Body::ChannelMembers(members)));
    Ok(())
}

async fn find(
    core: &Core,
    user: &User,
    channel: &Channel,
    page: &MembersPage,
) -> Result<store::MembersPage, Refused> {
    let (offset, limit) = (page.offset.unwrap_or_default(), page.wanted());
    let folded_prefix = page.query.as_deref().map(names::fold_prefix).unwrap_or_default();
    match &channel.kind {
        Kind::General => {
            let query = UsersQuery { offset, limit, folded_prefix };
            let found = core.app.store.users(query).await?;
            let members = found.users.into_iter().map(|user| (user, false)).collect();
            Ok(store::MembersPage { total: found.total, members })
        }
        Kind::Direct(other) => {
            let mut people = vec![user.uuid];
            if other.uuid != user.uuid {
                people.push(other.uuid);
            }
            let people = core.app.store.status(people).await?;
            let members: Vec<_> = people.into_iter().map(|user| (user, false)).collect();
            Ok(store::MembersPage { total: members.len() as u64, members })
        }
        Kind::Members => {
            let (asker, channel) = (user.uuid, channel.uuid);
            let query = MembersQuery { asker, channel, folded_prefix, offset, limit };
            Ok(core.app.store.members(query).await?)
        }
    }
}
