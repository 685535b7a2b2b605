//! `changePassword`: a new password and a new access key, and the end of all other sessions.

use std::rc::Rc;
use std::time::Duration;

use chinwag_protocol::incoming;
use chinwag_protocol::outgoing::PasswordChanged;
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::PasswordChange;

use super::{recipient, sign_in, sign_up};
use crate::access_key::AccessKey;
use crate::connection::Connection;
use crate::core::Core;
use crate::limits::Wait;
use crate::names::Name;
use crate::refused::{Outcome, Refused};
use crate::{passwords, reply};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    change: incoming::PasswordChange,
) -> Outcome {
    let user = recipient::user(connection)?;
    if user.uuid.is_bot() {
        let sentence = "Bots have no password: botCreate gives one another key.";
        return Err(Refused::new(ErrorCode::NotAllowed, sentence));
    }
    sign_up::check_password(&change.new_password)?;
    let wrong = || Refused::new(ErrorCode::SignInRefused, "The current password is wrong.");
    let asking = connection.session.borrow().as_ref().map(|session| session.key);
    let asking = asking.ok_or_else(wrong)?;
    let person = core.app.people.person(user.uuid, core.now());
    let under_way = || Refused::from(Wait::new(Duration::from_secs(1)));
    let _changing = person.begin_change().ok_or_else(under_way)?;
    core.app.limits.change_password(asking)?;
    let folded = Name::typed(&user.name).map_err(|_| wrong())?.folded;
    if change.password.len() > passwords::MAX_BYTES {
        return Err(wrong());
    }
    let account = core.app.store.account(&folded).await?;
    let account = sign_in::verify(core, account, change.password).await.map_err(|_| wrong())?;
    if account.user.uuid != user.uuid {
        return Err(wrong());
    }
    core.app.limits.changed_password(asking);
    let key = AccessKey::generate(user.uuid).map_err(anyhow::Error::from)?;
    let change = PasswordChange {
        password_hash: core.app.passwords.hash(change.new_password).await?,
        account,
        asking,
        key: key.digest,
        session: connection.uuid,
    };
    if !core.app.store.change_password(change).await? {
        let sentence = "The password was changed elsewhere meanwhile, or this session has ended.";
        return Err(Refused::new(ErrorCode::SignInRefused, sentence));
    }
    if let Some(session) = connection.session.borrow_mut().as_mut() {
        session.key = key.digest;
    }
    let change_password = PasswordChanged { uuid: user.uuid, access_key: Some(key.text) };
    connection.send(reply::to(id, Body::ChangePassword(change_password)));
    Ok(())
}
