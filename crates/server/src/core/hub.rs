//! Who is signed in on a core and hears what.

use std::collections::HashMap;
use std::rc::Rc;

use chinwag_protocol::UserUuid;
use chinwag_store::KeyDigest;

use super::Slots;
use crate::connection::Connection;

/// Who is signed in on a core and hears what.
#[derive(Default)]
pub struct Hub {
    /// The sessions of each user.
    users: Slots,
    /// The connections that hear General's messages. Each knows its place in it.
    pub(super) general: Vec<Rc<Connection>>,
    /// The keys by which connections are about to sign in, by their slots. One that is revoked
    /// before its session has begun is taken out.
    pub(super) entering: HashMap<usize, (UserUuid, KeyDigest)>,
}

impl Hub {
    /// Adds the session of a user.
    pub fn add(&mut self, user: UserUuid, connection: &Connection) {
        self.users.entry(user).or_default().push(connection.slot);
    }

    /// Notes that the connection is about to sign in, before the store is asked about the key.
    pub fn begin_entering(&mut self, connection: &Connection, user: UserUuid, key: KeyDigest) {
        self.entering.insert(connection.slot, (user, key));
    }

    /// Whether the key has not been revoked since.
    pub fn end_entering(&mut self, connection: &Connection) -> bool {
        self.entering.remove(&connection.slot).is_some()
    }

    /// Removes the connection's session wherever it is.
    pub fn remove(&mut self, connection: &Connection) {
        self.unhear_general(connection);
        let session = connection.session.borrow();
        let Some(user) = session.as_ref().map(|session| session.user.uuid) else { return };
        if let Some(slots) = self.users.get_mut(&user) {
            slots.retain(|&slot| slot != connection.slot);
            if slots.is_empty() {
                self.users.remove(&user);
            }
        }
    }

    /// Adds or removes the connection among those that hear General, as its session now wants.
    pub fn update_general(&mut self, connection: &Rc<Connection>) {
        let session = connection.session.borrow();
        let session = session.as_ref();
        connection.general_from.set(session.map_or(u64::MAX, |session| session.general_from()));
        let hears = session.is_some_and(|session| session.hears_general());
        match (hears, connection.general_place.get()) {
            (true, None) => {
                connection.general_place.set(Some(self.general.len()));
                self.general.push(Rc::clone(connection));
            }
            (false, Some(_)) => self.unhear_general(connection),
            _ => {}
        }
    }

    fn unhear_general(&mut self, connection: &Connection) {
        let Some(place) = connection.general_place.take() else { return };
        self.general.swap_remove(place);
        // The last one has moved into the gap.
        if let Some(moved) = self.general.get(place) {
            moved.general_place.set(Some(place));
        }
    }

    /// The slots of the user's sessions.
    pub fn of_user(&self, user: UserUuid) -> &[usize] {
        self.users.get(&user).map_or(&[], Vec::as_slice)
    }
}
