//! `signOutEverywhere`: the end of all the user's sessions and access keys.

use std::rc::Rc;

use chinwag_protocol::outgoing::SignedOut;
use chinwag_protocol::{Body, RequestId};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::reply;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
) -> Outcome {
    let uuid = recipient::user(connection)?.uuid;
    core.app.store.revoke_all_access_keys(uuid, connection.uuid).await?;
    core.sign_off(connection);
    let sign_out_everywhere = SignedOut { uuid };
    connection.send(reply::to(id, Body::SignOutEverywhere(sign_out_everywhere)));
    Ok(())
}
