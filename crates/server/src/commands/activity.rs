//! `activity`: mentions of the user, replies to them, and reactions to their messages.

use std::rc::Rc;

use chinwag_protocol::incoming::ActivityPage;
use chinwag_protocol::outgoing::Activity;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::ActivityQuery;

use super::{history, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: ActivityPage,
) -> Outcome {
    let user = recipient::user(connection)?;
    let limit = asked.wanted();
    let asked = asked.before.unwrap_or_default();
    let before = if asked.is_empty() { None } else { Some(asked.parse().map_err(|_| unknown())?) };
    let found = core.app.store.activity(ActivityQuery { user, before, limit }).await?;
    let fitting = history::fitting(found.items.iter().map(|item| &item.message));
    let items = &found.items[..fitting];
    let activity = Activity {
        items: items.iter().map(wire::activity).collect(),
        before: items.last().map_or(asked, |item| item.place.to_string()),
        more: found.more || fitting < found.items.len(),
    };
    connection.send(reply::to(id, Body::Activity(activity)));
    Ok(())
}

fn unknown() -> Refused {
    Refused::new(ErrorCode::ChannelRefused, "\"before\" is that of another page of the activity.")
}
