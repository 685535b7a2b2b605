//! The frames that answer requests.

use bytes::Bytes;
use chinwag_protocol::{Body, Outgoing, RequestId, outgoing};
use chinwag_store::Message;

use crate::refused::Refused;
use crate::wire;

/// The reply to the request with this `id`.
pub fn to(id: Option<RequestId>, body: Body) -> Bytes {
    wire::text(&Outgoing::answer(id, body))
}

/// The message that a send has become, with the `id` and the `clientUUID` of the send, and those whom it named
/// without their being members.
pub fn message(
    message: &Message,
    recipient_online: bool,
    id: Option<RequestId>,
    client_uuid: Option<String>,
    not_members: Vec<outgoing::User>,
) -> Bytes {
    let mut channel_message = wire::live_message(message, recipient_online);
    channel_message.client_uuid = client_uuid;
    channel_message.not_members = not_members;
    to(id, Body::ChannelMessage(channel_message))
}

/// The refusal of a request of this kind.
pub fn refusal(id: Option<RequestId>, kind: &str, refused: Refused) -> Bytes {
    let Refused { code, sentence, wait, .. } = refused;
    let payload = wait.map_or_else(|| kind.to_owned(), |seconds| seconds.to_string());
    wire::text(&wire::error(id, code, sentence.into_owned(), payload))
}
