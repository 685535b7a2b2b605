//! Finds a user by name.

use anyhow::{Result, bail};
use chinwag_client::protocol::UserUuid;
use chinwag_client::protocol::outgoing::User;
use chinwag_client::{Channel, Client, Error};

use crate::plain::one_line;
use crate::wait::Wait;

/// How many mistakes a name may have to be suggested; shorter ones fewer.
const MOST_MISTAKES: usize = 2;

/// The private channel with the user of this name or UUID; General without one.
///
/// # Errors
/// If nobody has that name.
pub async fn channel(client: &Client, to: Option<&str>, wait: Wait) -> Result<Channel> {
    let Some(to) = to.map(str::trim) else { return Ok(Channel::General) };
    if let Ok(user) = to.parse() {
        return Ok(Channel::Direct(user));
    }
    if let Some(user) = wait.until_there(async || find(client, to).await).await? {
        return Ok(Channel::Direct(user));
    }
    match suggestion(client, to).await? {
        Some(name) => {
            bail!("there is no user \"{}\"; did you mean \"{}\"?", one_line(to), one_line(&name))
        }
        None => bail!("there is no user \"{}\"; `chinwag users` lists all", one_line(to)),
    }
}

async fn find(client: &Client, name: &str) -> Result<Option<UserUuid>, Error> {
    let wanted = name.to_lowercase();
    let mut offset = 0;
    loop {
        let page = client.users(name, offset).await?;
        let found = page.users.iter().find(|user| user.username.to_lowercase() == wanted);
        offset += page.received;
        if found.is_some() || page.received == 0 || offset >= page.total {
            return Ok(found.map(|user| user.uuid));
        }
    }
}

/// A name that begins so, or one of the same first letter with at most two mistakes.
async fn suggestion(client: &Client, name: &str) -> Result<Option<String>, Error> {
    let begins = client.users(name, 0).await?.users;
    if let Some(user) = begins.into_iter().next() {
        return Ok(Some(user.username.to_string()));
    }
    let first: String = name.chars().take(1).collect();
    let mistakes = |user: &User| mistakes(&user.username.to_lowercase(), &name.to_lowercase());
    let alike = client.users(&first, 0).await?.users;
    let most = MOST_MISTAKES.min(name.chars().count() / 3);
    let alike = alike.into_iter().filter(|user| mistakes(user) <= most);
    Ok(alike.min_by_key(mistakes).map(|user| user.username.to_string()))
}

/// The Levenshtein distance of two names.
fn mistakes(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut before = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = before + usize::from(a != *b);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::mistakes;

    #[test]
    fn mistakes_are_letters_changed_added_and_left_out() {
        assert_eq!(mistakes("sender", "sender"), 0);
        assert_eq!(mistakes("sender", "sendr3"), 2);
        assert_eq!(mistakes("bob", "bobby"), 2);
        assert_eq!(mistakes("", "漢字"), 2);
    }
}
