//! `userEdit`: another role, the end of an account, or its return.

use std::rc::Rc;

use chinwag_protocol::{Body, ErrorCode, RequestId, incoming, outgoing};
use chinwag_store::{Role, UserEdit};
use jiff::Timestamp;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    edit: incoming::UserEdit,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let delete_since = edit.delete_messages_since.as_deref().map(time).transpose()?;
    let role = edit.role.map(|role| match role {
        outgoing::Role::Admin => Role::Admin,
        outgoing::Role::Member => Role::Member,
    });
    let edit = UserEdit {
        asker: Some(asker),
        session: connection.uuid,
        user: edit.user,
        role,
        deactivated: edit.deactivated,
        delete_since,
        at: Timestamp::now(),
    };
    let status = core.app.store.edit_user(edit).await?;
    if delete_since.is_some() {
        core.app.deletions.notify_one();
    }
    connection.send(reply::to(id, Body::UserEdit(wire::status(&status))));
    Ok(())
}

fn time(text: &str) -> Result<Timestamp, Refused> {
    let sentence = "\"deleteMessagesSince\" is a time like 2026-12-24T18:00:00Z.";
    text.parse().map_err(|_| Refused::new(ErrorCode::Malformed, sentence))
}
