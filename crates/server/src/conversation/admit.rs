//! What every request goes through once, before its handler: identity, budgets, patience.

use chinwag_protocol::{ErrorCode, Incoming, Refusal, Request, RequestId};

use crate::commands::{history, users};
use crate::connection::Connection;
use crate::limits::people::MESSAGE_COST;
use crate::refused::{Outcome, Refused};
use crate::traces::Trace;

/// A request that gets no handler, and its answer.
pub struct Rejected {
    /// The request's `id`, where it has one.
    pub id: Option<RequestId>,
    /// Its `type`, where that is known.
    pub kind: &'static str,
    /// Why.
    pub refused: Refused,
}

/// Lets a request through to its handler, or says why not.
pub fn admit(
    connection: &Connection,
    parsed: Result<Incoming, Refusal>,
) -> Result<Incoming, Box<Rejected>> {
    let incoming = parsed.map_err(|refusal| Box::new(reject(connection, refusal)))?;
    match check(connection, &incoming) {
        Ok(()) => Ok(incoming),
        Err(refused) => {
            let kind = incoming.request.kind();
            Trace::request(kind).refused(refused.code);
            Err(Box::new(Rejected { id: incoming.id, kind, refused }))
        }
    }
}

/// Rejects a frame that is no request, which costs like a ping.
fn reject(connection: &Connection, refusal: Refusal) -> Rejected {
    let Refusal { id, code, kind, sentence } = refusal;
    Trace::request(if kind.is_empty() { "malformed" } else { kind }).refused(code);
    let paid = if connection.session.borrow().is_some() {
        spend(connection, 1)
    } else {
        connection.try_patience();
        Ok(())
    };
    let refused = paid.err().unwrap_or_else(|| Refused::new(code, sentence));
    Rejected { id, kind, refused }
}

/// Checks that the request comes from the session's user, and that the user's budget pays for it.
fn check(connection: &Connection, incoming: &Incoming) -> Outcome {
    // Before a sign-in every request counts.
    if connection.session.borrow().is_none() {
        connection.try_patience();
    }
    authorize(connection, incoming)?;
    spend(connection, cost(&incoming.request))?;
    if let (Some(session), Request::ChannelMessage { channel_message }) =
        (connection.session.borrow().as_ref(), &incoming.request)
    {
        session.seat.person().store(channel_message.message.len())?;
    }
    Ok(())
}

/// Takes a request's cost off the budget of the signed-in user.
fn spend(connection: &Connection, cost: u32) -> Outcome {
    let session = connection.session.borrow();
    let Some(session) = session.as_ref() else { return Ok(()) };
    session.seat.asks();
    session.seat.person().spend(cost).map_err(|wait| {
        connection.try_patience();
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
