//! `fileCreate`: begins an upload.

use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chinwag_files::name;
use chinwag_protocol::incoming::NewFile;
use chinwag_protocol::outgoing::Upload;
use chinwag_protocol::{Body, ErrorCode, FileUuid, RequestId};
use chinwag_store as store;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::files::PIECE;
use crate::refused::{Outcome, Refused};
use crate::reply;

/// The random bytes of a token.
const TOKEN: usize = 24;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: NewFile,
) -> Outcome {
    let channel = recipient::channel(core, connection, &new.recipient).await?;
    let (user, key) = {
        let session = connection.session.borrow();
        let session = session.as_ref().ok_or_else(recipient::sign_in_first)?;
        (session.user.uuid, session.key)
    };
    let Some(files) = &core.app.files else { return Err(no_files()) };
    let most = files.limits().size;
    if new.size == 0 || new.size > most {
        let sentence = format!("A file has 1 to {most} bytes.");
        return Err(Refused::new(ErrorCode::FileRefused, sentence));
    }
    if !files.has_room(new.size).await {
        return Err(store::Denied::FileSpace.into());
    }
    let mut token = [0; TOKEN];
    getrandom::fill(&mut token).map_err(anyhow::Error::from)?;
    let token = URL_SAFE_NO_PAD.encode(token);
    let pixels = |number: Option<u64>| number.and_then(|number| u32::try_from(number).ok());
    let create = store::NewFile {
        uuid: FileUuid::random(),
        user,
        session: connection.uuid,
        key,
        channel,
        name: name::clean(&new.name).into(),
        size: new.size,
        dimensions: pixels(new.width).zip(pixels(new.height)),
        token: store::KeyDigest(Sha256::digest(&token).into()),
        client_uuid: new.client_uuid,
        at: Timestamp::now(),
        quota: files.quota(),
        space: files.space(),
    };
    let (uuid, received) = core.app.store.create_file(create).await?;
    let url = format!("/files/{uuid}");
    let upload = Upload { uuid, url, token, piece: PIECE as u64, received };
    connection.send(reply::to(id, Body::FileCreate(upload)));
    Ok(())
}

/// The server takes no files.
pub fn no_files() -> Refused {
    Refused::new(ErrorCode::FileRefused, "This server takes no files.")
}
