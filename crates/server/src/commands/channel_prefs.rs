//! `channelPrefs`: what a channel is to the user.

use std::rc::Rc;

use chinwag_protocol::incoming::PrefsChange;
use chinwag_protocol::outgoing::Prefs;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::PreferencesChange;
use jiff::Timestamp;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    change: PrefsChange,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    let muted_until = change.muted_until.as_deref().map(|at| time("mutedUntil", at)).transpose()?;
    let channel = recipient::channel(core, connection, &change.recipient).await?;
    let address = channel.address();
    let request = PreferencesChange {
        user,
        session: connection.uuid,
        channel,
        level: change.level.map(wire::level_of),
        muted_until,
        pinned: change.pinned,
        section: change.section.map(|section| section.trim().to_owned()),
        unread_from: change.unread_from,
    };
    let preferences = core.app.store.change_preferences(request).await?;
    let prefs = Prefs { channel: wire::recipient(address), chosen: wire::chosen(&preferences) };
    connection.send(reply::to(id, Body::ChannelPrefs(prefs)));
    Ok(())
}

/// The end of a mute or a pause; empty for none.
pub fn time(property: &str, text: &str) -> Result<Option<Timestamp>, Refused> {
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("\"{property}\" is a time like 2026-12-24T18:00:00Z, or empty.");
    text.parse().map(Some).map_err(|_| Refused::new(ErrorCode::Malformed, wrong()))
}
