//! Who is online and who joined General, in memory: a single node's sessions end with it. The names of
//! all others are there, too, so that each has a place in the list of users.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chinwag_protocol::UserUuid;
use rusqlite::Connection;

use super::ranked::{Named, Ranked};
use super::statements::accounts;
use crate::{Result, Standing, User, UserStatus, UsersQuery};

pub(super) struct Presence {
    online: Mutex<Online>,
}

#[derive(Default)]
struct Online {
    sessions: u64,
    users: HashMap<UserUuid, Sessions>,
    by_name: Ranked,
    offline_by_name: Ranked,
    in_general: BTreeMap<(Box<str>, UserUuid), Arc<str>>,
    /// Of all users who aren't active members.
    standings: HashMap<UserUuid, Standing>,
}

/// Of a user who is online; the user's UUID is the key.
struct Sessions {
    name: Arc<str>,
    folded_name: Box<str>,
    all: u32,
    in_general: i32,
}

// Of each user who is online, with their UUID as the key: up to half of a table's entries are empty.
const _: () = assert!(size_of::<(UserUuid, Sessions)>() <= 56);

/// A page of all users, of those offline the UUIDs, and how many users there are to leaf through.
pub(super) struct Listed {
    pub(super) total: u64,
    pub(super) online: Vec<User>,
    pub(super) offline: Vec<UserUuid>,
    /// Of those users who aren't active members.
    pub(super) standings: HashMap<UserUuid, Standing>,
}

impl Presence {
    /// With all users offline.
    pub(super) fn load(db: &Connection) -> rusqlite::Result<Self> {
        let mut online = Online { standings: accounts::standings(db)?, ..Online::default() };
        accounts::each_name(db, |named| online.offline_by_name.push(named))?;
        Ok(Self { online: Mutex::new(online) })
    }

    /// Takes in a user who has just signed up, and may have a session by now.
    pub(super) fn add(&self, user: UserUuid, folded_name: &str) {
        let mut online = self.lock();
        if !online.users.contains_key(&user) {
            online.offline_by_name.insert(Named { folded_name: folded_name.into(), user });
        }
    }

    /// Counts a session, unless its announcement is refused. Returns the number of sessions.
    ///
    /// Here and below, what is announced is queued while the change is locked: the feed has the
    /// changes in the order in which they were made.
    pub(super) fn start_session(
        &self,
        user: &User,
        folded_name: String,
        announce: impl FnOnce(u64) -> Result<()>,
    ) -> Result<u64> {
        let mut online = self.lock();
        let Online { sessions, users, by_name, offline_by_name, .. } = &mut *online;
        announce(*sessions + 1)?;
        *sessions += 1;
        let of_user = users.entry(user.uuid).or_insert_with(|| {
            offline_by_name.remove(&folded_name);
            let folded_name: Box<str> = folded_name.into();
            by_name.insert(Named { folded_name: folded_name.clone(), user: user.uuid });
            Sessions { name: Arc::clone(&user.name), folded_name, all: 0, in_general: 0 }
        });
        of_user.all += 1;
        Ok(*sessions)
    }

    /// Announces with the number of sessions left, and whether this was the user's last one.
    pub(super) fn end_session(
        &self,
        user: UserUuid,
        in_general: bool,
        announce: impl FnOnce(u64, bool),
    ) {
        let mut online = self.lock();
        if in_general {
            online.change_general(user, -1);
        }
        let Online { sessions, users, by_name, offline_by_name, .. } = &mut *online;
        let Some(of_user) = users.get_mut(&user) else { return announce(*sessions, false) };
        *sessions -= 1;
        of_user.all -= 1;
        let last = of_user.all == 0;
        if last && let Some(gone) = users.remove(&user) {
            by_name.remove(&gone.folded_name);
            offline_by_name.insert(Named { folded_name: gone.folded_name, user });
        }
        announce(*sessions, last);
    }

    /// Counts a user's sessions in General up or down, unless the announcement is refused. Returns
    /// the number of all sessions.
    pub(super) fn change_general(
        &self,
        user: UserUuid,
        by: i32,
        announce: impl FnOnce(u64) -> Result<()>,
    ) -> Result<u64> {
        let mut online = self.lock();
        announce(online.sessions)?;
        online.change_general(user, by);
        Ok(online.sessions)
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
        let members = online.in_general.iter().take(limit).map(|((_, uuid), name)| {
            let user = User { uuid: *uuid, name: Arc::clone(name) };
            UserStatus { standing: online.standing(user.uuid), user, online: true }
        });
        (members.collect(), online.in_general.len() as u64)
    }

    /// Of the users whose folded name starts with the prefix, those online first.
    pub(super) fn page(&self, query: &UsersQuery) -> Listed {
        let prefix = query.folded_prefix.as_str();
        let offset = usize::try_from(query.offset).unwrap_or(usize::MAX);
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let of = self.lock();
        let (first_online, all_online) = starting_with(&of.by_name, prefix);
        let (first_offline, all_offline) = starting_with(&of.offline_by_name, prefix);
        let skipped = offset.min(all_online);
        let online = of.by_name.from(first_online + skipped).take(limit.min(all_online - skipped));
        let online = online.filter_map(|named| Some(of.users.get(&named.user)?.user(named.user)));
        let online: Vec<_> = online.collect();
        let skipped = (offset - skipped).min(all_offline);
        let take = (limit - online.len()).min(all_offline - skipped);
        let offline = of.offline_by_name.from(first_offline + skipped).take(take);
        let offline: Vec<_> = offline.map(|named| named.user).collect();
        let all = online.iter().map(|user| user.uuid).chain(offline.iter().copied());
        let standings = all.filter_map(|user| Some((user, *of.standings.get(&user)?))).collect();
        Listed { total: (all_online + all_offline) as u64, online, offline, standings }
    }

    /// Of each of these users whether they are online, and what they are on the server.
    pub(super) fn status(&self, users: Vec<User>) -> Vec<UserStatus> {
        let online = self.lock();
        let status = |user: User| UserStatus {
            online: online.users.contains_key(&user.uuid),
            standing: online.standing(user.uuid),
            user,
        };
        users.into_iter().map(status).collect()
    }

    /// Notes what a user is on the server from now on.
    pub(super) fn set_standing(&self, user: UserUuid, standing: Standing) {
        let mut online = self.lock();
        if standing == Standing::default() {
            online.standings.remove(&user);
        } else {
            online.standings.insert(user, standing);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Online> {
        self.online.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Sessions {
    fn user(&self, uuid: UserUuid) -> User {
        User { uuid, name: Arc::clone(&self.name) }
    }
}

impl Online {
    fn standing(&self, user: UserUuid) -> Standing {
        self.standings.get(&user).copied().unwrap_or_default()
    }

    fn change_general(&mut self, user: UserUuid, by: i32) {
        let Self { users, in_general, .. } = self;
        if let Some(of_user) = users.get_mut(&user).filter(|_| by != 0) {
            of_user.in_general += by;
            let key = (of_user.folded_name.clone(), user);
            if of_user.in_general > 0 {
                in_general.insert(key, Arc::clone(&of_user.name));
            } else {
                in_general.remove(&key);
            }
        }
    }
}

/// The place of the first whose name starts so, and how many there are.
fn starting_with(users: &Ranked, prefix: &str) -> (usize, usize) {
    let first = users.count(|name| name < prefix);
    (first, users.count(|name| name < prefix || name.starts_with(prefix)) - first)
}
