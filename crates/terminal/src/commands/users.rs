//! `chinwag users`: lists the users of a server.

use anyhow::Result;
use chinwag_client::Client;
use chinwag_client::protocol::outgoing::{Role, User};
use clap::Args;

use super::listing::Listing;
use crate::plain::one_line;

/// List the users, those who are online first
///
/// It signs in for this, and never creates an account.
#[derive(Args, Debug)]
pub struct Users {
    #[command(flatten)]
    listing: Listing,
}

impl Users {
    pub async fn run(&self) -> Result<()> {
        let page = async |client: &Client, start: &str, offset| {
            let page = client.users(start, offset).await?;
            Ok((page.users, page.total))
        };
        self.listing.print(page, line).await
    }
}

fn line(user: &User) -> String {
    let state = if user.online == Some(true) { "online " } else { "offline" };
    format!("{state}  {}{}", one_line(&user.username), mark(user))
}

/// What the user is, where it isn't an active member.
fn mark(user: &User) -> String {
    let marks =
        [(user.role == Role::Admin, "admin"), (user.bot, "bot"), (user.deactivated, "deactivated")];
    let marks: Vec<_> = marks.iter().filter(|(is_so, _)| *is_so).map(|(_, mark)| *mark).collect();
    if marks.is_empty() { String::new() } else { format!(" ({})", marks.join(", ")) }
}
