//! `pushSubscribe`: lets a device be notified, for as long as its access key lasts.

use std::rc::Rc;
use std::sync::Arc;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use chinwag_protocol::incoming::NewSubscription;
use chinwag_protocol::outgoing::Subscribed;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::Subscription;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::push::{Push, is_point};
use crate::push_hosts::Unfit;
use crate::refused::{Outcome, Refused};
use crate::reply;

/// Base64url, whether it is padded or not.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewSubscription,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    let key = connection.session.borrow().as_ref().map(|session| session.key);
    let key = key.ok_or_else(ended)?;
    let push = push(core)?;
    let NewSubscription { endpoint, p256dh, auth } = new;
    push.check(&endpoint).map_err(unfit)?;
    let wrong_key = || malformed("\"p256dh\" must be a point of P-256: 65 bytes in base64url.");
    let p256dh = bytes(&p256dh).filter(is_point).ok_or_else(wrong_key)?;
    let wrong_secret = || malformed("\"auth\" must be 16 bytes in base64url.");
    let auth = bytes(&auth).ok_or_else(wrong_secret)?;
    let subscription = Subscription { user, key, endpoint: endpoint.as_str().into(), p256dh, auth };
    if !core.app.store.subscribe(subscription).await? {
        return Err(ended());
    }
    connection.send(reply::to(id, Body::PushSubscribe(Subscribed { endpoint })));
    Ok(())
}

/// What sends notifications, where that is on.
pub fn push(core: &Core) -> Result<Arc<Push>, Refused> {
    let sentence = "This server sends no notifications by web push.";
    core.app.push.clone().ok_or_else(|| Refused::new(ErrorCode::NotAllowed, sentence))
}

fn unfit(unfit: Unfit) -> Refused {
    match unfit {
        Unfit::Malformed => malformed("\"endpoint\" must be a URL of at most 2048 bytes."),
        Unfit::Foreign => Refused::new(
            ErrorCode::NotAllowed,
            "This server sends no notifications to the push service of this browser.",
        ),
    }
}

fn malformed(sentence: &'static str) -> Refused {
    Refused::new(ErrorCode::Malformed, sentence)
}

fn ended() -> Refused {
    let sentence = "The access key of this session has ended: sign in again.";
    Refused::new(ErrorCode::SignInRefused, sentence)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    BASE64.decode(text).ok()?.try_into().ok()
}
