//! `chinwag send`: sends one message, and ends when it is stored.

use std::io::{Read, stdin};
use std::path::PathBuf;

use anyhow::{Result, anyhow, bail};
use chinwag_client::protocol::incoming::NewMessage;
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{ChannelId, Client, Page};
use clap::Args;

use crate::account::Account;
use crate::files::{LocalFile, MOST, upload_all};
use crate::wait::Wait;
use crate::{length, people};

/// Send a message, and end when the server has stored it
///
/// It fails if the server isn't there in time, or refuses the message. It never creates an account.
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    account: Account,

    #[command(flatten)]
    wait: Wait,

    /// Send to this user or, as '#ops', to a channel; to General if omitted
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// Answer the message with this `Seq` in that channel, as `chinwag tail --json` prints it
    #[arg(long, value_name = "SEQ", value_parser = clap::value_parser!(u64).range(1..))]
    reply_to: Option<u64>,

    /// Send this file, too; up to ten of them. The text may then be omitted
    #[arg(long = "file", value_name = "FILE")]
    files: Vec<PathBuf>,

    /// The text; read from standard input if omitted
    #[arg(allow_hyphen_values = true)]
    text: Option<String>,
}

impl Send {
    pub async fn run(&self) -> Result<()> {
        let text = self.text()?;
        if self.files.len() > MOST {
            bail!(
                "a message has {MOST} files at most; `chinwag upload` sends more, in several messages"
            );
        }
        let files =
            self.files.iter().map(|path| LocalFile::find(path)).collect::<Result<Vec<_>>>()?;
        let visit = self.account.visit(self.wait).await?;
        let sent = async {
            let channel = people::channel(&visit.client, self.to.as_deref(), self.wait).await?;
            if let Some(seq) = self.reply_to {
                message_at(&visit.client, channel, seq).await?;
            }
            let files = upload_all(&visit.client, channel, &files).await?;
            let message = NewMessage {
                recipient: channel.to_string(),
                message: text,
                reply_to: self.reply_to,
                files: (!files.is_empty()).then_some(files),
                ..NewMessage::default()
            };
            anyhow::Ok(visit.client.send_message(message).await?)
        };
        let sent = sent.await;
        visit.end().await;
        sent.map(drop)
    }

    fn text(&self) -> Result<String> {
        let mut text = self.text.clone().unwrap_or_default();
        if self.text.is_none() && self.files.is_empty() {
            // One byte more than fits, so that the check below refuses it.
            let most = length::LONGEST_REQUEST as u64 + 1;
            stdin().take(most).read_to_string(&mut text)?;
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        if text.trim().is_empty() && self.files.is_empty() {
            bail!("there is nothing to send");
        }
        if self.text.is_some() && text.starts_with("--") && !text.contains(char::is_whitespace) {
            bail!(
                "{text} is not an option of `chinwag send`; to send it as text, write it to standard input"
            );
        }
        length::check(&text)?;
        Ok(text)
    }
}

/// The message with this `Seq`. A server of 0.1, which would send an answer as none, is refused.
pub(super) async fn message_at(client: &Client, channel: ChannelId, seq: u64) -> Result<Message> {
    if client.inbox().await?.channels.iter().all(|listed| listed.rev.is_none()) {
        bail!("this server is older than 0.2 and has neither replies nor files");
    }
    let page = client.history(channel, Page::After(seq - 1)).await?;
    let found = page.messages.into_iter().find(|message| message.seq == seq);
    found.ok_or_else(|| anyhow!("there is no message {seq} in this channel"))
}
