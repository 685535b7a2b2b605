//! `block`: whom the user has blocked, and changes of that.

use std::rc::Rc;

use chinwag_protocol::outgoing::Blocked;
use chinwag_protocol::{Body, RequestId, incoming};
use chinwag_store::Denied;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    block: incoming::Block,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    if let Some(other) = block.user {
        if other == user {
            return Err(Denied::OneselfBlocked.into());
        }
        core.app.store.set_block(user, other, block.on.unwrap_or(true)).await?;
    }
    let mut users = core.app.store.blocked(user).await?;
    users.sort_by_cached_key(|user| user.name.to_lowercase());
    let blocked = Blocked { users: users.iter().map(|user| wire::user(user, None)).collect() };
    connection.send(reply::to(id, Body::Block(blocked)));
    Ok(())
}
