//! `chinwag tail`: messages as they come, for scripts.

use std::io::{Write, stderr, stdout};

use anyhow::{Result, bail};
use chinwag_client::protocol::outgoing::Message;
use chinwag_client::{Channel, Event, Link, Page};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::account::{Account, Visit};
use crate::output::may_close;
use crate::{people, plain};

/// Print messages as they come, each as one line of JSON
///
/// A line is the `channelMessage` of the protocol; characters that a terminal would obey are
/// escaped. After a break it goes on without a gap.
#[derive(Args, Debug)]
pub struct Tail {
    #[command(flatten)]
    account: Account,

    /// Only the private channel with this user; without it, all channels
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// Only General
    #[arg(long, conflicts_with = "to")]
    general: bool,

    /// Begin with this many earlier messages, up to 100, of General or of the channel with that user
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true,
        value_parser = clap::value_parser!(u8).range(0..=100))]
    last: u8,
}

impl Tail {
    pub async fn run(&self) -> Result<()> {
        let mut visit = self.account.visit().await?;
        let mut ended = signal(SignalKind::terminate())?;
        let outcome = tokio::select! {
            outcome = self.follow(&mut visit) => outcome,
            _ = tokio::signal::ctrl_c() => Ok(()),
            _ = ended.recv() => Ok(()),
        };
        visit.end().await;
        may_close(outcome)
    }

    async fn follow(&self, visit: &mut Visit) -> Result<()> {
        let only = if self.general || self.to.is_some() {
            Some(people::channel(&visit.client, self.to.as_deref()).await?)
        } else {
            None
        };
        let mut shown = 0;
        if self.last > 0 {
            let page = visit.client.history(only.unwrap_or_default(), Page::Last).await?;
            for message in page.messages.iter().take(self.last.into()).rev() {
                print(message)?;
            }
            shown = page.messages.first().map_or(0, |newest| newest.seq);
        }
        let me = visit.client.me();
        while let Some(event) = visit.events.next().await {
            match event {
                Event::Message(message) => {
                    let channel = Channel::of(&message, me);
                    let again = channel == only.unwrap_or_default() && message.seq <= shown;
                    if only.is_none_or(|only| only == channel) && !again {
                        print(&message)?;
                    }
                }
                Event::Reset => {
                    shown = 0;
                    writeln!(stderr(), "chinwag: the server was set back, messages may be lost")?;
                }
                Event::Link(Link::Waiting { why, .. }) => {
                    writeln!(stderr(), "chinwag: {why}; trying again")?;
                }
                Event::Link(Link::Ended(why)) => bail!(why),
                _ => {}
            }
        }
        Ok(())
    }
}

fn print(message: &Message) -> Result<()> {
    let mut out = stdout().lock();
    writeln!(out, "{}", plain::harmless_json(&serde_json::to_string(message)?))?;
    Ok(out.flush()?)
}
