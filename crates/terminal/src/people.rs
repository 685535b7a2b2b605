//! Finds a user by name.

use anyhow::{Result, bail};
use chinwag_client::protocol::UserUuid;
use chinwag_client::{Channel, Client};

use crate::plain::one_line;

/// The private channel with the user of this name or UUID; General where nobody is named.
///
/// # Errors
/// When nobody has that name.
pub async fn channel(client: &Client, to: Option<&str>) -> Result<Channel> {
    match to.map(str::trim) {
        None => Ok(Channel::General),
        Some(to) => match to.parse() {
            Ok(user) => Ok(Channel::With(user)),
            Err(_) => find(client, to).await.map(Channel::With),
        },
    }
}

async fn find(client: &Client, name: &str) -> Result<UserUuid> {
    let wanted = name.to_lowercase();
    let mut offset = 0;
    loop {
        let page = client.users(name, offset).await?;
        let found = page.users.iter().find(|user| user.username.to_lowercase() == wanted);
        if let Some(user) = found {
            return Ok(user.uuid);
        }
        offset += page.received;
        if page.received == 0 || offset >= page.total {
            bail!("nobody there is called \"{}\"; `chinwag users` lists everybody", one_line(name));
        }
    }
}
