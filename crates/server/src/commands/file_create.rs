//! `fileCreate`: begins an upload.

use std::rc::Rc;

use chinwag_protocol::incoming::NewFile;
use chinwag_protocol::{ErrorCode, RequestId};

use super::recipient;
use crate::connection::Connection;
use crate::core::Core;
use crate::refused::{Outcome, Refused};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    _id: Option<RequestId>,
    new: NewFile,
) -> Outcome {
    recipient::channel(core, connection, &new.recipient).await?;
    Err(Refused::new(ErrorCode::FileRefused, "This server takes no files."))
}
