//! The end of the sessions whose access keys have ended.

use std::rc::Rc;
use std::time::Duration;

use chinwag_protocol::{SessionUuid, UserUuid};
use chinwag_store::RevokedKeys;
use tokio::time::sleep;

use super::Core;

/// How long to wait where the store did not answer.
const ASK_AGAIN: Duration = Duration::from_secs(1);

impl Core {
    /// Signs the sessions out whose keys the store does not know any more.
    pub async fn revoke_lapsed(self: Rc<Self>) {
        for (user, key) in self.keys_in_use() {
            let known = loop {
                match self.app.store.use_access_key(user, key).await {
                    Ok(known) => break known.is_some(),
                    Err(_) => sleep(ASK_AGAIN).await,
                }
            };
            if !known {
                self.revoke(user, RevokedKeys::One(key), SessionUuid::default());
            }
        }
    }

    /// Signs the sessions out that use one of the keys, except the one that ended them.
    pub fn revoke(self: &Rc<Self>, user: UserUuid, keys: RevokedKeys, except: SessionUuid) {
        let is_revoked = |of: UserUuid, key| of == user && keys.include(key);
        self.hub.borrow_mut().entering.retain(|_, (of, key)| !is_revoked(*of, *key));
        let sessions = self.hub.borrow().of_user(user).to_vec();
        for connection in sessions {
            let session = connection.session.borrow();
            let uses = session.as_ref().is_some_and(|session| keys.include(session.key));
            drop(session);
            if uses && connection.uuid != except {
                // From this moment on it hears nothing; its own task does the rest.
                self.hub.borrow_mut().remove(&connection);
                connection.sign_out();
            }
        }
    }
}
