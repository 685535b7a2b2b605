//! `devices` and `deviceEnd`: where a user is signed in.

use std::rc::Rc;

use chinwag_protocol::incoming::UuidRef;
use chinwag_protocol::outgoing::{Device, Devices, Named};
use chinwag_protocol::{Body, ErrorCode, RequestId, SessionUuid};
use jiff::Timestamp;

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::reply;

pub async fn list(core: &Rc<Core>, connection: &Rc<Connection>, id: Option<RequestId>) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    let current = connection.session.borrow().as_ref().map(|session| session.key);
    let devices = core.app.store.devices(user).await?.into_iter().map(|device| Device {
        uuid: device.uuid(),
        name: device.name.to_string(),
        last_used: Timestamp::from_second(device.used_at).unwrap_or_default(),
        current: current == Some(device.digest),
    });
    let devices = Devices { devices: devices.collect() };
    connection.send(reply::to(id, Body::Devices(devices)));
    Ok(())
}

pub async fn end(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    UuidRef { uuid }: UuidRef,
) -> Outcome {
    let user = recipient::user(connection)?.uuid;
    let devices = core.app.store.devices(user).await?;
    let device = devices.into_iter().find(|device| device.uuid() == uuid);
    let unknown = || Refused::new(ErrorCode::UnknownUser, "You have no device with this UUID.");
    let device = device.ok_or_else(unknown)?;
    // This session ends as well, if it is its own device.
    core.app.store.revoke_access_key(user, device.digest, SessionUuid::default()).await?;
    connection.send(reply::to(id, Body::DeviceEnd(Named { uuid })));
    Ok(())
}
