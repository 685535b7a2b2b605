//! Whom a message is to mention: the users that a request names, or those whose names stand in its text.

use std::collections::HashMap;

use chinwag_protocol::UserUuid;
use chinwag_protocol::incoming::NewMessage;
use chinwag_store::User;

use crate::core::Core;
use crate::mentions::{candidates, distinct};
use crate::refused::Refused;

/// Whether users have to be looked up for a message, which most mention none.
pub fn needs_look_up(new: &NewMessage) -> bool {
    match &new.mentions {
        Some(mentions) => !mentions.is_empty(),
        None => new.message.contains('@'),
    }
}

/// The users that a request names, each once, or if it names none at all, those whose names stand behind `@` in
/// the text.
pub async fn users(
    core: &Core,
    named: Option<Vec<UserUuid>>,
    text: &str,
) -> Result<Vec<User>, Refused> {
    let mut users = match named {
        Some(users) if users.is_empty() => return Ok(Vec::new()),
        Some(users) => core.app.store.known_users(users).await?,
        None if !text.contains('@') => return Ok(Vec::new()),
        None => in_text(core, text).await?,
    };
    let mut before = Vec::with_capacity(users.len());
    users.retain(|user| {
        let is_new = !before.contains(&user.uuid);
        before.push(user.uuid);
        is_new
    });
    Ok(users)
}

async fn in_text(core: &Core, text: &str) -> Result<Vec<User>, Refused> {
    let candidates = candidates(text);
    let names = distinct(&candidates);
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let found = core.app.store.users_named(names.clone()).await?;
    let found: HashMap<_, _> =
        names.iter().zip(found).filter_map(|(name, user)| Some((name, user?))).collect();
    let longest = |names: &Vec<String>| names.iter().find_map(|name| found.get(name).cloned());
    Ok(candidates.iter().filter_map(longest).collect())
}
