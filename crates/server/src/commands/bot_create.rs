//! `botCreate`: a bot, or another access key for one.

use std::rc::Rc;

use chinwag_protocol::incoming::NewBot;
use chinwag_protocol::outgoing::BotCreated;
use chinwag_protocol::{Body, ErrorCode, RequestId, UserUuid};
use chinwag_store::{self as store, User};

use super::recipient;
use crate::access_key;
use crate::connection::Connection;
use crate::core::Core;
use crate::names::Name;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewBot,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let refused = |sentence: &'static str| Refused::new(ErrorCode::SignUpRefused, sentence);
    let Name { shown, folded } = Name::new(&new.username).map_err(refused)?;
    let user = User { uuid: UserUuid::random_bot(), name: shown.into() };
    let new = store::NewBot { asker: Some(asker), user, folded_name: folded };
    let key = access_key::of_bot().map_err(anyhow::Error::from)?;
    let (user, access_key) = core.app.store.create_bot(new, key).await?;
    let created = BotCreated { user: wire::user(&user, None), access_key };
    connection.send(reply::to(id, Body::BotCreate(created)));
    Ok(())
}
