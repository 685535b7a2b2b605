//! Who is online and who joined General, in memory: a single node's sessions end with it.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chinwag_protocol::UserUuid;

use crate::{User, UserStatus};

#[derive(Default)]
pub(super) struct Presence {
    online: Mutex<Online>,
}

#[derive(Default)]
struct Online {
    sessions: u64,
    users: HashMap<UserUuid, Sessions>,
    by_name: BTreeMap<(String, UserUuid), User>,
    in_general: BTreeMap<(String, UserUuid), User>,
}

struct Sessions {
    user: User,
    folded_name: String,
    all: u32,
    in_general: i32,
}

impl Presence {
    /// Returns the number of sessions.
    pub(super) fn start_session(&self, user: &User, folded_name: String) -> u64 {
        let mut online = self.lock();
        let Online { sessions, users, by_name, .. } = &mut *online;
        *sessions += 1;
        let of_user = users.entry(user.uuid).or_insert_with(|| {
            by_name.insert((folded_name.clone(), user.uuid), user.clone());
            Sessions { user: user.clone(), folded_name, all: 0, in_general: 0 }
        });
        of_user.all += 1;
        *sessions
    }

    /// Returns the number of sessions left, and whether this was the user's last one.
    pub(super) fn end_session(&self, user: UserUuid, in_general: bool) -> (u64, bool) {
        if in_general {
            self.change_general(user, -1);
        }
        let mut online = self.lock();
        let Online { sessions, users, by_name, .. } = &mut *online;
        let Some(of_user) = users.get_mut(&user) else { return (*sessions, false) };
        *sessions -= 1;
        of_user.all -= 1;
        let last = of_user.all == 0;
        if last && let Some(gone) = users.remove(&user) {
            by_name.remove(&(gone.folded_name, user));
        }
        (*sessions, last)
    }

    /// Counts a user's sessions in General up or down, and returns the number of all sessions.
    pub(super) fn change_general(&self, user: UserUuid, by: i32) -> u64 {
        let mut online = self.lock();
        let Online { sessions, users, in_general, .. } = &mut *online;
        if let Some(of_user) = users.get_mut(&user).filter(|_| by != 0) {
            of_user.in_general += by;
            let key = (of_user.folded_name.clone(), user);
            if of_user.in_general > 0 {
                in_general.insert(key, of_user.user.clone());
            } else {
                in_general.remove(&key);
            }
        }
        *sessions
    }

    pub(super) fn is_online(&self, user: UserUuid) -> bool {
        self.lock().users.contains_key(&user)
    }

    pub(super) fn online_users(&self) -> u64 {
        self.lock().users.len() as u64
    }

    /// The first members of General by name, and how many there are.
    pub(super) fn general_members(&self, limit: usize) -> (Vec<UserStatus>, u64) {
        let online = self.lock();
        let members = online.in_general.values().take(limit);
        let members = members.map(|user| UserStatus { user: user.clone(), online: true });
        (members.collect(), online.in_general.len() as u64)
    }

    /// Of the online users whose folded name starts with `prefix`, by name: how many there are,
    /// and those after the first `offset`, `limit` at the most.
    pub(super) fn page(&self, prefix: &str, offset: usize, limit: usize) -> (usize, Vec<User>) {
        let online = self.lock();
        let from = (prefix.to_owned(), UserUuid::default());
        let matching = || {
            online
                .by_name
                .range(from.clone()..)
                .take_while(|((name, _), _)| name.starts_with(prefix))
        };
        let total = if prefix.is_empty() { online.by_name.len() } else { matching().count() };
        let page = matching().skip(offset).take(limit).map(|(_, user)| user.clone());
        (total, page.collect())
    }

    fn lock(&self) -> MutexGuard<'_, Online> {
        self.online.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
