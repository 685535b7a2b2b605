//! `server`: how much there is on the server, for admins.

use std::rc::Rc;

use chinwag_protocol::outgoing::{ServerFigures, Storage, StorageKind};
use chinwag_protocol::{Body, ErrorCode, RequestId, UserUuid};
use chinwag_store::{Role, Space, UsersQuery};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};
use crate::reply;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
) -> Outcome {
    let user = recipient::user(connection)?;
    check_admin(core, user.uuid).await?;
    let store = &core.app.store;
    let all = UsersQuery { offset: 0, limit: 1, folded_prefix: String::new() };
    let channels = store.followed_channels().await?;
    let figures = ServerFigures {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        users: store.users(all).await?.total,
        online: store.online_users(),
        channels: channels.iter().filter(|channel| channel.total > 0).count() as u64,
        messages: channels.iter().map(|channel| channel.total).sum(),
        storage: storage(store.space().await?),
    };
    connection.send(reply::to(id, Body::Server(figures)));
    Ok(())
}

async fn check_admin(core: &Core, user: UserUuid) -> Result<(), Refused> {
    let found = core.app.store.status(vec![user]).await?;
    if found.iter().any(|status| status.standing.role == Role::Admin) {
        return Ok(());
    }
    Err(Refused::new(ErrorCode::NotAllowed, "Only admins see the server's figures."))
}

fn storage(space: Space) -> Storage {
    match space {
        Space::Disk { free, size } => {
            Storage { kind: StorageKind::Disk, used: size.saturating_sub(free), size }
        }
        Space::Memory { used, limit } => Storage { kind: StorageKind::Memory, used, size: limit },
    }
}
