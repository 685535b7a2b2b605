//! `channelEdit`: another name, topic or posting rule, and the archive; of General topic and posting rule.

use std::rc::Rc;

use chinwag_protocol::incoming::ChannelEdit;
use chinwag_protocol::outgoing::Posting;
use chinwag_protocol::{Body, ChannelUuid, RequestId};
use chinwag_store as store;

use super::{channel_create, recipient};
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::Outcome;
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    edit: ChannelEdit,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let channel = if edit.recipient.is_empty() {
        ChannelUuid::GENERAL
    } else {
        recipient::of_members(core, connection, &edit.recipient).await?
    };
    let name = edit.name.as_deref().map(channel_create::name).transpose()?;
    let request = store::ChannelEdit {
        asker,
        channel,
        name,
        topic: edit.topic.as_deref().map(|topic| topic.trim().into()),
        owners_post: edit.posting.map(|posting| posting == Posting::Owners),
        archived: edit.archived,
    };
    core.app.store.edit_channel(request).await?;
    let (details, membership) = core.app.store.channel(asker, channel).await?;
    let channel = wire::channel_for(&details, membership.as_ref());
    connection.send(reply::to(id, Body::ChannelEdit(channel)));
    Ok(())
}
