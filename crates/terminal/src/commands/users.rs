//! `chinwag users`: lists the users of a server.

use std::io::{Write, stdout};

use anyhow::Result;
use clap::Args;

use crate::account::{Account, Visit};
use crate::charset::printable;
use crate::output::may_close;
use crate::plain::{harmless_json, one_line};
use crate::wait::Wait;

/// List the users, those who are online first
///
/// It signs in for this, and never creates an account.
#[derive(Args, Debug)]
pub struct Users {
    #[command(flatten)]
    account: Account,

    /// Only names that begin with this
    #[arg(value_name = "START", default_value = "", hide_default_value = true)]
    query: String,

    /// Print each user as one line of JSON
    #[arg(long)]
    json: bool,
}

impl Users {
    pub async fn run(&self) -> Result<()> {
        let visit = self.account.visit(Wait::NOT).await?;
        let listed = self.list(&visit).await;
        visit.end().await;
        may_close(listed)
    }

    async fn list(&self, visit: &Visit) -> Result<()> {
        let (mut out, mut offset) = (stdout().lock(), 0);
        loop {
            let page = visit.client.users(&self.query, offset).await?;
            for user in &page.users {
                if self.json {
                    writeln!(out, "{}", harmless_json(&serde_json::to_string(user)?))?;
                } else {
                    let state = if user.online == Some(true) { "online " } else { "offline" };
                    writeln!(out, "{state}  {}", printable(one_line(&user.username)))?;
                }
            }
            offset += page.received;
            if page.received == 0 || offset >= page.total {
                return Ok(());
            }
        }
    }
}
