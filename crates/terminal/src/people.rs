//! Finds users by name.

use anyhow::{Result, anyhow};
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::{Role, User};
use chinwag_client::{Channel, ChannelId, Client, Error};
use strsim::levenshtein;

use crate::channels;
use crate::pages::Pages;
use crate::plain::one_line;
use crate::wait::Wait;

/// How many words of a list are tried as one name.
const MOST_WORDS: usize = 4;

/// How many mistakes a name may have to be suggested; shorter ones fewer.
const MOST_MISTAKES: usize = 2;

/// The channel that a command names: `#name` a group's or a named channel, else the private one with the user of this name
/// or UUID; General without a name.
///
/// # Errors
/// If there is none of that name.
pub async fn channel(client: &Client, to: Option<&str>, wait: Wait) -> Result<ChannelId> {
    let Some(to) = to.map(str::trim) else { return Ok(Channel::General.id()) };
    if to.starts_with('#') {
        return Ok(channels::named(client, to, wait).await?.0.id());
    }
    if !to.is_empty()
        && let Ok(channel) = to.parse()
    {
        return Ok(channel);
    }
    match wait.until_there(async || find(client, to).await).await? {
        Some(user) => Ok(user.into()),
        None => Err(unknown(client, to).await?),
    }
}

/// The users whose names stand one after the other, with commas, spaces or `@` between them.
///
/// # Errors
/// If one of them is nobody's.
pub async fn several(client: &Client, names: &str) -> Result<Vec<UserUuid>> {
    let mut users = Vec::new();
    for part in names.split([',', '@']) {
        let words: Vec<_> = part.split_whitespace().collect();
        let mut rest = &words[..];
        while !rest.is_empty() {
            // A name may have spaces: the longest one wins.
            let mut length = rest.len().min(MOST_WORDS);
            let user = loop {
                match find(client, &rest[..length].join(" ")).await? {
                    None if length > 1 => length -= 1,
                    found => break found,
                }
            };
            let Some(user) = user else { return Err(unknown(client, rest[0]).await?) };
            users.push(user);
            rest = &rest[length..];
        }
    }
    Ok(users)
}

/// What a user is, where it isn't an active member: "admin", "bot", "deactivated", or several of these.
pub fn marks(role: Role, bot: bool, deactivated: bool) -> String {
    let marks = [(role == Role::Admin, "admin"), (bot, "bot"), (deactivated, "deactivated")];
    let marks: Vec<_> = marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| *mark).collect();
    marks.join(", ")
}

async fn unknown(client: &Client, name: &str) -> Result<anyhow::Error, Error> {
    let suggested = suggestion(client, name).await?;
    let name = one_line(name);
    Ok(match suggested {
        Some(other) => {
            anyhow!("there is no user \"{name}\"; did you mean \"{}\"?", one_line(&other))
        }
        None => anyhow!("there is no user \"{name}\"; `chinwag users` lists all"),
    })
}

async fn find(client: &Client, name: &str) -> Result<Option<UserUuid>, Error> {
    let (wanted, mut pages) = (name.to_lowercase(), Pages::new());
    while let Some(offset) = pages.next() {
        let page = client.users(name, offset).await?;
        pages.had(offset, page.received, page.total);
        let mut users = page.users.iter();
        if let Some(user) = users.find(|user| user.username.to_lowercase() == wanted) {
            return Ok(Some(user.uuid));
        }
    }
    Ok(None)
}

/// A name that begins so, or one of the same first letter with at most two mistakes.
async fn suggestion(client: &Client, name: &str) -> Result<Option<String>, Error> {
    let begins = client.users(name, 0).await?.users;
    if let Some(user) = begins.into_iter().next() {
        return Ok(Some(user.username.to_string()));
    }
    let first: String = name.chars().take(1).collect();
    let mistakes = |user: &User| levenshtein(&user.username.to_lowercase(), &name.to_lowercase());
    let alike = client.users(&first, 0).await?.users;
    let most = MOST_MISTAKES.min(name.chars().count() / 3);
    let alike = alike.into_iter().filter(|user| mistakes(user) <= most);
    Ok(alike.min_by_key(mistakes).map(|user| user.username.to_string()))
}
