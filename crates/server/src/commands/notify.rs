//! `notify`: what the user chooses for all notifications.

use std::rc::Rc;

use chinwag_protocol::incoming;
use chinwag_protocol::outgoing::Content;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::NotifyChange;

use super::channel_prefs::time;
use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{quiet, reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    asked: incoming::NotifyChange,
) -> Outcome {
    let (user, store) = (recipient::user(connection)?.uuid, &core.app.store);
    if asked.quiet.as_ref().is_some_and(|quiet| quiet.len() > incoming::NotifyChange::MAX_QUIET) {
        return Err(malformed("\"quiet\" has 20 entries at the most."));
    }
    let quiet = asked.quiet.as_ref().map(|quiet| quiet.iter().map(wire::quiet_hours).collect());
    let change = NotifyChange {
        user,
        hides_content: asked.content.map(|content| content == Content::Nothing),
        quiet: quiet.transpose().map_err(malformed)?,
        zone: asked.zone.as_deref().map(zone).transpose()?,
        paused_until: asked
            .paused_until
            .as_deref()
            .map(|at| time("pausedUntil", at))
            .transpose()?,
    };
    let settings = store.notify_settings(vec![user]).await?.pop().unwrap_or_default();
    // A zone that was named once is never taken away.
    let has_zone = change.zone.is_some() || !settings.zone.is_empty();
    if change.quiet.as_ref().is_some_and(|quiet| !quiet.is_empty()) && !has_zone {
        return Err(malformed(
            "Quiet hours need \"zone\", the name of your time zone: \"Europe/Berlin\".",
        ));
    }
    let settings = if change.is_empty() { settings } else { store.change_notify(change).await? };
    connection.send(reply::to(id, Body::Notify(wire::notify(settings))));
    Ok(())
}

/// The name of a time zone as IANA writes it.
fn zone(name: &str) -> Result<String, Refused> {
    let zone = quiet::zone(name);
    let name = zone.as_ref().and_then(|zone| zone.iana_name());
    let unknown = "\"zone\" is the IANA name of a time zone, such as \"Europe/Berlin\" or \"UTC\".";
    name.map(str::to_owned).ok_or_else(|| malformed(unknown))
}

fn malformed(sentence: &'static str) -> Refused {
    Refused::new(ErrorCode::Malformed, sentence)
}
