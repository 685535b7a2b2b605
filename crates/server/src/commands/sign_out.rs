//! `signOut`: the end of a device's session and of its access key.

use std::rc::Rc;

use chinwag_protocol::outgoing::SignedOut;
use chinwag_protocol::{Body, RequestId};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::reply;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
) -> Outcome {
    let uuid = recipient::user(connection)?.uuid;
    leave_session(core, connection, true).await?;
    connection.send(reply::to(id, Body::SignOut(SignedOut { uuid })));
    Ok(())
}

/// Makes the connection as it was before its sign-in, and ends its access key unless that is to
/// be used again at once.
pub async fn leave_session(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    end_key: bool,
) -> Result<(), Refused> {
    let session =
        connection.session.borrow().as_ref().map(|session| (session.user.uuid, session.key));
    if let Some((user, key)) = session.filter(|_| end_key) {
        core.app.store.revoke_access_key(user, key, connection.uuid).await?;
    }
    core.sign_off(connection);
    Ok(())
}
