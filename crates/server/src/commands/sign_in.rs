//! `signIn`: by name and password, or by an access key. An unknown name is signed up.

use std::rc::Rc;

use chinwag_protocol::incoming::{self, Credentials};
use chinwag_protocol::outgoing::{Authorized, Outgoing, Sys};
use chinwag_protocol::{ErrorCode, RequestId};
use chinwag_store::{Account, User};

use super::{sign_out, sign_up};
use crate::access_key::AccessKey;
use crate::command::{Outcome, Refused};
use crate::connection::{Connection, Session};
use crate::core::Core;
use crate::limits::MessageLimit;
use crate::names::Name;
use crate::{passwords, wire};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    sign_in: incoming::SignIn,
) -> Outcome {
    let (user, key) = match sign_in {
        incoming::SignIn::Password(credentials) => {
            let user = by_password(core, connection, credentials).await?;
            let key = new_key(core, &user).await?;
            (user, key)
        }
        incoming::SignIn::AccessKey(key) => by_key(core, connection, &key.access_key).await?,
    };
    enter(core, connection, id, user, key).await
}

/// The user whose name and password these are, made if there is none.
async fn by_password(
    core: &Core,
    connection: &Connection,
    credentials: Credentials,
) -> Result<User, Refused> {
    let Credentials { username, password } = credentials;
    core.app.limits.sign_in_from(connection.address)?;
    let Ok(name) = Name::parse(&username) else { return Err(refused()) };
    core.app.limits.guess(&name.folded, connection.address)?;
    if password.len() > passwords::MAX_BYTES || password.is_empty() {
        return Err(refused());
    }
    let folded = name.folded.clone();
    let user = verify_or_create(core, name, password).await?;
    core.app.limits.guessed_right(&folded, connection.address);
    Ok(user)
}

async fn verify_or_create(core: &Core, name: Name, password: String) -> Result<User, Refused> {
    let folded = name.folded.clone();
    let account = core.app.store.account(&folded).await?;
    if account.is_none() && core.app.config.registration_open {
        if let Some(user) = sign_up::create(core, name, password.clone()).await? {
            return Ok(user);
        }
        // Somebody else was quicker to take the name; then the password must be theirs.
        return verify(core, core.app.store.account(&folded).await?, password).await;
    }
    verify(core, account, password).await
}

/// The user of the account, if this is its password.
pub async fn verify(
    core: &Core,
    account: Option<Account>,
    password: String,
) -> Result<User, Refused> {
    let (user, hash) = account.map(|account| (account.user, account.password_hash)).unzip();
    let fits = core.app.passwords.verify(password, hash).await?;
    user.filter(|_| fits).ok_or_else(refused)
}

async fn by_key(
    core: &Core,
    connection: &Connection,
    text: &str,
) -> Result<(User, AccessKey), Refused> {
    let lapsed = || {
        let sentence = "The access key is not valid any more; sign in with name and password.";
        Refused::new(ErrorCode::SignInRefused, sentence)
    };
    let Some(key) = AccessKey::parse(text) else {
        // A good key is no guess, so only bad ones count.
        core.app.limits.sign_in_from(connection.address)?;
        return Err(lapsed());
    };
    if let Some(user) = core.app.store.use_access_key(key.user, key.digest).await? {
        return Ok((user, key));
    }
    core.app.limits.sign_in_from(connection.address)?;
    Err(lapsed())
}

/// A new access key for the user.
pub async fn new_key(core: &Core, user: &User) -> Result<AccessKey, Refused> {
    let key = AccessKey::generate(user.uuid).map_err(anyhow::Error::from)?;
    core.app.store.add_access_key(user.uuid, key.digest).await?;
    Ok(key)
}

/// Lets the connection act for the user, and tells everybody.
pub async fn enter(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    user: User,
    key: AccessKey,
) -> Outcome {
    let before = connection.session.borrow().as_ref().map(|session| session.key);
    if let Some(before) = before {
        sign_out::leave_session(core, connection, before != key.digest).await?;
    }
    let sessions = core.app.store.session_started(&user, connection.uuid).await?;
    let limit = core.app.config.message_rate.and_then(MessageLimit::new);
    let person = wire::person(&user);
    core.hub.borrow_mut().add(user.uuid, connection);
    let authorized = Authorized { user: user.uuid, access_key: key.text };
    connection.session.replace(Some(Box::new(Session::new(user, key.digest, limit))));
    core.app.metrics.sessions.increment(1);
    connection.send(core, wire::text(&Outgoing::Authorized { id, authorized }));
    if core.app.dispatcher.is_small(sessions) {
        connection.send(core, wire::text(&wire::sys(Sys::SignIn { sign_in: person })));
    }
    Ok(())
}

/// The same words whether the name or the password is wrong.
fn refused() -> Refused {
    Refused::new(ErrorCode::SignInRefused, "The name or the password is wrong.")
}
