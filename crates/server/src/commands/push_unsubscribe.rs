//! `pushUnsubscribe`: ends a subscription of the user's. One that isn't there is none.

use std::rc::Rc;

use chinwag_protocol::incoming::SubscriptionRef;
use chinwag_protocol::outgoing::Subscribed;
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
    SubscriptionRef { endpoint }: SubscriptionRef,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    core.app.store.unsubscribe(user, endpoint.as_str().into()).await?;
    connection.send(reply::to(id, Body::PushUnsubscribe(Subscribed { endpoint })));
    Ok(())
}
