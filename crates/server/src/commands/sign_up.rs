//! `signUp`: a new user, who is signed in at once.

use std::rc::Rc;

use chinwag_protocol::incoming::SignUp;
use chinwag_protocol::outgoing::Registration;
use chinwag_protocol::{ErrorCode, RequestId, UserUuid};
use chinwag_store::{Account, Creation, NewAccount, Standing, User};

use super::sign_in::{self, Entering};
use crate::connection::Connection;
use crate::core::Core;
use crate::names::Name;
use crate::passwords;
use crate::refused::{Outcome, Refused};

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    new: SignUp,
) -> Outcome {
    core.app.limits.sign_in_from(connection.address)?;
    match core.app.config.registration {
        Registration::Open => {}
        Registration::Invite => {
            return Err(refused(
                "To sign up here you need an invite link: ask somebody who is in.",
            ));
        }
        Registration::Closed => {
            return Err(refused("Nobody can sign up here; ask the people who run this chat."));
        }
    }
    let name = Name::new(&new.username).map_err(refused)?;
    check_password(&new.password)?;
    // Asked before the expensive hash; `create` decides, should somebody be quicker.
    if core.app.store.account(&name.folded).await?.is_some() {
        return Err(taken());
    }
    let account = create(core, name, new.password).await?.ok_or_else(taken)?;
    let key = sign_in::new_key(core, connection, &account, new.device.as_deref()).await?;
    sign_in::enter(core, connection, id, Entering::new(account, key)).await?;
    core.app.metrics.sign_ups.increment(1);
    Ok(())
}

/// Whether everybody may sign up.
pub fn is_open(core: &Core) -> bool {
    core.app.config.registration == Registration::Open
}

/// Makes a user; `None` if the name is taken, refused if it only looks like a taken one.
pub async fn create(core: &Core, name: Name, password: String) -> Result<Option<Account>, Refused> {
    let password_hash = core.app.passwords.hash(password).await?;
    let user = User { uuid: UserUuid::random(), name: name.shown.into() };
    let account = Account {
        user: user.clone(),
        password_hash: password_hash.clone(),
        standing: Standing::default(),
    };
    let new = NewAccount { user, folded_name: name.folded, password_hash };
    match core.app.store.create_account(new).await? {
        Creation::Created => Ok(Some(account)),
        Creation::NameTaken => Ok(None),
        Creation::LooksTaken => {
            Err(refused("This name looks like one that is taken; choose another."))
        }
    }
}

/// Whether this may be a password.
pub fn check_password(password: &str) -> Result<(), Refused> {
    if password.is_empty() || password.len() > passwords::MAX_BYTES {
        return Err(refused("A password has 1 to 256 bytes."));
    }
    Ok(())
}

fn taken() -> Refused {
    refused("This name is taken; choose another.")
}

fn refused(sentence: &'static str) -> Refused {
    Refused::new(ErrorCode::SignUpRefused, sentence)
}
