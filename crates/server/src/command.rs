//! The one match from a request to its handler, and what every request goes through before it.

use std::panic::AssertUnwindSafe;
use std::rc::Rc;

use chinwag_protocol::outgoing::Outgoing;
use chinwag_protocol::{ErrorCode, Incoming, Refusal, Request, RequestId};
use futures_util::FutureExt;

pub use crate::commands::message;
use crate::commands::{
    change_password, history, inbox, join, leave, read, sign_in, sign_out, sign_out_everywhere,
    sign_up, typing, users,
};
use crate::connection::Connection;
use crate::core::Core;
use crate::limits::people::MESSAGE_COST;
pub use crate::refused::Refused;
use crate::traces::Trace;
use crate::wire;

/// What a handler ends with: it has answered, or the request is refused.
pub type Outcome = Result<(), Refused>;

/// Runs a request to its end, and answers it if it is refused.
pub async fn run(core: &Rc<Core>, connection: &Rc<Connection>, incoming: Incoming) {
    let (id, kind) = (incoming.id.clone(), incoming.request.kind());
    let trace = Trace::request(kind);
    let outcome = match admit(core, connection, &incoming) {
        Ok(()) => trace.follow(without_panic(kind, handle(core, connection, incoming))).await,
        Err(refused) => Err(refused),
    };
    if let Err(refused) = outcome {
        trace.refused(refused.code);
        refuse_with(core, connection, id, kind, refused);
    }
}

/// Turns a handler's panic, which is a defect, into a refusal: it costs nobody else anything.
async fn without_panic(kind: &str, handler: impl Future<Output = Outcome>) -> Outcome {
    AssertUnwindSafe(handler).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!(kind, "a handler panicked");
        Err(Refused::unavailable())
    })
}

async fn handle(core: &Rc<Core>, connection: &Rc<Connection>, incoming: Incoming) -> Outcome {
    let Incoming { id, request, .. } = incoming;
    match request {
        Request::SignIn { sign_in } => sign_in::handle(core, connection, id, sign_in).await,
        Request::SignUp { sign_up } => sign_up::handle(core, connection, id, sign_up).await,
        Request::SignOut {} => sign_out::handle(core, connection, id).await,
        Request::SignOutEverywhere {} => sign_out_everywhere::handle(core, connection, id).await,
        Request::ChangePassword { change_password } => {
            change_password::handle(core, connection, id, change_password).await
        }
        Request::ChannelJoin { channel_join } => {
            join::handle(core, connection, id, channel_join).await
        }
        Request::ChannelLeave { channel_leave } => {
            leave::handle(core, connection, id, channel_leave).await
        }
        Request::ChannelMessage { channel_message } => {
            message::handle(core, connection, id, channel_message).await
        }
        Request::ChannelMessages { channel_messages } => {
            history::handle(core, connection, id, channel_messages).await
        }
        Request::ChannelRead { channel_read } => {
            read::handle(core, connection, id, channel_read).await
        }
        Request::ChannelTyping { channel_typing } => {
            typing::handle(core, connection, channel_typing).await
        }
        Request::Users { users } => users::handle(core, connection, id, users).await,
        Request::Inbox {} => inbox::handle(core, connection, id).await,
        Request::Ping {} => {
            connection.send(core, wire::text(&Outgoing::Pong { id }));
            Ok(())
        }
    }
}

/// Checks that the request comes from the session's user, and that the user's budget pays for it.
pub fn admit(core: &Core, connection: &Connection, incoming: &Incoming) -> Outcome {
    // Before a sign-in every request counts.
    if connection.session.borrow().is_none() {
        connection.try_patience(core);
    }
    authorize(connection, incoming)?;
    spend(core, connection, cost(&incoming.request))?;
    if let (Some(session), Request::ChannelMessage { channel_message }) =
        (connection.session.borrow().as_ref(), &incoming.request)
    {
        session.seat.person().store(channel_message.message.len())?;
    }
    Ok(())
}

/// Takes a request's cost off the budget of the signed-in user.
fn spend(core: &Core, connection: &Connection, cost: u32) -> Outcome {
    let session = connection.session.borrow();
    let Some(session) = session.as_ref() else { return Ok(()) };
    session.seat.asks();
    session.seat.person().spend(cost).map_err(|wait| {
        connection.try_patience(core);
        Refused::from(wait)
    })
}

/// What a request costs of its user's budget, in tenths of a message: by the work that it makes,
/// as `make attack` prints it.
fn cost(request: &Request) -> u32 {
    let up_to = |limit: u64, most: u64| u32::try_from(limit.min(most)).unwrap_or(u32::MAX);
    match request {
        Request::Ping {} => 1,
        Request::ChannelTyping { .. } => 2,
        Request::ChannelRead { .. } | Request::SignOut {} => 5,
        Request::ChannelMessage { .. } => MESSAGE_COST,
        Request::ChannelJoin { .. }
        | Request::ChannelLeave { .. }
        | Request::SignIn { .. }
        | Request::SignUp { .. }
        | Request::SignOutEverywhere {} => 10,
        Request::ChannelMessages { channel_messages } => {
            let limit = channel_messages.limit.unwrap_or(10);
            2 + up_to(limit.unsigned_abs(), history::MAX_LIMIT) / 10
        }
        Request::Users { users } => {
            let limit = users.as_ref().and_then(|users| users.limit);
            2 + up_to(limit.unwrap_or(users::MAX_LIMIT), users::MAX_LIMIT) / 50
        }
        Request::Inbox {} => 20,
        Request::ChangePassword { .. } => 80,
    }
}

/// Checks that the request comes from whom it says it comes from.
fn authorize(connection: &Connection, incoming: &Incoming) -> Outcome {
    let signs_in = matches!(incoming.request, Request::SignIn { .. } | Request::SignUp { .. });
    let session = connection.session.borrow();
    if session.is_none() && !signs_in {
        return Err(Refused::new(ErrorCode::SignInFirst, "Sign in first."));
    }
    let own = |uuid: &str| uuid.parse() == Ok(connection.uuid);
    if !incoming.session.iter().flatten().all(|uuid| own(uuid)) {
        let sentence =
            "The sessionUUID is not this connection's; leave it out or take that of \"ready\".";
        return Err(Refused::new(ErrorCode::NotYours, sentence));
    }
    // Before a sign-in there is no user to compare with, and what the last one was is no matter.
    if let (Some(session), Some(uuid)) = (session.as_ref(), &incoming.user)
        && uuid.parse() != Ok(session.user.uuid)
    {
        let sentence = "The userUUID is not that of the signed-in user; leave it out or take that of \"authorized\".";
        return Err(Refused::new(ErrorCode::NotYours, sentence));
    }
    Ok(())
}

/// Answers a frame that was no request.
pub fn refuse(core: &Rc<Core>, connection: &Rc<Connection>, refusal: Refusal) {
    let Refusal { id, code, kind, sentence } = refusal;
    if connection.session.borrow().is_none() {
        connection.try_patience(core);
    } else if let Err(refused) = spend(core, connection, 1) {
        return refuse_with(core, connection, id, kind, refused);
    }
    Trace::request(if kind.is_empty() { "malformed" } else { kind }).refused(code);
    refuse_with(core, connection, id, kind, Refused::new(code, sentence));
}

/// Answers a request that is refused.
pub fn refuse_with(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    kind: &str,
    refused: Refused,
) {
    let Refused { code, sentence, wait, cause } = refused;
    if let Some(cause) = cause {
        core.app.outage.note(&cause);
    }
    core.app.metrics.refuse(code);
    let payload = wait.map_or_else(|| kind.to_owned(), |seconds| seconds.to_string());
    connection.send(core, wire::text(&wire::error(id, code, sentence.into_owned(), payload)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_error_30() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let handler = async { panic!("a defect") };
        let outcome = runtime.block_on(without_panic("users", handler));
        assert_eq!(outcome.unwrap_err().code, ErrorCode::StoreUnavailable);
    }
}
