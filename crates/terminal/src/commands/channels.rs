//! `chinwag channels`: lists the named channels of a server.

use std::io::{Write, stdout};

use anyhow::Result;
use chinwag_client::protocol::outgoing::Channel;
use clap::Args;

use crate::account::{Account, Visit};
use crate::channels::{bare, explained};
use crate::charset::printable;
use crate::output::may_close;
use crate::plain::{harmless_json, one_line};
use crate::wait::Wait;

/// List the channels: public ones, and your own private ones
///
/// A line says whether you are a member. It signs in for this, and never creates an account.
#[derive(Args, Debug)]
pub struct Channels {
    #[command(flatten)]
    account: Account,

    /// Only names that begin with this
    #[arg(value_name = "START", default_value = "", hide_default_value = true)]
    query: String,

    /// Print each channel as one line of JSON
    #[arg(long)]
    json: bool,
}

impl Channels {
    pub async fn run(&self) -> Result<()> {
        let visit = self.account.visit(Wait::NOT).await?;
        let listed = self.list(&visit).await;
        visit.end().await;
        may_close(listed)
    }

    async fn list(&self, visit: &Visit) -> Result<()> {
        let (mut out, mut offset) = (stdout().lock(), 0);
        loop {
            let page = visit.client.channels(bare(&self.query), offset).await.map_err(explained)?;
            for channel in &page.channels {
                if self.json {
                    writeln!(out, "{}", harmless_json(&serde_json::to_string(channel)?))?;
                } else {
                    writeln!(out, "{}", printable(line(channel)))?;
                }
            }
            offset += page.received;
            if page.received == 0 || offset >= page.total {
                return Ok(());
            }
        }
    }
}

/// Whether it is one's own, its name, and what it is about.
fn line(channel: &Channel) -> String {
    let state = match channel {
        Channel { private: true, .. } => "private",
        Channel { member: true, .. } => "member ",
        _ => "       ",
    };
    let line = format!("{state}  #{}  {}", one_line(&channel.name), one_line(&channel.topic));
    line.trim_end().to_owned()
}
