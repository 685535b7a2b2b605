//! `signOutEverywhere`: the end of all the user's sessions and access keys.

use std::rc::Rc;

use chinwag_protocol::RequestId;
use chinwag_protocol::outgoing::{Outgoing, SignedOut};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::wire;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
) -> Outcome {
    let uuid = recipient::user(connection)?.uuid;
    core.app.store.revoke_all_access_keys(uuid, connection.uuid).await?;
    core.sign_off(connection);
    let sign_out_everywhere = SignedOut { uuid };
    connection.send(wire::text(&Outgoing::SignOutEverywhere { id, sign_out_everywhere }));
    Ok(())
}
