//! `chinwag users`: lists the users of a server.

use anyhow::Result;
use chinwag_client::Client;
use chinwag_client::protocol::outgoing::User;
use clap::Args;

use super::listing::Listing;
use crate::people::marks;
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
    let marks = marks(user.role, user.bot, user.deactivated);
    let marks = if marks.is_empty() { marks } else { format!(" ({marks})") };
    format!("{state}  {}{marks}", one_line(&user.username))
}
