//! `hookCreate`, `hooks` and `hookDelete`: the incoming hooks of a channel.

use std::rc::Rc;

use chinwag_protocol::incoming::{HookRef, HooksOf, NewHook};
use chinwag_protocol::outgoing::{self, HookCreated, HookDeleted};
use chinwag_protocol::{Body, ChannelUuid, ErrorCode, RequestId};
use chinwag_store::{Address, Channel, Denied, Hook, Kind};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::hooks;
use crate::names::Name;
use crate::refused::{Outcome, Refused};
use crate::{reply, wire};

pub async fn create(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewHook,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let channel = channel(core, connection, &new.recipient).await?;
    let refused = |sentence: &'static str| Refused::new(ErrorCode::SignUpRefused, sentence);
    let name = Name::new(&new.name).map_err(refused)?;
    let (store, url) = (&*core.app.store, core.app.public_url());
    let (hook, url) = hooks::make(store, &url, Some(asker), channel, name).await?;
    connection.send(reply::to(id, Body::HookCreate(HookCreated { hook: on_wire(&hook), url })));
    Ok(())
}

pub async fn list(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    of: HooksOf,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    let channel = match &of.recipient {
        Some(recipient) => Some(channel(core, connection, recipient).await?),
        None => None,
    };
    let hooks = core.app.store.hooks(Some(asker), channel).await?;
    let hooks = hooks.iter().map(on_wire).collect();
    connection.send(reply::to(id, Body::Hooks(outgoing::Hooks { hooks })));
    Ok(())
}

pub async fn delete(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    HookRef { uuid }: HookRef,
) -> Outcome {
    let asker = recipient::user(connection)?.uuid;
    core.app.store.delete_hook(Some(asker), uuid).await?;
    connection.send(reply::to(id, Body::HookDelete(HookDeleted { uuid })));
    Ok(())
}

/// The channel of hooks that the signed-in user means. Direct channels have none.
async fn channel(
    core: &Core,
    connection: &Connection,
    recipient: &str,
) -> Result<ChannelUuid, Refused> {
    match recipient::existing_channel(core, connection, recipient).await? {
        Some(Channel { uuid, kind: Kind::General | Kind::Members }) => Ok(uuid),
        _ => Err(Denied::Fixed.into()),
    }
}

fn on_wire(hook: &Hook) -> outgoing::Hook {
    let address =
        if hook.channel.is_general() { Address::General } else { Address::Channel(hook.channel) };
    outgoing::Hook {
        uuid: hook.uuid,
        name: hook.name.clone(),
        bot_uuid: hook.bot.uuid,
        channel: wire::recipient(address),
        created_at: hook.created_at,
    }
}
