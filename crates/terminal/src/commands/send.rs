//! `chinwag send`: one message, sent for sure.

use std::io::{Read, stdin};

use anyhow::{Result, bail};
use clap::Args;

use crate::account::Account;
use crate::people;

/// Send a message, and end when the server has stored it
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    account: Account,

    /// To this user alone; without it, to General
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// The text; without it, what the input holds
    #[arg(allow_hyphen_values = true)]
    text: Option<String>,
}

impl Send {
    pub async fn run(&self) -> Result<()> {
        let text = self.text()?;
        let visit = self.account.visit().await?;
        let sent = async {
            let channel = people::channel(&visit.client, self.to.as_deref()).await?;
            anyhow::Ok(visit.client.send(channel, text).await?)
        };
        let sent = sent.await;
        visit.end().await;
        sent.map(drop)
    }

    fn text(&self) -> Result<String> {
        let mut text = self.text.clone().unwrap_or_default();
        if self.text.is_none() {
            stdin().read_to_string(&mut text)?;
            text.truncate(text.trim_end_matches(['\r', '\n']).len());
        }
        if text.trim().is_empty() {
            bail!("there is nothing to send");
        }
        if self.text.is_some() && text.starts_with("--") && !text.contains(char::is_whitespace) {
            bail!(
                "{text} is no option of `chinwag send`; to send it as a text, write it to the input"
            );
        }
        Ok(text)
    }
}
