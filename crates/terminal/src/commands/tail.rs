//! `chinwag tail`: prints messages as they come.

use std::collections::HashMap;
use std::io::{IsTerminal, Write, stderr, stdout};

use anyhow::{Result, bail};
use chinwag_client::protocol::outgoing::{Message, Sys};
use chinwag_client::protocol::{Body, MessageUuid};
use chinwag_client::{Channel, ChannelId, Client, Event, Link, Page};
use clap::Args;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use tokio::signal::unix::{SignalKind, signal};

use crate::account::{Account, Visit};
use crate::channels::{self, Names};
use crate::charset::printable;
use crate::output::{has_colours, may_close};
use crate::text::Text;
use crate::wait::Wait;
use crate::{people, plain};

/// Print messages as they come: as text on a terminal, else each as one line of JSON
///
/// A line of JSON is the `channelMessage` of the protocol; characters that a terminal would obey are
/// escaped. A message that has changed comes again as it is now, with "type":"changed". After a lost connection it continues without a gap. It never creates an account.
#[derive(Args, Debug)]
pub struct Tail {
    #[command(flatten)]
    account: Account,

    #[command(flatten)]
    wait: Wait,

    /// Only the private channel with this user, or as '#ops' a channel of yours; all channels if omitted
    #[arg(long, value_name = "NAME")]
    to: Option<String>,

    /// Only this channel, such as '#ops'; a public one can be read without being a member
    #[arg(long, value_name = "NAME", conflicts_with = "to")]
    channel: Option<String>,

    /// Only General
    #[arg(long, conflicts_with_all = ["to", "channel"])]
    general: bool,

    /// Begin with this many earlier messages, up to 100, of General, or of the channel that is chosen
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true,
        value_parser = clap::value_parser!(u8).range(0..=100))]
    last: u8,

    /// Print JSON, also on a terminal
    #[arg(long)]
    json: bool,

    /// Print text, also into a pipe or file
    #[arg(long, conflicts_with = "json")]
    text: bool,
}

impl Tail {
    pub async fn run(&self) -> Result<()> {
        let mut visit = self.account.visit(self.wait).await?;
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
        let mut names = Names::default();
        let only = self.only(&visit.client, &mut names).await?;
        let mut printer = self.printer();
        let mut shown = 0;
        if self.last > 0 {
            let channel = only.unwrap_or_default();
            names.learn_all(&visit.client.inbox().await?, visit.client.me());
            let history = async || visit.client.history(channel, Page::Last).await;
            let page = self.wait.until_there(history).await?;
            for message in page.messages.iter().take(self.last.into()).rev() {
                printer.print(message, &names)?;
            }
            shown = page.messages.first().map_or(0, |newest| newest.seq);
        }
        let me = visit.client.me();
        while let Some(event) = visit.events.next().await {
            match event {
                Event::Message(message) => {
                    let channel = Channel::of(&message, me).id();
                    let again = channel == only.unwrap_or_default() && message.seq <= shown;
                    if only.is_none_or(|only| only == channel) && !again {
                        printer.print(&message, &names)?;
                    }
                }
                Event::Changed { message, .. } => {
                    let channel = Channel::of(&message, me).id();
                    if only.is_none_or(|only| only == channel) {
                        printer.print_change(&message, &names)?;
                    }
                }
                Event::Skipped(_) => {
                    writeln!(stderr(), "chinwag: more than 1,000 changes were missed")?;
                }
                Event::Inbox(inbox) => names.learn_all(&inbox, me),
                Event::News(news) => {
                    if let Body::Sys(Sys::Channel { channel }) = news.body {
                        names.learn(&channel, me);
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

    /// The channel that is chosen. One of which the user is no member is joined, since its messages come only then.
    async fn only(&self, client: &Client, names: &mut Names) -> Result<Option<ChannelId>> {
        if let Some(name) = &self.channel {
            let (channel, details) = channels::named(client, name, self.wait).await?;
            if let Some(details) = details.filter(|details| !details.member) {
                names.learn(&details, client.me());
                client.join(channel).await?;
            }
            return Ok(Some(channel.id()));
        }
        if !self.general && self.to.is_none() {
            return Ok(None);
        }
        Ok(Some(people::channel(client, self.to.as_deref(), self.wait).await?))
    }

    fn printer(&self) -> Printer {
        if self.json || !(self.text || stdout().is_terminal()) {
            return Printer::Json;
        }
        Printer::Text { text: Text::new(has_colours(), TimeZone::system()), edits: HashMap::new() }
    }
}

enum Printer {
    Json,
    Text {
        text: Text,
        /// The last edit of each message that was printed.
        edits: HashMap<MessageUuid, Timestamp>,
    },
}

/// A changed message as a line of JSON.
#[derive(Serialize)]
struct Changed<'a> {
    r#type: &'static str,
    #[serde(flatten)]
    message: &'a Message,
}

impl Printer {
    fn print(&mut self, message: &Message, names: &Names) -> Result<()> {
        let text = match self {
            Self::Json => json(message)?,
            Self::Text { text, edits } => {
                edits.extend(message.edited_at.map(|at| (message.uuid, at)));
                text.of(message, names.of(message))
            }
        };
        write(text)
    }

    /// As text, edits and deletions alone.
    fn print_change(&mut self, message: &Message, names: &Names) -> Result<()> {
        match self {
            Self::Json => write(json(&Changed { r#type: "changed", message })?),
            Self::Text { text, edits } => {
                let edit = message
                    .edited_at
                    .and_then(|at| (edits.insert(message.uuid, at) != Some(at)).then_some(at));
                let line = text.changed(message, names.of(message));
                line.filter(|_| edit.is_some() || message.deleted_at.is_some())
                    .map_or(Ok(()), write)
            }
        }
    }
}

fn json(line: &impl Serialize) -> Result<String> {
    Ok(plain::harmless_json(&serde_json::to_string(line)?) + "\n")
}

fn write(text: String) -> Result<()> {
    let text = printable(text);
    let mut out = stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
