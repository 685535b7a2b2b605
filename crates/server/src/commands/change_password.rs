//! `changePassword`: a new password, and the end of all other sessions.

use std::rc::Rc;

use chinwag_protocol::incoming::PasswordChange;
use chinwag_protocol::outgoing::{Outgoing, PasswordChanged};
use chinwag_protocol::{ErrorCode, RequestId};

use super::{recipient, sign_in, sign_up};
use crate::command::{Outcome, Refused};
use crate::connection::Connection;
use crate::core::Core;
use crate::names::Name;
use crate::{passwords, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    change: PasswordChange,
) -> Outcome {
    let user = recipient::user(connection)?;
    sign_up::check_password(&change.new_password)?;
    let wrong = || Refused::new(ErrorCode::SignInRefused, "The present password is wrong.");
    let folded = Name::parse(&user.name).map_err(|_| wrong())?.folded;
    core.app.limits.sign_in_from(connection.address)?;
    core.app.limits.guess(&folded, connection.address)?;
    if change.password.len() > passwords::MAX_BYTES {
        return Err(wrong());
    }
    let account = core.app.store.account(&folded).await?;
    if sign_in::verify(core, account, change.password).await?.user.uuid != user.uuid {
        return Err(wrong());
    }
    core.app.limits.guessed_right(&folded, connection.address);
    let hash = core.app.passwords.hash(change.new_password).await?;
    // Signed out meanwhile, it changes nothing any more.
    let key = connection.session.borrow().as_ref().map(|session| session.key);
    let key = key.ok_or_else(wrong)?;
    core.app.store.change_password(&user, hash, key, connection.uuid).await?;
    let change_password = PasswordChanged { uuid: user.uuid };
    connection.send(core, wire::text(&Outgoing::ChangePassword { id, change_password }));
    Ok(())
}
