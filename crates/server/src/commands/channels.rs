//! `channels`: a page of the named channels that the user may know of.

use std::rc::Rc;

use chinwag_protocol::incoming::ChannelsPage;
use chinwag_protocol::outgoing::Channels;
use chinwag_protocol::{Body, RequestId};
use chinwag_store::ChannelsQuery;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{names, reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    page: ChannelsPage,
) -> Outcome {
    let start = page.query.as_deref().map(|query| query.trim_start().trim_start_matches('#'));
    let query = ChannelsQuery {
        asker: recipient::user(connection)?.uuid,
        folded_prefix: start.map(names::fold_prefix).unwrap_or_default(),
        offset: page.offset.unwrap_or_default(),
        limit: page.wanted(),
        archived: page.archived == Some(true),
    };
    let found = core.app.store.channels(query).await?;
    let channels: Vec<_> = found
        .channels
        .iter()
        .map(|(details, membership)| wire::channel_for(details, membership.as_ref()))
        .collect();
    let channels = Channels { total: found.total, received: channels.len() as u64, channels };
    connection.send(reply::to(id, Body::Channels(channels)));
    Ok(())
}
