//! What every request goes through once, before its handler: identity, budgets, patience.

use chinwag_protocol::{ErrorCode, Incoming, Refusal, Request, RequestId};

use crate::connection::Connection;
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
    spend(connection, incoming.request.cost())?;
    let stored = match &incoming.request {
        Request::ChannelMessage(new) => new.message.len(),
        Request::MessageEdit(edit) => edit.message.len(),
        _ => return Ok(()),
    };
    match connection.session.borrow().as_ref() {
        Some(session) => Ok(session.seat.person().store(stored)?),
        None => Ok(()),
    }
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

/// Checks that the request comes from whom it says it comes from.
fn authorize(connection: &Connection, incoming: &Incoming) -> Outcome {
    let session = connection.session.borrow();
    if session.is_none() && incoming.request.needs_sign_in() {
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
