//! `pushTest`: a notification at once, and what the push service answers.

use std::rc::Rc;

use chinwag_protocol::incoming::SubscriptionRef;
use chinwag_protocol::outgoing::PushTested;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use tokio::task::spawn_local;

use super::{push_subscribe, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::limits::Wait;
use crate::push::Tested;
use crate::refused::{Outcome, Refused};
use crate::reply;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    SubscriptionRef { endpoint }: SubscriptionRef,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    let push = push_subscribe::push(core)?;
    let own = core.app.store.subscriptions(user).await?;
    let unknown = || {
        let sentence = "There is no such subscription of yours any more: subscribe again.";
        Refused::new(ErrorCode::NotAllowed, sentence)
    };
    let subscription =
        own.into_iter().find(|one| *one.endpoint == *endpoint).ok_or_else(unknown)?;
    let (core, connection) = (Rc::clone(core), Rc::clone(connection));
    // A push service may take its time; other requests of the connection don't wait for it.
    spawn_local(async move {
        match push.test(subscription).await {
            Ok(Tested { status, detail }) => {
                let tested = PushTested { endpoint, status: status.into(), detail };
                connection.send(reply::to(id, Body::PushTest(tested)));
            }
            Err(wait) => core.refuse(&connection, id, "pushTest", Wait::new(wait).into()),
        }
        // It is nobody's turn.
        core.flush();
    });
    Ok(())
}
