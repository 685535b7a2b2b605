//! `chinwag download`: saves the files of a message.

use std::io::{Write, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{ChannelId, Client, Page};
use clap::Args;

use super::send::message_at;
use crate::account::Account;
use crate::charset::printable;
use crate::output::may_close;
use crate::plain::one_line;
use crate::wait::Wait;
use crate::{files, people};

/// Save the files of a message, and print their paths
///
/// A file gets its name, or a number behind it where the name is taken: nothing is overwritten. It never creates an account.
#[derive(Args, Debug)]
pub struct Download {
    #[command(flatten)]
    account: Account,

    #[command(flatten)]
    wait: Wait,

    /// The message is in the private channel with this user or, as '#ops', in a channel; in General if omitted
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// Save into this folder; into the current one if omitted
    #[arg(long, value_name = "FOLDER", default_value = ".", hide_default_value = true)]
    into: PathBuf,

    /// The message's `Seq`, as `chinwag tail --json` prints it; the newest message with files if omitted
    #[arg(value_name = "SEQ", value_parser = clap::value_parser!(u64).range(1..))]
    seq: Option<u64>,
}

impl Download {
    pub async fn run(&self) -> Result<()> {
        if !self.into.is_dir() {
            bail!("there is no folder \"{}\"", self.into.display());
        }
        let visit = self.account.visit(self.wait).await?;
        let saved = self.save(&visit.client).await;
        visit.end().await;
        may_close(saved)
    }

    async fn save(&self, client: &Client) -> Result<()> {
        let channel = people::channel(client, self.to.as_deref(), self.wait).await?;
        let message = match self.seq {
            Some(seq) => message_at(client, channel, seq).await?,
            None => newest(client, channel).await?,
        };
        if message.files.is_empty() {
            bail!("message {} has no files", message.seq);
        }
        for file in &message.files {
            let failed = || format!("failed to save \"{}\"", one_line(&file.name));
            let path = files::save(client, file, &self.into).await.with_context(failed)?;
            writeln!(stdout(), "{}", printable(path.display().to_string()))?;
        }
        Ok(())
    }
}

/// The newest of the last messages that has files.
async fn newest(client: &Client, channel: ChannelId) -> Result<Message> {
    let page = client.history(channel, Page::Last).await?;
    let found = page.messages.into_iter().find(|message| !message.files.is_empty());
    found.context("none of the last messages has a file; name an older one by its Seq")
}
