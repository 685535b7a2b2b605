//! `users`: a page of all users, online first.

use std::rc::Rc;

use chinwag_protocol::RequestId;
use chinwag_protocol::incoming::UsersPage;
use chinwag_protocol::outgoing::{Outgoing, Users};
use chinwag_store::UsersQuery;

use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{names, wire};

/// The most users in one reply.
pub const MAX_LIMIT: u64 = 1_000;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    page: Option<UsersPage>,
) -> Outcome {
    let page = page.unwrap_or_default();
    let query = UsersQuery {
        offset: page.offset.unwrap_or_default(),
        limit: page.limit.unwrap_or(MAX_LIMIT).min(MAX_LIMIT),
        folded_prefix: page.query.map(|query| names::fold_prefix(&query)).unwrap_or_default(),
    };
    let found = core.app.store.users(query).await?;
    let users = Users {
        total: found.total,
        received: found.users.len() as u64,
        users: found.users.iter().map(wire::status).collect(),
    };
    connection.send(wire::text(&Outgoing::Users { id, users }));
    Ok(())
}
