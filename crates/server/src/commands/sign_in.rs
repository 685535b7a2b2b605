//! `signIn`: by name and password, or by an access key. An unknown name is signed up.

use std::rc::Rc;

use chinwag_protocol::incoming::{self, LinkSignIn, PasswordSignIn};
use chinwag_protocol::outgoing::{Authorized, Features, ResetBy, Sys};
use chinwag_protocol::{Body, ErrorCode, RequestId};
use chinwag_store::{Account, Denied, LinkKind, LinkUse, Role, User};
use jiff::Timestamp;

use super::{sign_out, sign_up};
use crate::access_key::AccessKey;
use crate::connection::{Connection, Session};
use crate::core::Core;
use crate::link_secret::LinkSecret;
use crate::names::Name;
use crate::refused::{Outcome, Refused};
use crate::{passwords, reply, wire};

/// A user who is about to act on a connection.
pub struct Entering {
    /// Who.
    pub user: User,
    /// The role.
    pub role: Role,
    /// The access key of the session.
    pub key: AccessKey,
    /// Who has reset the password just now.
    pub reset_by: Option<ResetBy>,
}

impl Entering {
    /// With the role that the account has.
    pub fn new(account: Account, key: AccessKey) -> Self {
        Self { user: account.user, role: account.standing.role, key, reset_by: None }
    }
}

/// The cost of starting a session, from its user's budget: it is broadcast to everybody. All sessions of
/// a user may come back at once.
const COST: u32 = 5;

pub async fn handle(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    sign_in: incoming::SignIn,
) -> Outcome {
    let by_password = matches!(sign_in, incoming::SignIn::Password(_));
    let outcome = sign_in_by(core, connection, id, sign_in).await;
    if let Err(refused) = &outcome {
        core.app.refusals.note(connection.address, by_password, refused.code);
    }
    outcome
}

async fn sign_in_by(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    sign_in: incoming::SignIn,
) -> Outcome {
    let figures = &core.app.metrics;
    let (entering, counter) = match sign_in {
        incoming::SignIn::Password(sign_in) => {
            let device = sign_in.device.clone();
            let account = by_password(core, connection, sign_in).await?;
            core.app.people.person(account.user.uuid, core.now()).spend(COST)?;
            let key = new_key(core, connection, &account, device.as_deref()).await?;
            (Entering::new(account, key), &figures.sign_ins_by_password)
        }
        incoming::SignIn::AccessKey(key) => {
            let entering = by_key(core, connection, &key.access_key).await?;
            core.app.people.person(entering.user.uuid, core.now()).spend(COST)?;
            (entering, &figures.sign_ins_by_key)
        }
        incoming::SignIn::Link(sign_in) => {
            let entering = by_link(core, connection, sign_in).await?;
            (entering, &figures.sign_ins_by_password)
        }
    };
    enter(core, connection, id, entering).await?;
    counter.increment(1);
    Ok(())
}

/// The account whose name and password these are, made if there is none and it may be.
async fn by_password(
    core: &Core,
    connection: &Connection,
    sign_in: PasswordSignIn,
) -> Result<Account, Refused> {
    let PasswordSignIn { username, password, create, .. } = sign_in;
    core.app.limits.sign_in_from(connection.address)?;
    let Ok(name) = Name::typed(&username) else { return Err(refused()) };
    if create == Some(false) {
        find(core, &name).await?;
    }
    let guess = core.app.limits.guess(&name.folded, connection.address)?;
    if password.len() > passwords::MAX_BYTES || password.is_empty() {
        return Err(refused());
    }
    let account = verify_or_create(core, name, password).await?;
    core.app.limits.guessed_right(guess);
    Ok(account)
}

/// Refuses a name that nobody has. A closed server doesn't tell which names there are.
async fn find(core: &Core, name: &Name) -> Outcome {
    if sign_up::is_open(core) && core.app.store.account(&name.folded).await?.is_none() {
        return Err(Refused::new(ErrorCode::UnknownUser, "There is no user of this name."));
    }
    Ok(())
}

async fn verify_or_create(core: &Core, name: Name, password: String) -> Result<Account, Refused> {
    let folded = name.folded.clone();
    let account = core.app.store.account(&folded).await?;
    if account.is_none() && sign_up::is_open(core) {
        let unfit = |sentence| Refused::new(ErrorCode::SignInRefused, sentence);
        name.check().map_err(unfit)?;
        if let Some(account) = sign_up::create(core, name, password.clone(), None).await? {
            return Ok(account);
        }
        // Somebody else was quicker to take the name; then the password must be theirs.
        return verify(core, core.app.store.account(&folded).await?, password).await;
    }
    verify(core, account, password).await
}

/// The account, if this is its password. Takes as long where there is none.
pub async fn verify(
    core: &Core,
    account: Option<Account>,
    password: String,
) -> Result<Account, Refused> {
    let hash = account.as_ref().map(|account| account.password_hash.clone());
    let fits = core.app.passwords.verify(password, hash).await?;
    account.filter(|_| fits).ok_or_else(refused)
}

/// The user whom a link is about: with a new password, as an admin, or on another device.
async fn by_link(
    core: &Core,
    connection: &Connection,
    sign_in: LinkSignIn,
) -> Result<Entering, Refused> {
    core.app.limits.sign_in_from(connection.address)?;
    let digest = LinkSecret::digest_of(&sign_in.link);
    let ended = || Refused::from(Denied::LinkEnded);
    let link = core.app.store.link(digest).await?.ok_or_else(ended)?;
    let user = link.user.ok_or_else(ended)?;
    let password = sign_in.password.unwrap_or_default();
    let mut password_hash = None;
    match link.kind {
        LinkKind::Invite => return Err(ended()),
        LinkKind::Device => {}
        LinkKind::Reset => {
            sign_up::check_password(&password)?;
            password_hash = Some(core.app.passwords.hash(password).await?);
        }
        LinkKind::Claim => {
            let known = core.app.store.known_users(vec![user]).await?.pop().ok_or_else(ended)?;
            let name = Name::typed(&known.name).map_err(|_| ended())?;
            let guess = core.app.limits.guess(&name.folded, connection.address)?;
            let account = core.app.store.account(&name.folded).await?;
            verify(core, account, password).await?;
            core.app.limits.guessed_right(guess);
        }
    }
    let key = AccessKey::generate(user).map_err(anyhow::Error::from)?;
    core.hub.borrow_mut().begin_entering(connection, user, key.digest);
    let used = LinkUse {
        link: digest,
        user,
        password_hash,
        key: key.digest,
        device: sign_in.device.unwrap_or_default().trim().to_owned(),
        session: connection.uuid,
        at: Timestamp::now(),
    };
    let (user, role) = core.app.store.use_link(used).await?;
    let reset_by = (link.kind == LinkKind::Reset).then_some(ResetBy { uuid: link.by, at: link.at });
    Ok(Entering { user, role, key, reset_by })
}

async fn by_key(core: &Core, connection: &Connection, text: &str) -> Result<Entering, Refused> {
    // A good key is no guess, so only bad ones count, and one that can be nobody's costs nothing.
    let Some(key) = AccessKey::parse(text) else { return Err(lapsed()) };
    core.hub.borrow_mut().begin_entering(connection, key.user, key.digest);
    if let Some((user, role)) = core.app.store.use_access_key(key.user, key.digest).await? {
        if let Ok(name) = Name::typed(&user.name) {
            core.app.limits.signed_in(&name.folded, connection.address);
        }
        return Ok(Entering { user, role, key, reset_by: None });
    }
    core.app.limits.wrong_key_from(connection.address)?;
    Err(lapsed())
}

/// A new access key for the user, unless the password was changed since it was verified.
pub async fn new_key(
    core: &Core,
    connection: &Connection,
    account: &Account,
    device: Option<&str>,
) -> Result<AccessKey, Refused> {
    let user = account.user.uuid;
    let key = AccessKey::generate(user).map_err(anyhow::Error::from)?;
    core.hub.borrow_mut().begin_entering(connection, user, key.digest);
    let added = core
        .app
        .store
        .add_access_key(account, key.digest, device.unwrap_or_default().trim())
        .await?;
    added.then_some(key).ok_or_else(refused)
}

/// Lets the connection act for the user, and tells everybody.
pub async fn enter(
    core: &Rc<Core>,
    connection: &Rc<Connection>,
    id: Option<RequestId>,
    Entering { user, role, key, reset_by }: Entering,
) -> Outcome {
    let before = connection.session.borrow().as_ref().map(|session| session.key);
    if let Some(before) = before {
        sign_out::leave_session(core, connection, before != key.digest).await?;
    }
    let sessions = core.app.store.session_started(&user, connection.uuid).await?;
    if !core.hub.borrow_mut().end_entering(connection) {
        core.app.store.session_ended(&user, connection.uuid, None);
        return Err(lapsed());
    }
    let person = core.app.people.person(user.uuid, core.now());
    let (seat, silent) = person.sit_down(connection.id, core.now());
    let person = wire::person(&user);
    core.hub.borrow_mut().add(user.uuid, connection);
    let authorized = Authorized {
        user: user.uuid,
        access_key: key.text,
        epoch: core.app.store.epoch().to_string(),
        message_length: Some(core.app.config.max_message_length as u64),
        features: Features {
            files: core.app.files.as_ref().map(|files| files.limits()),
            push: core.app.push.as_ref().map(|push| push.public_key()),
        },
        role: wire::role(role),
        reset_by,
    };
    connection.session.replace(Some(Box::new(Session::new(user, key.digest, seat))));
    core.end_waiting(connection);
    core.app.metrics.sessions.increment(1);
    if let Some(silent) = silent {
        core.close_silent(silent);
    }
    connection.send(reply::to(id, Body::Authorized(authorized)));
    if core.app.dispatcher.is_small(sessions) {
        connection.send(wire::text(&wire::sys(Sys::SignIn { sign_in: person })));
    }
    Ok(())
}

fn lapsed() -> Refused {
    let sentence = "The access key is not valid any more; sign in with name and password.";
    Refused::new(ErrorCode::SignInRefused, sentence)
}

/// The same words whether the name or the password is wrong.
fn refused() -> Refused {
    Refused::new(ErrorCode::SignInRefused, "The name or the password is wrong.")
}
