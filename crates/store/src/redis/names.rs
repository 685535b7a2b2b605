//! Users' names, which never change, remembered up to a bound.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chinwag_protocol::UserUuid;

use redis::{RedisResult, Value, from_redis_value};

use super::link::{Link, is_wrong_type, unavailable};
use crate::{Result, User};

const ACTION: &str = "find a user";

/// How many names are remembered.
const NAMES: usize = 100_000;

#[derive(Default)]
pub(super) struct Names(Mutex<HashMap<UserUuid, Arc<str>>>);

impl Names {
    /// Those of the users that there are.
    pub(super) async fn users(
        &self,
        link: &Link,
        users: &[UserUuid],
    ) -> Result<HashMap<UserUuid, User>> {
        let mut unknown: Vec<_> =
            users.iter().copied().filter(|user| self.known(*user).is_none()).collect();
        unknown.sort_unstable();
        unknown.dedup();
        if !unknown.is_empty() {
            let mut commands = redis::pipe();
            for user in &unknown {
                commands.cmd("HGET").arg(format!("user:{user}")).arg("name");
            }
            commands.ignore_errors();
            let names: Vec<RedisResult<Value>> = link.send(ACTION, &commands).await?;
            for (user, name) in unknown.into_iter().zip(names) {
                if let Some(name) = read(name)? {
                    self.remember(&User { uuid: user, name: name.into() });
                }
            }
        }
        let found =
            users.iter().filter_map(|&uuid| Some((uuid, User { uuid, name: self.known(uuid)? })));
        Ok(found.collect())
    }

    fn known(&self, user: UserUuid) -> Option<Arc<str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&user).cloned()
    }

    /// Forgets all names.
    pub(super) fn forget(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// A name that was read on some other occasion.
    pub(super) fn remember(&self, user: &User) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(user.uuid, Arc::clone(&user.name));
    }
}

/// A name; `None` where there is no such user, or something else under the user's key.
fn read(name: RedisResult<Value>) -> Result<Option<String>> {
    match name {
        Ok(name) => Ok(from_redis_value(name).unwrap_or_default()),
        Err(error) if is_wrong_type(&error) => Ok(None),
        Err(error) => Err(unavailable(ACTION, &error)),
    }
}
