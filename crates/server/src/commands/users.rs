//! `users`: a page of all users, online first.

use std::rc::Rc;

use chinwag_protocol::incoming::UsersPage;
use chinwag_protocol::outgoing::Users;
use chinwag_protocol::{Body, RequestId};
use chinwag_store::UsersQuery;

use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{names, reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    page: UsersPage,
) -> Outcome {
    let query = UsersQuery {
        offset: page.offset.unwrap_or_default(),
        limit: page.wanted(),
        folded_prefix: page.query.map(|query| names::fold_prefix(&query)).unwrap_or_default(),
    };
    let found = core.app.store.users(query).await?;
    let users = Users {
        total: found.total,
        received: found.users.len() as u64,
        users: found.users.iter().map(wire::status).collect(),
    };
    connection.send(reply::to(id, Body::Users(users)));
    Ok(())
}
