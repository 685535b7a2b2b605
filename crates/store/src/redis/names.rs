//! Users' names, which never change, remembered up to a bound.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chinwag_protocol::UserUuid;

use super::link::Link;
use crate::{Result, User};

/// How many names are remembered.
const NAMES: usize = 100_000;

#[derive(Default)]
pub(super) struct Names(Mutex<HashMap<UserUuid, Arc<str>>>);

impl Names {
    /// The user with this UUID.
    pub(super) async fn user(&self, link: &Link, user: UserUuid) -> Result<Option<User>> {
        Ok(self.users(link, &[user]).await?.remove(&user))
    }

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
            let names: Vec<Option<String>> = link.send("find a user", &commands).await?;
            for (user, name) in unknown.into_iter().zip(names) {
                if let Some(name) = name {
                    self.remember(user, name.into());
                }
            }
        }
        let found =
            users.iter().filter_map(|&uuid| Some((uuid, User { uuid, name: self.known(uuid)? })));
        Ok(found.collect())
    }

    /// The name as it is compared.
    pub(super) async fn folded(&self, link: &Link, user: UserUuid) -> Result<Option<String>> {
        let mut commands = redis::pipe();
        commands.cmd("HGET").arg(format!("user:{user}")).arg("folded");
        let (folded,) = link.send("find a user", &commands).await?;
        Ok(folded)
    }

    fn known(&self, user: UserUuid) -> Option<Arc<str>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&user).cloned()
    }

    fn remember(&self, user: UserUuid, name: Arc<str>) {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if names.len() >= NAMES {
            names.clear();
        }
        names.insert(user, name);
    }
}
