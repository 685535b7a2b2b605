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
    if edit.delete_messages_since.is_some() {
        let sentence = "This server deletes messages one by one only; nothing was changed.";
        return Err(Refused::new(ErrorCode::NotAllowed, sentence));
    }
    let role = edit.role.map(|role| match role {
        outgoing::Role::Admin => Role::Admin,
        outgoing::Role::Member => Role::Member,
    });
    let edit = UserEdit {
        asker,
        session: connection.uuid,
        user: edit.user,
        role,
        deactivated: edit.deactivated,
        at: Timestamp::now(),
    };
    let status = core.app.store.edit_user(edit).await?;
    connection.send(reply::to(id, Body::UserEdit(wire::status(&status))));
    Ok(())
}
