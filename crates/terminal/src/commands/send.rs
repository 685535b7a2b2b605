//! `chinwag send`: sends one message, and ends when it is stored.

use std::io::{Read, stdin};

use anyhow::{Result, bail};
use clap::Args;

use crate::account::Account;
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

    /// The text; read from standard input if omitted
    #[arg(allow_hyphen_values = true)]
    text: Option<String>,
}

impl Send {
    pub async fn run(&self) -> Result<()> {
        let text = self.text()?;
        let visit = self.account.visit(self.wait).await?;
        let sent = async {
            let channel = people::channel(&visit.client, self.to.as_deref(), self.wait).await?;
            anyhow::Ok(visit.client.send(channel, text).await?)
        };
        let sent = sent.await;
        visit.end().await;
        sent.map(drop)
    }

    fn text(&self) -> Result<String> {
        let mut text = self.text.clone().unwrap_or_default();
        if self.text.is_none() {
            // One byte more than fits, so that the check below refuses it.
            let most = length::LONGEST_REQUEST as u64 + 1;
            stdin().take(most).read_to_string(&mut text)?;
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        if text.trim().is_empty() {
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
