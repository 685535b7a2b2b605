//! Notes once a day that a living session's access key is in use, so that it doesn't lapse meanwhile.

use std::rc::Rc;

use jiff::Timestamp;
use tokio::task::spawn_local;

use crate::connection::Connection;
use crate::core::Core;

/// How many keys a core notes at each look after its connections, so that all that began together, as
/// after a restart, don't write together.
const MOST: usize = 100;

impl Core {
    /// Notes the uses that are due, of some of the connections.
    pub fn note_key_uses<'a>(
        self: &Rc<Self>,
        connections: impl Iterator<Item = &'a Rc<Connection>>,
    ) {
        let now = Timestamp::now();
        let due = connections.filter(|connection| is_due(connection, now)).take(MOST);
        due.for_each(|connection| self.note_key_use(connection, now));
    }

    /// Notes the use of the connection's key, if that is due.
    pub fn note_key_use(self: &Rc<Self>, connection: &Rc<Connection>, now: Timestamp) {
        if is_due(connection, now) {
            spawn_local(note(Rc::clone(self), Rc::clone(connection), now.as_second()));
        }
    }
}

fn is_due(connection: &Connection, now: Timestamp) -> bool {
    let session = connection.session.borrow();
    session.as_ref().is_some_and(|session| session.key_use.is_due(now.as_second()))
}

async fn note(core: Rc<Core>, connection: Rc<Connection>, now: i64) {
    let set = |at: i64| {
        let session = connection.session.borrow();
        let session = session.as_ref()?;
        Some((session.user.uuid, session.key, session.key_use.replace(at)))
    };
    // Noted already, so that it is not done twice at a time.
    let Some((user, key, before)) = set(now) else { return };
    // A key that has ended is none of its business: the session hears of that otherwise.
    if let Err(error) = core.app.store.use_access_key(user, key).await {
        tracing::debug!(%error, "the use of an access key is noted later");
        set(before);
    }
}
